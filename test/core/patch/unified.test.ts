import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unifiedOf } from '../../../src/core/patch/unified.ts';
import { createRandom } from '../../support/random.ts';
import { sh, tempFolder } from '../../support/repository.ts';

test('reads as git prints it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n';
  const after = before.replace('b\n', 'B\n').replace('k\n', 'k\nK');
  expect(unifiedOf({ path: 'x/y.txt', before, after: `${after}` })).toBe(
    '--- a/x/y.txt\n+++ b/x/y.txt\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n' +
      '@@ -9,4 +9,4 @@\n i\n j\n k\n-l\n+Kl\n',
  );
  expect(unifiedOf({ path: 'x', before: null, after: 'one\n' })).toBe('--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+one\n');
  expect(unifiedOf({ path: 'x', before: 'one\n', after: null })).toBe('--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n');
  expect(unifiedOf({ path: 'x', before: 'same', after: 'same' })).toBe('');
});

test('of a part of a file it counts from where that part stands', () => {
  expect(unifiedOf({ path: 'x', before: 'old', after: 'new', firstLine: 40 })).toContain('@@ -40 +40 @@');
});

test('whatever changes, git makes the second text of the first with it', () => {
  const random = createRandom(7);
  const folder = tempFolder('unified');
  sh(folder, 'git', 'init', '-q');
  const text = () =>
    Array.from({ length: random.below(30) }, () => random.pick(['a\n', 'b\n', '\n', 'c d\r\n', 'ä\n']));
  for (let round = 0; round < 40; round++) {
    const lines = text();
    const changed = lines.flatMap((line) =>
      random.chance(0.15) ? [] : random.chance(0.15) ? [line, 'new\n'] : [line],
    );
    const before = lines.join('') + (random.chance(0.3) ? 'open end' : '');
    const after = changed.join('') + (random.chance(0.3) ? 'other end' : '');
    if (before === after) continue;
    writeFileSync(join(folder, 'f'), before);
    writeFileSync(join(folder, 'p'), unifiedOf({ path: 'f', before, after }));
    sh(folder, 'git', 'apply', '--whitespace=nowarn', 'p');
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(after);
  }
});

test('texts that have nothing in common are replaced as a whole, in little time', () => {
  const numbers = (from: number) => Array.from({ length: 20_000 }, (_, n) => `${from + n}\n`).join('');
  const diff = unifiedOf({ path: 'f', before: numbers(0), after: numbers(1_000_000) });
  expect(diff.split('\n').filter((line) => line.startsWith('-'))).toHaveLength(20_001);
});
