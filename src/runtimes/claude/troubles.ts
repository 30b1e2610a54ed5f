import { liftedBy } from '../../core/lifted.ts';
import type { RateLimit, Trouble } from '../../schema/activity.ts';
import type { Message } from './messages.ts';

function kindOf(status: number | null, error: string): Trouble['kind'] {
  if (status === 401 || status === 403 || /authentication|oauth|login/i.test(error)) return 'login';
  if (status === 429 || error === 'rate_limit') return 'rateLimit';
  if (status === 529 || error === 'overloaded') return 'overloaded';
  // A provider that answered nothing: no connection, or one that broke off.
  return status === null && /connect|network|timed? ?out|socket|ECONN|fetch/i.test(error) ? 'network' : 'other';
}

/** It tries again by itself. */
export function retryOf({ error_status = null, error: said, retry_delay_ms }: Message, at: number): Trouble {
  const error = typeof said === 'string' ? said : 'unknown';
  const kind = kindOf(error_status, error);
  const code = error_status === null ? 'The connection broke off' : `HTTP ${error_status} (${error})`;
  return {
    kind: kind === 'other' && error_status === null ? 'network' : kind,
    message: code,
    status: error_status,
    retries: true,
    until: typeof retry_delay_ms === 'number' ? at + retry_delay_ms : null,
  };
}

/** Why a turn failed. `limit`: the newest observation of the limit that was in the way, if one was. */
export function failureOf({ api_error_status, ...result }: Message, limit: RateLimit | null, at: number): Trouble {
  const message = messageOf(result);
  // Qwen Code has it in its sentence alone.
  const [, code] = /^\[?API Error: (\d{3})\b/.exec(message) ?? [];
  const status = api_error_status ?? (code === undefined ? null : Number(code));
  const kind = kindOf(status, message);
  return {
    kind,
    message,
    status,
    retries: false,
    until: kind !== 'rateLimit' ? null : limit?.status === 'exceeded' ? limit.resetsAt : liftedBy(message, at),
  };
}

/** What a result that is an error says, in a sentence. */
export function messageOf({ result, errors, error, subtype }: Failed): string {
  const told = errors?.find((one) => typeof one === 'string' && !one.startsWith('[ede_diagnostic]'));
  const own = typeof error === 'object' && typeof error?.message === 'string' ? error.message : undefined;
  return result || told || own || subtype || 'it failed';
}

type Failed = Pick<Message, 'result' | 'errors' | 'error' | 'subtype'>;
