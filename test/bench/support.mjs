// What benches that drive the built program have in common: folders of their own, and an end to all that they start.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const program = process.env.BENCH_PROGRAM ?? join(import.meta.dirname, '..', '..', 'bin', 'boocode.js');

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Milliseconds that a task takes. */
export async function timed(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** A repository with an environment of its own; `boocode(...args)` runs a verb in it, `close` ends everything and removes it. */
export function makePlace() {
  const top = mkdtempSync(join(tmpdir(), 'boo-b-'));
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: join(top, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    TERM: 'xterm-256color',
  };
  for (const [name, folder] of [
    ['HOME', 'home'],
    ['XDG_CONFIG_HOME', 'config'],
    ['XDG_DATA_HOME', 'data'],
    ['XDG_CACHE_HOME', 'cache'],
    ['XDG_RUNTIME_DIR', 'run'],
  ]) {
    env[name] = join(top, folder);
    mkdirSync(env[name], { mode: 0o700 });
  }
  writeFileSync(env.GIT_CONFIG_GLOBAL, '[user]\n\tname = Bench\n\temail = bench@example.invalid\n');
  const root = join(top, 'repo');
  mkdirSync(root);
  writeFileSync(join(root, 'README.md'), '# bench\n');
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'start'],
  ])
    execFileSync('git', args, { cwd: root, env });
  const boocode = (...args) => {
    const done = spawnSync(process.execPath, [program, ...args], { cwd: root, env, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`boocode ${args.join(' ')}: ${done.stderr.trim()}`);
    return done.stdout;
  };
  const close = () => {
    spawnSync(process.execPath, [program, 'daemon', 'stop', '--agents', '--yes'], { cwd: root, env });
    rmSync(top, { recursive: true, force: true, maxRetries: 10 });
  };
  return { root, env, boocode, close };
}

/** CPU seconds that a process has used, from /proc (in ticks of 10 ms). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in MB. */
export const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** The environment as a request carries it. */
export const plainEnv = (env) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

/** Waits until `look` gives something truthy, and gives that. */
export async function waitUntil(what, look, { timeoutMs = 120_000, everyMs = 5 } = {}) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await delay(everyMs);
  }
}

/** The value below which this share (0 to 1) of the sorted numbers lies. */
export const quantile = (numbers, share) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

/** A connection to the daemon of a place, and its agents: `start` makes one that waits for input, in a worktree of its own. */
export async function openClient(place, on = {}) {
  // The client looks for sockets where its own environment says.
  Object.assign(process.env, { XDG_RUNTIME_DIR: place.env.XDG_RUNTIME_DIR, XDG_DATA_HOME: place.env.XDG_DATA_HOME });
  const { connectDaemon } = await import('../../src/client/daemon.ts');
  const client = await connectDaemon({ root: place.root, start: true, env: place.env, on });
  const start = async (name, argv = ['cat']) => {
    const ask = { name, argv, cwd: place.root, env: plainEnv(place.env), worktree: true };
    return (await client.call('agent.new', ask)).agent;
  };
  return { client, start };
}

/** Commits `count` small files, fifty lines each, in folders of about thirteen, as real projects have them. */
export function commitFiles(place, count, text = (n) => Array.from({ length: 50 }, (_, i) => `${n}.${i}\n`).join('')) {
  for (let n = 0; n < count; n++) {
    const folder = join(place.root, `src/area${Math.floor(n / 130)}/part${Math.floor(n / 13)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file${n}.ts`), text(n));
  }
  for (const args of [
    ['add', '-A'],
    ['commit', '-qm', 'files'],
  ])
    execFileSync('git', args, { cwd: place.root, env: place.env });
}
/** Where `commitFiles` puts the file with this number, below a checkout. */
export const fileAt = (n) => `src/area${Math.floor(n / 130)}/part${Math.floor(n / 13)}/file${n}.ts`;
