import { rank } from './commands/fuzzy.ts';

/** Of more paths that have all letters in order only so many are weighed: those with the shortest names. */
const WEIGHED = 1000;

/** Paths that fit what somebody has written of one, best first; the shallow ones when nothing is written. */
export function matchFiles(query: string, paths: readonly string[], limit: number): string[] {
  const wanted = query.toLowerCase();
  const depth = (path: string) => path.split('/').length;
  if (wanted === '') return [...paths].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, limit);
  const lower = paths.filter((path) => hasInOrder(path.toLowerCase(), wanted));
  const whole = lower.filter((path) => path.toLowerCase().includes(wanted));
  const weighed = (whole.length >= limit ? whole : lower).sort((a, b) => a.length - b.length).slice(0, WEIGHED);
  return rank(query, weighed, (path) => path)
    .slice(0, limit)
    .map(({ item }) => item);
}

function hasInOrder(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
