import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { mergeAlone, orderOf } from '../../src/daemon/merges/order.ts';
import { Outcomes } from '../../src/daemon/merges/outcomes.ts';
import { commit, newRepo, run } from '../git/repo.ts';
import { createRandom } from '../support/random.ts';

const lines = Array.from({ length: 24 }, (_, index) => `line ${index}\n`);
const FILES = ['f1', 'dir/f2'];

/** Branches that each edit a few lines somewhere; the folder stands on their common beginning. */
function branches(root: string, seed: number): string[] {
  const random = createRandom(seed);
  const base = run(root, 'rev-parse', 'base');
  return Array.from({ length: 2 + random.below(6) }, (_, n) => {
    run(root, 'checkout', '-q', '--detach', base);
    const edits = Array.from({ length: 1 + random.below(3) }, () => {
      const text = [...lines];
      text.splice(random.below(lines.length), random.below(2), `edit ${n}\n`);
      return [random.pick(FILES), text.join('')] as const;
    });
    return commit(root, Object.fromEntries(edits));
  });
}

/** The tree after `git merge` of one after the other; null where one conflicts. */
function really(root: string, commits: readonly string[]): string | null {
  run(root, 'checkout', '-q', '--detach', 'base');
  for (const one of commits) {
    try {
      execFileSync('git', ['merge', '-q', '--no-edit', one], { cwd: root, stdio: 'ignore' });
    } catch {
      run(root, 'merge', '--abort');
      return null;
    }
  }
  return run(root, 'rev-parse', 'HEAD^{tree}');
}

test('merging by twos gives what git merge gives one after the other', async () => {
  const root = newRepo(Object.fromEntries(FILES.map((file) => [file, lines.join('')])));
  run(root, 'branch', 'base');
  let clean = 0;
  const SEEDS = 9;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const commits = branches(root, seed);
    const all = await new Outcomes(root).together(commits);
    const tree = all && run(root, 'rev-parse', `${all}^{tree}`);
    expect(tree, `seed ${seed}`).toBe(really(root, commits));
    if (tree) clean++;
  }
  expect(clean).toBeGreaterThan(1);
  expect(clean).toBeLessThan(SEEDS);
});

test('git merges all of a suggested order, and nobody of whom it leaves over after them', async () => {
  const root = newRepo(Object.fromEntries(FILES.map((file) => [file, lines.join('')])));
  run(root, 'branch', 'base');
  let left = 0;
  for (let seed = 101; seed <= 108; seed++) {
    const outcomes = new Outcomes(root);
    // The target has gone on, too.
    const [target, ...commits] = branches(root, seed);
    const stands = commits.map((commit, n) => ({ name: `agent${n}`, commit }));
    const pairs = stands.flatMap((a, i) => stands.slice(i + 1).map((b) => [a, b] as const));
    const tried = outcomes.of(
      pairs.map(([a, b]) => [a.commit, b.commit]),
      { lines: true },
    );
    const verdicts = await Promise.all(tried);
    const conflicts = pairs.flatMap(([a, b], index) => {
      const { conflicts: files } = verdicts[index]!;
      return files.length > 0 ? [{ a: a.name, b: b.name, files }] : [];
    });
    const ask = { stands, conflicts, target: target!, alone: mergeAlone(outcomes, stands, target!) };
    const { order, remaining } = await orderOf(outcomes, ask);
    const commitOf = (name: string) => stands.find((one) => one.name === name)!.commit;
    const line = [target!, ...order.map(commitOf)];
    expect(really(root, line), `seed ${seed}`).not.toBeNull();
    for (const { agent, files } of remaining) {
      const last = outcomes.of([[run(root, 'rev-parse', 'HEAD'), commitOf(agent)]], { lines: false });
      expect((await last[0]!).conflicts.map(({ file }) => file)).toEqual(files);
      expect(really(root, [...line, commitOf(agent)]), `seed ${seed} ${agent}`).toBeNull();
      expect(really(root, line)).not.toBeNull();
    }
    expect(order.length + remaining.length).toBe(stands.length);
    left += remaining.length;
  }
  expect(left).toBeGreaterThan(3);
});

test('after one of many is another, only the merges that it is in are made again; nobody in a place moves nobody', async () => {
  const root = newRepo();
  run(root, 'branch', 'base');
  const add = (name: string) => {
    run(root, 'checkout', '-q', '--detach', 'base');
    return commit(root, { [name]: `${name}\n` });
  };
  const commits = Array.from({ length: 9 }, (_, n) => add(`file${n}`));
  const made = async (some: readonly (string | null)[]) => {
    const known = new Set(objects());
    await outcomes.together(some);
    return objects().filter((one) => !known.has(one)).length;
  };
  const objects = () =>
    run(root, 'cat-file', '--batch-all-objects', '--batch-check')
      .split('\n')
      .filter((line) => line.includes(' commit '));
  const outcomes = new Outcomes(root);
  expect(await made(commits)).toBe(8);
  expect(await made(commits.with(2, add('another')))).toBe(4);
  expect(await made(commits.map((one, n) => (n === 2 ? null : one)))).toBe(3);
  expect(await made(commits)).toBe(0);
  expect(await outcomes.together([null, null])).toBeNull();
  expect(await outcomes.together([])).toBeNull();
});
