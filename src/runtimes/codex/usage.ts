import { liftedBy } from '../../core/lifted.ts';
import { plainMessage } from '../../core/plain-message.ts';
import type { RateLimit, Tokens, Trouble } from '../../schema/activity.ts';
import { countOf, isObject, type Json, numberOrNull, objectOf, textOf } from '../json.ts';
import type { Memory } from './memory.ts';

/** Percent of a limit from which it is worth a warning. */
const WARNING_PERCENT = 80;

/** Sums over a whole thread, as its `total` tells them; what the cache gave is not in `input`. */
export const tokensOf = (counted: Json): Tokens => {
  const cacheRead = countOf(counted.cachedInputTokens);
  const cacheWrite = countOf(counted.cacheWriteInputTokens);
  return {
    input: Math.max(0, countOf(counted.inputTokens) - cacheRead - cacheWrite),
    output: countOf(counted.outputTokens),
    cacheRead,
    cacheWrite,
    reasoning: countOf(counted.reasoningOutputTokens),
  };
};

const FIELDS = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const;

/** Names a total of a thread: what was counted once is known again by it, and what came since is its difference. */
export const totalKey = (thread: string, total: Tokens) => `${thread}:${FIELDS.map((field) => total[field]).join('.')}`;

export function parseTotalKey(key: string): { thread: string; total: Tokens } | null {
  const [, thread, counts] = /^(.+):([\d.]+)$/.exec(key) ?? [];
  const numbers = counts?.split('.').map(Number) ?? [];
  if (thread === undefined || numbers.length !== FIELDS.length) return null;
  const [input, output, cacheRead, cacheWrite, reasoning] = numbers as [number, number, number, number, number];
  return { thread, total: { input, output, cacheRead, cacheWrite, reasoning } };
}

const sum = ({ input, output, cacheRead, cacheWrite }: Tokens) => input + output + cacheRead + cacheWrite;

/**
 * What was used since `before` (null: not known). A total that is told again is nothing new; where the totals before are not
 * known, as after a resume, it is what the last reply of the model used.
 */
export function usedSince(before: Tokens | null, total: Tokens, last: Tokens): Tokens | null {
  if (before === null) return sum(last) === 0 ? null : last;
  if (sum(total) <= sum(before)) return null;
  const difference = { ...total };
  for (const field of FIELDS) difference[field] = Math.max(0, total[field] - before[field]);
  return difference;
}

/** The limits in a snapshot, each a scope of its own. */
export function limitsOf(snapshot: Json, observedAt: number): RateLimit[] {
  const id = textOf(snapshot.limitId);
  const prefix = id === '' || id === 'codex' ? '' : `${id} `;
  return (['primary', 'secondary'] as const).flatMap((name) => {
    const window = snapshot[name];
    if (!isObject(window)) return [];
    const usedPercent = numberOrNull(window.usedPercent);
    const resets = numberOrNull(window.resetsAt);
    const used = usedPercent ?? 0;
    return {
      scope: `${prefix}${name}`,
      status: used >= 100 ? 'exceeded' : used >= WARNING_PERCENT ? 'warning' : 'ok',
      usedPercent,
      resetsAt: resets === null ? null : resets * 1000,
      observedAt,
    };
  });
}

const KINDS: Record<string, Trouble['kind']> = {
  unauthorized: 'login',
  usageLimitExceeded: 'rateLimit',
  rateLimitExceeded: 'rateLimit',
  serverOverloaded: 'overloaded',
  internalServerError: 'overloaded',
  flexUnavailable: 'overloaded',
  contextWindowExceeded: 'session',
  sessionBudgetExceeded: 'session',
  httpConnectionFailed: 'network',
  responseStreamConnectionFailed: 'network',
  responseStreamDisconnected: 'network',
};

function kindOfStatus(status: number): Trouble['kind'] | null {
  if (status === 401 || status === 403) return 'login';
  if (status === 429) return 'rateLimit';
  return status >= 500 ? 'overloaded' : null;
}

/** What an `error` notification, or a turn that failed, says, at a time. `limits`: the newest of each scope. */
export function troubleOf(error: Json, retries: boolean, { limits }: Pick<Memory, 'limits'>, at: number): Trouble {
  const info = error.codexErrorInfo;
  const name = isObject(info) ? (Object.keys(info)[0] ?? '') : textOf(info);
  const status = isObject(info) ? numberOrNull(objectOf(info[name]).httpStatusCode) : null;
  const kind = (status !== null && kindOfStatus(status)) || KINDS[name] || 'other';
  const said = (retries && textOf(error.additionalDetails)) || textOf(error.message) || 'Codex reports an error';
  const message = plainMessage(said);
  return {
    kind,
    message,
    status,
    retries,
    until: kind === 'rateLimit' ? (resetOf([...limits.values()]) ?? liftedBy(message, at)) : null,
  };
}

/** When the limit that is used up is lifted; null: none is known to be. */
const resetOf = (limits: readonly RateLimit[]): number | null =>
  limits.reduce<number | null>(
    (latest, { status, resetsAt }) =>
      status === 'exceeded' && resetsAt !== null ? Math.max(latest ?? 0, resetsAt) : latest,
    null,
  );
