import { describe, expect, test } from 'vitest';
import { createLines } from '../../src/util/lines.ts';

function cut(...pieces: (string | Buffer)[]) {
  const found: [string, number?][] = [];
  const lines = createLines((text, whole) => found.push(whole === undefined ? [text] : [text, whole]));
  for (const piece of pieces) lines.add(Buffer.from(piece));
  lines.end();
  return found;
}

describe('lines of a stream', () => {
  test('come whole, however they were cut, the last one also without its end', () => {
    const euro = Buffer.from('a€b\r\nc\n\nhalf');
    for (let at = 0; at < euro.length; at += 1) {
      expect(cut(euro.subarray(0, at), euro.subarray(at))).toEqual([['a€b'], ['c'], [''], ['half']]);
    }
  });

  test('one of 50 MB is told once, by its beginning, and those after it are whole', () => {
    const part = Buffer.alloc(1_000_000, 'x');
    const found = cut('before\n', ...Array.from({ length: 50 }, () => part), 'end\nafter\n');
    expect(found.map(([text, whole]) => [text.length, whole])).toEqual([
      [6, undefined],
      [65_536, 50_000_003],
      [5, undefined],
    ]);
  });

  test('one of 8 MB is whole', () => {
    expect(cut(Buffer.alloc(8 * 1024 * 1024, 'y')).map(([text, whole]) => [text.length, whole])).toEqual([
      [8 * 1024 * 1024, undefined],
    ]);
  });
});
