import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { RuntimeInfo } from '../schema/daemon.ts';
import { runtimes } from './choose.ts';
import { scrubEnv } from './env.ts';
import { userShell } from './shell.ts';
import type { Runtime } from './types.ts';
import { which } from './which.ts';

type Env = Record<string, string | undefined>;

/** A CLI that has not said its version by then (some start for seconds) is shown without one. Milliseconds. */
const TIMEOUT_MS = 5000;
/** CLIs are large: starting all at once would take the machine from the agents. */
const AT_ONCE = 2;
/** More than any version takes; whatever else a program prints is not kept. */
const MAX_OUTPUT = 16_384;

/** Versions by path and time of change: a program that is the same is not asked again. */
const known = new Map<string, string | null>();
/** Those that are being asked: several runtimes may drive one program. */
const asking = new Map<string, Promise<string | null>>();

/** Which runtimes are on this machine, in the order of `runtimes`. Never rejects: what hangs or prints no version has none. */
export async function probeRuntimes(env: Env, { timeoutMs = TIMEOUT_MS } = {}): Promise<RuntimeInfo[]> {
  const found: RuntimeInfo[] = [];
  const queue = runtimes.entries();
  const work = async () => {
    for (const [index, runtime] of queue) found[index] = await probe(runtime, env, timeoutMs);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function probe(runtime: Runtime, env: Env, timeoutMs: number): Promise<RuntimeInfo> {
  const { id, title, install, binary } = runtime;
  if (binary === null) {
    return { id, title, found: true, path: id === 'shell' ? userShell(env) : null, version: null, install };
  }
  const path = which(binary, env, homedir());
  if (path === null) return { id, title, found: false, path, version: null, install };
  return { id, title, found: true, path, version: await versionOf(path, runtime, env, timeoutMs), install };
}

async function versionOf(path: string, runtime: Runtime, env: Env, timeoutMs: number): Promise<string | null> {
  if (runtime.version === null) return null;
  const key = keyOf(path);
  const before = known.get(key);
  if (before !== undefined) return before;
  const version = asking.get(key) ?? outputOf([path, ...runtime.version], env, timeoutMs).then(parseVersion);
  asking.set(key, version);
  known.set(key, await version);
  asking.delete(key);
  return version;
}

/** The version of the program at this path as it was last asked, without asking again; null: it is not known. */
export const knownVersion = (path: string): string | null => known.get(keyOf(path)) ?? null;

const keyOf = (path: string) => `${path}:${statSync(path, { throwIfNoEntry: false })?.mtimeMs}`;

/** The first `1.2` or `1.2.3-beta.4` in a line of its own or after a name; null when there is none. */
export const parseVersion = (text: string): string | null =>
  /(?:^|[\s(v])(\d+\.\d+(?:\.\d+)?(?:[-+][\w.+-]+)?)(?=$|[\s),])/m.exec(text)?.[1] ?? null;

/** Standard output (and error) of a program, run at home and in a process group of its own, which ends with it. Empty when it fails or hangs. */
function outputOf(argv: string[], env: Env, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: homedir(),
      env: scrubEnv(env, {}, { headless: true }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const keep = (bytes: Buffer) => {
      if (output.length < MAX_OUTPUT) output += bytes.toString('utf8').slice(0, MAX_OUTPUT - output.length);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let exited = false;
    const end = (text: string) => {
      clearTimeout(timer);
      endGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(text);
    };
    const timer = setTimeout(() => end(exited ? output : ''), timeoutMs);
    child.once('error', () => end(''));
    child.once('close', () => end(output));
    // What it left running would hold its output open for ever.
    child.once('exit', () => {
      exited = true;
      endGroup(child.pid);
    });
  });
}

/** Also what a program left running behind it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
