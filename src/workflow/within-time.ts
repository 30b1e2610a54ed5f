import { BooError } from '../util/errors.ts';

/** The longest wait of one timer (ms). */
const LONGEST = 2 ** 31 - 1;

/**
 * Aborted with `stopped`, or (`timed_out`) when `ms` are over, of which `worked` were used in lives before: the time at work counts, not
 * that in which a run was stopped. Null or nothing: any time.
 */
export function withinTime(
  stopped: AbortSignal,
  ms: number | null | undefined,
  worked = 0,
): { signal: AbortSignal; clear(): void } {
  if (ms == null) return { signal: stopped, clear() {} };
  const over = new AbortController();
  const late = () => over.abort(new BooError('timed_out', `it took longer than its ${ms} ms`));
  const timer = setTimeout(late, Math.min(Math.max(0, ms - worked), LONGEST));
  return { signal: AbortSignal.any([stopped, over.signal]), clear: () => clearTimeout(timer) };
}
