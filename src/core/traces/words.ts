import type { Provenance } from '../../schema/provenance.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const two = (value: number) => String(value).padStart(2, '0');

/** How long something took, in at most six characters: `840ms`, `12.4s`, `2m05s`, `1h02m`, `27h`. Milliseconds. */
export function lasted(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}ms`;
  if (ms < 99_950) return `${(ms / SECOND).toFixed(1)}s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < HOUR / SECOND) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 600 ? `${Math.floor(minutes / 60)}h${two(minutes % 60)}m` : `${Math.round(minutes / 60)}h`;
}

/** `waited 2m05s`: for answers, in milliseconds. */
export const waitedText = (ms: number): string => `waited ${lasted(ms)}`;

/** What stands with a number that is not simply as its agent reported it; `LEGEND` explains it. */
const SIGNS: Record<Provenance, { before: string; after: string }> = {
  measured: { before: '', after: '*' },
  reported: { before: '', after: '' },
  estimated: { before: '~', after: '' },
  unknown: { before: '', after: '?' },
};
export const LEGEND_SHORT = '* measured  ~ estimated  ? unknown';
export const LEGEND = `${LEGEND_SHORT}  others as the agent reports them`;

/** A number with how it is known. Nothing is known: `?`. */
export const known = (text: string | null, provenance: Provenance): string =>
  text === null ? '?' : `${SIGNS[provenance].before}${text}${SIGNS[provenance].after}`;

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** How good a share of the cache is: above 50 %, above 10 %, or less. Its sign says it without colour. */
export type CacheGrade = 'good' | 'middling' | 'bad';
export const cacheGrade = (share: number): CacheGrade => (share > 0.5 ? 'good' : share > 0.1 ? 'middling' : 'bad');
export const CACHE_SIGNS: Record<CacheGrade, string> = { good: '●', middling: '◐', bad: '○' };
