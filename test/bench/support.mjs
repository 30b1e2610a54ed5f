// What benches that drive the built program have in common: folders of their own, and an end to all that they start.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const program = process.env.BENCH_PROGRAM ?? join(import.meta.dirname, '..', '..', 'bin', 'boocode.js');

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

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
