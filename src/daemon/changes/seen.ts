import type { RawChange } from '../../git/changes.ts';
import type { Shadow } from '../../git/shadow.ts';

/** What an agent's checkout differs in, and from what. */
export interface Seen {
  checkout: string;
  base: string;
  /** Another number after each look that may have found something else, HEAD's place included. */
  stamp: number;
  changes: readonly RawChange[];
  shadow: Shadow;
}

/** Most pairs share nothing: that is found out before anything is compared. */
export function sharesFile(a: Seen, b: Seen): boolean {
  const [few, many] = a.changes.length < b.changes.length ? [a, b] : [b, a];
  const names = new Set(few.changes.flatMap(({ file, from }) => (from === null ? [file] : [file, from])));
  return many.changes.some(({ file, from }) => names.has(file) || (from !== null && names.has(from)));
}
