import { execFile } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { createRandom } from '../support/random.ts';
import { makeRepository, sh } from '../support/repository.ts';

const ROUNDS = 30;
/** A verb's start and its work take about this long, in milliseconds: deaths are spread over all of it. */
const SPAN_MS = 1000;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const verb = (root: string, ...args: string[]) =>
  new Promise<number>((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: root, timeout: 30_000 }, (error) =>
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
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `r${round}`;
    const gone = [...made][0];
    const work = [
      verb(root, 'new', name, '--', 'sleep', '4246').then((code) => {
        if (code !== 0) return;
        acknowledged += 1;
        made.add(name);
      }),
      ...(gone && round % 2 ? [verb(root, 'rm', gone, '--yes').then(() => made.delete(gone))] : []),
      ...(gone && round % 3 === 0 ? [verb(root, 'stop', gone)] : []),
    ];
    await new Promise((resolve) => setTimeout(resolve, random.below(SPAN_MS)));
    for (const { pid } of daemons(root)) {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    }
    await Promise.all(work);
  }
  const agents = json<{ agents: { name: string; worktree: string | null }[] }>(root, 'ls', '--all').agents;
  const names = agents.map(({ name }) => name);
  for (const name of made) expect(names).toContain(name);
  // Both must have happened often, or nothing was tried.
  expect(killed).toBeGreaterThan(ROUNDS / 3);
  expect(acknowledged).toBeGreaterThan(ROUNDS / 6);
  expect(daemons(root)).toHaveLength(1);
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
}, 120_000);
