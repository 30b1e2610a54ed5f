import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { RuntimeInfo } from '../schema/daemon.ts';
import { headlessOf, runtimes } from './choose.ts';
import { CLIS, lacksOf } from './features.ts';
import { nodeLack } from './node.ts';
import { type Env, outputOf } from './output.ts';
import { userShell } from './shell.ts';
import type { Runtime } from './types.ts';
import { which } from './which.ts';

/** A CLI that has not said its version by then (some start for seconds) is shown without one. Milliseconds. */
const TIMEOUT_MS = 5000;
/** Loaded for the first time, 300 MB take some seconds. Milliseconds. */
const START_MS = 20_000;
/** CLIs are large: starting all at once would take the machine from the agents. */
const AT_ONCE = 2;

/** What programs printed, by path, time of change and arguments: one that is the same is not asked again. */
const known = new Map<string, string>();
/** Those that are being asked: several runtimes may drive one program. */
const asking = new Map<string, Promise<string>>();

/** Which runtimes are on this machine, in the order of `runtimes`. Never rejects: what hangs or prints no version has none. */
export async function probeRuntimes(env: Env, { timeoutMs = TIMEOUT_MS } = {}): Promise<RuntimeInfo[]> {
  const found: RuntimeInfo[] = [];
  const queue = runtimes.filter(({ internal }) => !internal).entries();
  const work = async () => {
    for (const [index, runtime] of queue) found[index] = await probe(runtime, env, timeoutMs);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function probe(runtime: Runtime, env: Env, timeoutMs: number): Promise<RuntimeInfo> {
  const { id, title, install, binary } = runtime;
  const kind = runtime.structured ? ('structured' as const) : ('terminal' as const);
  const base = { id, title, kind, install };
  if (binary === null) return { ...base, found: true, path: id === 'shell' ? userShell(env) : null, version: null };
  const path = which(binary, env, homedir());
  if (path === null) return { ...base, found: false, path, version: null };
  const ask = (words: string[] | null) => (words === null ? Promise.resolve('') : printed(path, words, env, timeoutMs));
  const said = await ask(runtime.version);
  const version = parseVersion(said);
  const there = { ...base, found: true, path, version };
  if (kind === 'structured') return there;
  const node = await nodeLack(path, env);
  const cli = CLIS[id];
  const lacks = [
    ...(node ? [node] : version === null && said.trim() !== '' ? [`it does not start: ${lineOf(said)}`] : []),
    ...(cli && version !== null ? lacksOf(cli, await ask(['--help']), env, homedir()) : []),
  ];
  return { ...there, used: usedOf(runtime, lacks), ...(lacks.length > 0 && { lacks }) };
}

function usedOf(runtime: Runtime, lacks: readonly string[]): NonNullable<RuntimeInfo['used']> {
  const headless = headlessOf(runtime) ?? null;
  const without = CLIS[runtime.id]?.features.find(({ drives, lack }) => drives && lacks.includes(lack));
  if (headless === null) return { terminal: runtime.id, headless: null, why: 'nothing drives it without its screen' };
  if (without) return { terminal: runtime.id, headless: null, why: without.lack };
  return { terminal: runtime.id, headless: headless.id, why: CLIS[runtime.id]?.why ?? headless.title };
}

async function printed(path: string, words: readonly string[], env: Env, timeoutMs: number): Promise<string> {
  const key = keyOf(path, words);
  const before = known.get(key);
  if (before !== undefined) return before;
  const text = asking.get(key) ?? outputOf([path, ...words], env, timeoutMs);
  asking.set(key, text);
  known.set(key, await text);
  asking.delete(key);
  return text;
}

/**
 * The version of the program at this path, which is asked unless it has answered before; null: it does not say. It is about to be started,
 * and is loaded from the disk for that in any case. Never rejects.
 */
export async function learnVersion(path: string, words: readonly string[], env: Env): Promise<string | null> {
  const key = keyOf(path, words);
  await asking.get(key);
  if (known.get(key) === '') known.delete(key);
  return parseVersion(await printed(path, words, env, START_MS));
}

/** The version of the program at this path as it was last asked, without asking again; null: it is not known. */
export const knownVersion = (path: string): string | null => parseVersion(known.get(keyOf(path, ['--version'])) ?? '');

const keyOf = (path: string, words: readonly string[]) =>
  JSON.stringify([path, statSync(path, { throwIfNoEntry: false })?.mtimeMs, ...words]);

const lineOf = (text: string) =>
  text
    .split('\n')
    .find((line) => /\S/.test(line))!
    .trim()
    .slice(0, 120);

/** The first `1.2` or `1.2.3-beta.4` in a line of its own or after a name; null when there is none. */
export const parseVersion = (text: string): string | null =>
  /(?:^|[\s(v])(\d+\.\d+(?:\.\d+)?(?:[-+][\w.+-]+)?)(?=$|[\s),])/m.exec(text)?.[1] ?? null;
