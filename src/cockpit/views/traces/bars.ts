import { tokenSum } from '../../../core/traces/totals.ts';
import { CACHE_SIGNS, cacheGrade, known, lasted, percent } from '../../../core/traces/words.ts';
import type { Tokens } from '../../../schema/activity.ts';
import type { Provenance } from '../../../schema/provenance.ts';
import type { Tone } from '../../theme/tones.ts';
import { dollars, grouped, short } from '../numbers.ts';
import { fit, type Span } from '../span.ts';

/** A bar over its whole width stands for so many milliseconds. */
export const REFERENCE_MS = 30_000;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** At the end of a bar whose call took longer than the reference. */
const LONGER = '»';

/** How long a call took, as a bar against the reference. Exactly `width` cells. */
export function barText(ms: number, width: number): string {
  if (width <= 0) return '';
  if (ms > REFERENCE_MS) return '█'.repeat(width - 1) + LONGER;
  const eighths = Math.max(ms > 0 ? 1 : 0, Math.round((Math.max(0, ms) / REFERENCE_MS) * width * 8));
  const whole = Math.floor(eighths / 8);
  return fit('█'.repeat(whole) + (EIGHTHS[eighths % 8] ?? ''), width);
}

/** Numbers short, or in full. Unknown ones are `?`. */
export const tookText = (ms: number, provenance: Provenance, exact: boolean): string =>
  known(exact ? `${grouped(Math.round(ms))}ms` : lasted(ms), provenance);

export const countText = (count: number, exact: boolean): string => (exact ? grouped(count) : short(count));

export const tokensText = (tokens: Tokens | null, provenance: Provenance, exact: boolean): string =>
  tokens ? known(countText(tokenSum(tokens), exact), provenance) : '?';

export const costText = (cost: { usd: number; provenance: Provenance } | null, exact: boolean): string =>
  cost ? known(exact ? `$${cost.usd.toFixed(6)}` : dollars(cost.usd), cost.provenance) : '?';

const CACHE_TONES: Record<ReturnType<typeof cacheGrade>, Tone> = { good: 'good', middling: 'wait', bad: 'bad' };

/** `● 62%`: the share of what was read that came from the cache. */
export function cacheSpan(share: number | null, exact = false): Span {
  if (share === null) return { text: '?', tone: 'dim' };
  const grade = cacheGrade(share);
  const text = exact ? `${(share * 100).toFixed(2)}%` : percent(share);
  return { text: `${CACHE_SIGNS[grade]} ${text}`, tone: CACHE_TONES[grade] };
}
