import { dollars, short } from '../numbers.ts';

/** `0.2s`, `41s`, `3m 5s`, `1h 2m`; empty for null. */
export function durationWords(ms: number | null): string {
  if (ms === null) return '';
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${Math.floor(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** Paths below the agent's own folder as it would write them itself; `root` empty: as they are. */
export const relative = (text: string, root: string): string => (root === '' ? text : text.replaceAll(`${root}/`, ''));

/** `12k tok`, `$0.04`; what is not known is left out. */
export const amounts = (tokens: number | null, usd: number | null): string[] => [
  ...(tokens === null ? [] : [`${short(tokens)} tok`]),
  ...(usd === null ? [] : [dollars(usd)]),
];
