import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes by which each kind is known. */
const HEAD = 12;

const TYPES: readonly [type: string, head: RegExp][] = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
];

/**
 * What a file is by its first bytes, whatever its name says; null: no image that models take. One that is called what it is not is
 * refused by its provider, and so is every later request of that conversation. Throws what cannot be read.
 */
export function imageTypeOf(path: string): string | null {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    const text = head.toString('latin1', 0, readSync(file, head, 0, HEAD, 0));
    return TYPES.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
  } finally {
    closeSync(file);
  }
}
