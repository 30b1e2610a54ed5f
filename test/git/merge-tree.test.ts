import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostTogether } from '../../src/core/order.ts';
import { mergeTree } from '../../src/git/merge-tree.ts';
import { createRandom, type Random } from '../support/random.ts';
import { commit, newRepo, refsOf, run, statusOf } from './repo.ts';

const lines = Array.from({ length: 12 }, (_, index) => `line ${index}\n`);

/** A few random edits of the files of a checkout, committed. */
function work(root: string, random: Random): void {
  for (let i = 1 + random.below(3); i > 0; i--) {
    const file = random.pick(['f1', 'f2', 'dir/f3']);
    const kind = random.below(10);
    if (kind === 0) rmSync(join(root, file), { force: true });
    else if (kind === 1) commit(root, { [random.pick(['new1', 'new2'])]: `${random.below(2)}\n` });
    else if (kind === 2 && statusOf(root).length === 0) {
      try {
        run(root, 'mv', file, `${file}-moved`);
      } catch {
        // It is gone or moved already.
      }
    } else {
      const next = [...lines];
      next.splice(random.below(lines.length), random.below(3), `edit ${random.below(3)}\n`);
      commit(root, { [file]: next.join('') });
    }
  }
  run(root, 'add', '-A');
  run(root, 'commit', '-q', '--allow-empty', '-m', 'rest');
}

test('a forecast says what git merge then really does, and touches nothing', async () => {
  const root = newRepo({ f1: lines.join(''), f2: lines.join(''), 'dir/f3': lines.join('') });
  const base = run(root, 'rev-parse', 'HEAD');
  let conflicts = 0;
  for (let seed = 1; seed <= 14; seed++) {
    const random = createRandom(seed);
    const [a, b] = ['a', 'b'].map((name) => {
      run(root, 'checkout', '-q', '-B', name, base);
      work(root, random);
      return run(root, 'rev-parse', 'HEAD');
    }) as [string, string];
    run(root, 'checkout', '-q', 'a');
    const before = { refs: refsOf(root), status: statusOf(root) };
    const { tree, conflicts: found } = await mergeTree(root, a, b);
    expect({ refs: refsOf(root), status: statusOf(root) }).toEqual(before);
    let really = true;
    try {
      execFileSync('git', ['merge', '-q', '--no-edit', 'b'], { cwd: root, stdio: 'ignore' });
      expect(run(root, 'rev-parse', 'HEAD^{tree}'), `seed ${seed}`).toBe(tree);
    } catch {
      really = false;
      const unmerged = run(root, 'ls-files', '--unmerged', '-z')
        .split('\0')
        .filter(Boolean)
        .map((line) => line.split('\t')[1]);
      expect(new Set(found.map(({ file }) => file)), `seed ${seed}`).toEqual(new Set(unmerged));
      for (const { file, lines: ranges, reason } of found) {
        expect(reason).not.toBe('');
        if (reason !== 'contents') continue;
        const text = readFileSync(join(root, file), 'utf8').split('\n');
        for (const { start, end } of ranges) {
          expect(text[start - 1]).toMatch(/^<<<<<<< /);
          expect(text[end - 1]).toMatch(/^>>>>>>> /);
        }
        expect(ranges.length).toBeGreaterThan(0);
      }
      conflicts++;
      run(root, 'merge', '--abort');
    }
    expect(found.length === 0, `seed ${seed}`).toBe(really);
  }
  expect(conflicts).toBeGreaterThan(2);
  expect(conflicts).toBeLessThan(13);
});

test('the most agents that fit together are found, as by trying all choices', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = createRandom(seed);
    const ids = Array.from({ length: 1 + random.below(9) }, (_, index) => `${index}`);
    const bad = new Set(ids.flatMap((a) => ids.filter((b) => a < b && random.chance(0.35)).map((b) => `${a} ${b}`)));
    const conflicts = (a: string, b: string) => bad.has(a < b ? `${a} ${b}` : `${b} ${a}`);
    const isGood = (some: string[]) => some.every((a) => some.every((b) => a === b || !conflicts(a, b)));
    const chosen = mostTogether(ids, conflicts);
    expect(isGood(chosen)).toBe(true);
    let most = 0;
    for (let mask = 0; mask < 1 << ids.length; mask++) {
      const some = ids.filter((_, index) => mask & (1 << index));
      if (some.length > most && isGood(some)) most = some.length;
    }
    expect(chosen.length).toBe(most);
    expect(chosen).toEqual(ids.filter((id) => chosen.includes(id)));
  }
});
