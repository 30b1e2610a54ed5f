import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { NARROW } from '../../scripts/lazy-width.mjs';
import { createRandom } from '../support/random.ts';

/** The string-width that Ink measures with. */
const { resolve } = createRequire(createRequire(import.meta.url).resolve('ink'));
const { default: stringWidth } = (await import(pathToFileURL(resolve('string-width')).href)) as {
  default(text: string): number;
};
const class_ = new RegExp(`[${NARROW}]`);
const narrow = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
  class_.test(one),
);

test('what is taken for narrow in the bundle is one column wide, alone and beside the others', () => {
  expect(narrow.length).toBeGreaterThan(1000);
  expect(narrow.filter((one) => stringWidth(one) !== 1)).toEqual([]);
  const random = createRandom(7);
  for (let n = 0; n < 5000; n++) {
    const text = Array.from({ length: 8 }, () => random.pick(narrow)).join('');
    expect(stringWidth(text), JSON.stringify(text)).toBe(8);
  }
});
