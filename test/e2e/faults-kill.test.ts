import { execFile } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { killIfThere, processesWith } from '../support/processes.ts';
import { createRandom } from '../support/random.ts';
import { makeRepository, sh } from '../support/repository.ts';
import { until } from '../support/wait.ts';

const ROUNDS = 30;
/** Where deaths came too early or too late, more rounds are gone; a machine on which that is not enough is told. */
const MOST_ROUNDS = 4 * ROUNDS;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const verb = (root: string, ...args: string[]) =>
  new Promise<number>((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: root }, (error) =>
      resolve(error ? Number(error.code ?? 1) : 0),
    );
  });
const daemons = (root: string) =>
  processesWith(process.env.BOOCODE_TEST_ROOT!).filter(
    ({ command }) => /boocode daemon|daemon\.js/.test(command) && command.includes(root),
  );

test('SIGKILL of the daemon at random moments loses nothing acknowledged and leaves nothing half made', async () => {
  const root = makeRepository();
  roots.push(root);
  const random = createRandom(7);
  const made = new Set<string>();
  let killed = 0;
  let acknowledged = 0;
  /** About what a verb's start and its work take here and now, in milliseconds: deaths are spread over all of it. */
  let span = 1000;
  // Both must happen often, or nothing was tried.
  const isEnough = () => killed > ROUNDS / 3 && acknowledged > ROUNDS / 6;
  for (let round = 0; round < MOST_ROUNDS && (round < ROUNDS || !isEnough()); round += 1) {
    const begun = performance.now();
    const name = `r${round}`;
    const gone = [...made][0];
    const work = [
      verb(root, 'new', name, '--', 'sleep', '4246').then((code) => {
        span = code === 0 ? performance.now() - begun : span * 1.2;
        if (code !== 0) return;
        acknowledged += 1;
        made.add(name);
      }),
      ...(gone && round % 2 ? [verb(root, 'rm', gone, '--yes').then(() => made.delete(gone))] : []),
      ...(gone && round % 3 === 0 ? [verb(root, 'stop', gone)] : []),
    ];
    await new Promise((resolve) => setTimeout(resolve, random.below(Math.ceil(span))));
    for (const { pid } of daemons(root)) {
      if (killIfThere(pid)) killed += 1;
    }
    await Promise.all(work);
  }
  const agents = json<{ agents: { name: string; worktree: string | null }[] }>(root, 'ls', '--all').agents;
  const names = agents.map(({ name }) => name);
  for (const name of made) expect(names).toContain(name);
  expect({ killed, acknowledged, enough: isEnough() }).toMatchObject({ enough: true });
  await until('those that came second have left', () => daemons(root).length === 1, { seen: () => daemons(root) });
  const worktrees = sh(root, 'git', 'worktree', 'list', '--porcelain')
    .match(/^worktree .*$/gm)!
    .slice(1);
  const known = agents.map(({ worktree }) => `worktree ${worktree}`);
  for (const worktree of worktrees) expect(known).toContain(worktree);
  const branches = sh(root, 'git', 'branch', '--list', 'boo/*', '--format=%(refname:short)')
    .split('\n')
    .filter(Boolean);
  for (const branch of branches) expect(names).toContain(branch.slice('boo/'.length));
  expect(boocode(root, ['stop', '--all', '--yes']).code).toBe(0);
  expect(processesWith(process.env.BOOCODE_TEST_ROOT!).filter(({ command }) => /sleep 4246/.test(command))).toEqual([]);
});
