import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf, parseHunks } from '../../../src/core/patch/parse.ts';
import { headerOf, piecesOf, splitHunks, wholeHunks, withPieces } from '../../../src/core/patch/pieces.ts';
import { createRandom, type Random } from '../../support/random.ts';

const folder = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'patch-'));

/** git's own diff of two contents, as bytes. */
function diff(before: string, after: string, context = 3): string {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  writeFileSync(a, before, 'latin1');
  writeFileSync(b, after, 'latin1');
  try {
    execFileSync('git', ['diff', '--no-index', '--text', `-U${context}`, a, b], { encoding: 'latin1' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** A file of few different lines, so that repetitions and moved blocks happen; any bytes, any line ends. */
function anyFile(random: Random): string {
  const line = () =>
    random.pick([
      'a',
      'b',
      'c',
      '',
      '- x',
      '+ y',
      '@@ -1 +1 @@',
      '\\ No newline',
      '\xff\xfe',
      'd\r',
      'diff --git a/x b/x',
    ]);
  const text = Array.from({ length: random.below(30) }, () => `${line()}\n`).join('');
  return random.chance(0.3) ? text.slice(0, -1) : text;
}

function edited(text: string, random: Random): string {
  const lines = linesOf(text);
  for (let i = random.below(6); i > 0; i--)
    lines.splice(
      random.below(lines.length + 1),
      random.below(3),
      ...linesOf(anyFile(random)).slice(0, random.below(3)),
    );
  return lines.join('');
}

test('any choice of pieces gives a file between the two: all of them the new one, none the old one', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = createRandom(seed);
    const before = anyFile(random);
    const after = edited(before, random);
    const context = random.below(4);
    const { hunks, binary } = parseHunks(diff(before, after, context));
    expect(binary).toBe(false);
    const pieces = piecesOf(hunks);
    const base = linesOf(before);
    expect(withPieces(base, pieces)?.join('')).toBe(after);
    expect(withPieces(base, [])?.join('')).toBe(before);
    const some = pieces.filter(() => random.chance(0.5));
    const rest = pieces.filter((piece) => !some.includes(piece));
    const middle = withPieces(base, some)!.join('');
    // What is left to do from there is the rest.
    const left = piecesOf(parseHunks(diff(before, middle, 0)).hunks);
    expect(left.reduce((sum, { added, removed }) => sum + added.length + removed.length, 0)).toBeLessThanOrEqual(
      some.reduce((sum, { added, removed }) => sum + added.length + removed.length, 0),
    );
    expect(some.length + rest.length).toBe(pieces.length);
    for (const { newStart, added } of pieces) {
      if (added.length > 0) expect(linesOf(after).slice(newStart - 1, newStart - 1 + added.length)).toEqual(added);
    }
  }
});

test('a piece that does not belong to a base is noticed', () => {
  const [piece] = piecesOf(parseHunks(diff('a\nb\nc\n', 'a\nB\nc\n')).hunks);
  expect(withPieces(['a\n', 'x\n', 'c\n'], [piece!])).toBeUndefined();
  expect(withPieces(['a\n'], [piece!])).toBeUndefined();
});

test('hunks are shown as git shows them, or a piece each', () => {
  const before = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join('');
  const after = before.replace('5\n', 'five\n').replace('9\n', '').replace('18\n', '18\nnew\n');
  const { hunks } = parseHunks(diff(before, after));
  expect(wholeHunks(hunks).map(headerOf)).toEqual(
    ['@@ -2,11 +2,10 @@ 1', '@@ -16,5 +15,6 @@ 15'].map((line) => expect.stringContaining(line.slice(0, 16))),
  );
  expect(wholeHunks(hunks).map(({ pieces }) => pieces)).toEqual([[0, 1], [2]]);
  const split = splitHunks(hunks, 1);
  expect(split.map(headerOf).map((line) => line.replace(/ @@.*/, ' @@'))).toEqual([
    '@@ -4,3 +4,3 @@',
    '@@ -8,3 +8,2 @@',
    '@@ -18,2 +17,3 @@',
  ]);
  expect(split[1]!.lines.map(({ type, bytes }) => type[0] + bytes)).toEqual(['c8\n', 'r9\n', 'c10\n']);
});

test('an insertion into an empty file and the emptying of a file', () => {
  for (const [before, after] of [
    ['', 'a\nb'],
    ['a\nb', ''],
    ['a\n', 'a'],
    ['a', 'a\n'],
  ] as const) {
    const pieces = piecesOf(parseHunks(diff(before, after)).hunks);
    expect(withPieces(linesOf(before), pieces)?.join('')).toBe(after);
  }
});
