import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values give equal texts; what is undefined is left out. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** SHA-256 of the stable JSON of a value, in hex. */
export const keyOf = (value: unknown): string => createHash('sha256').update(stableJson(value)).digest('hex');
