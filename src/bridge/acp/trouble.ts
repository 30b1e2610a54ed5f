import { liftedBy } from '../../core/lifted.ts';
import { plainMessage } from '../../core/plain-message.ts';
import type { Trouble } from '../../schema/activity.ts';
import { messageOf } from '../../util/errors.ts';

/** `authRequired` of the protocol. */
const LOGIN = -32000;

const KINDS: [Trouble['kind'], (status: number | null, text: string) => boolean][] = [
  [
    'login',
    (status, text) => status === 401 || status === 403 || /authenticat|api.?key|log ?in|credential/i.test(text),
  ],
  [
    'rateLimit',
    (status, text) =>
      status === 429 || /rate.?limit|quota|too many requests|(hit|reached) your .*limit|usage limit/i.test(text),
  ],
  ['overloaded', (status, text) => status === 529 || status === 503 || /overloaded|unavailable/i.test(text)],
  ['network', (_status, text) => /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|fetch failed|socket hang up|network/i.test(text)],
];

/** What a JSON-RPC error of an agent means. The codes are not used alike, so the provider's own answer inside its text counts too. */
export function troubleOf(error: unknown, now = Date.now()): Trouble {
  const code = codeOf(error);
  const data = dataOf(error);
  const whole = `${messageOf(error)} ${data}`;
  const status = statusIn(code, whole);
  const kind = code === LOGIN ? 'login' : (KINDS.find(([, fits]) => fits(status, whole))?.[0] ?? 'other');
  const until = kind === 'rateLimit' ? liftedBy(whole, now) : null;
  return { kind, message: sentence(messageOf(error), data), status, retries: false, until };
}

export const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;

/** Details that the protocol keeps beside the message. */
function dataOf(error: unknown): string {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) return '';
  if ('details' in data && typeof data.details === 'string') return data.details;
  return 'message' in data && typeof data.message === 'string' ? data.message : '';
}

function statusIn(code: number | null, text: string): number | null {
  if (code !== null && code >= 400 && code < 600) return code;
  const found =
    /\b(?:status(?:[ _]?code)?|code|error|http)["']?\s*[:= ]\s*([45]\d\d)\b/i.exec(text)?.[1] ??
    /\brejected \(([45]\d\d)\)/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** Some agents put the provider's JSON into the message: its own words are what a person needs. */
function sentence(message: string, data: string): string {
  const text = plainMessage(message);
  return data && !text.includes(data) ? `${text}: ${data}` : text;
}
