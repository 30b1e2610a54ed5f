import { link, lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import { prettifyError } from 'zod';
import { StateFile } from '../schema/state.ts';
import { diskFull, isDiskFull } from '../util/disk.ts';
import { BooError, errnoOf, messageOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';
import { isTempHeld, removeTemp, tempName } from './atomic.ts';
import { migrate } from './migrate.ts';

/** What a writer that was killed left behind. A temp file is never loaded: nobody was told that it was written. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^(state|owner|\.gitignore)\./.test(name) && isTempHeld(name) === false)
      await rm(join(folder, name), { force: true });
  }
}

/** A generation as found: whole, absent, or broken with the reason. A version from the future is thrown. */
async function readGeneration(path: string): Promise<{ file?: StateFile; broken?: string }> {
  let text: string;
  try {
    if (!(await lstat(path)).isFile()) return { broken: 'it is no regular file' };
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    throw new BooError('failed', `${path} cannot be read: ${reasonOf(error)}`, 'Give yourself the right to read it.');
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { broken: 'it is torn: it ends in the middle, or is no JSON' };
  }
  if (typeof raw !== 'object' || raw === null || (raw as { format?: unknown }).format !== 'boocode-state') {
    return { broken: 'it was not written by BooCode' };
  }
  if (!Number.isInteger((raw as { version?: unknown }).version)) return { broken: 'it names no version' };
  try {
    const parsed = StateFile.safeParse(migrate(raw as Record<string, unknown>, path));
    return parsed.success ? { file: parsed.data } : { broken: prettifyError(parsed.error).replaceAll('\n', '; ') };
  } catch (error) {
    if (error instanceof BooError) throw error;
    return { broken: messageOf(error) };
  }
}

/** Moves a file that cannot be used to `<path>.broken-<date>`, never onto another file. Returns where it went. */
async function setAside(path: string, now: number): Promise<string> {
  // No colons: they are not allowed in names on every file system.
  const stamp = new Date(now).toISOString().replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const aside = `${path}.broken-${stamp}${count > 1 ? `-${count}` : ''}`;
    if (await lstat(aside).catch(() => undefined)) continue;
    await rename(path, aside);
    return aside;
  }
}

/**
 * The newest whole generation of the project's state, or null when there is none. Torn and foreign files are set aside
 * and named in `notices`; a file from a newer BooCode is thrown as BooError and left as it is. `now` in milliseconds.
 */
export async function loadState({ root, now }: { root: string; now: number }) {
  const paths = projectPaths(root);
  await removeLeftovers(paths.folder);
  const notices: string[] = [];
  const whole: StateFile[] = [];
  const broken: { path: string; reason: string }[] = [];
  for (const path of [paths.state, paths.previousState]) {
    const { file, broken: reason } = await readGeneration(path);
    if (file) whole.push(file);
    if (reason) broken.push({ path, reason });
  }
  // Only now: a file from the future throws above, before anything has been moved.
  for (const { path, reason } of broken) {
    notices.push(`${path} could not be used (${reason}); it was set aside as ${await setAside(path, now)}`);
  }
  const newest = whole.sort((a, b) => b.generation - a.generation)[0] ?? null;
  if (newest && broken.some(({ path }) => path === paths.state)) {
    notices.push(`the previous generation (${newest.generation}) of the state was loaded instead`);
  }
  return { file: newest, notices };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Makes the present file the previous generation. By a link, so that a `state.json` is there at every moment. */
async function keepPrevious(present: string, previous: string): Promise<void> {
  const temp = tempName(previous);
  try {
    await link(present, temp);
    await rename(temp, previous);
  } catch (error) {
    removeTemp(temp);
    if (errnoOf(error) === 'ENOENT') return;
    // A file system without hard links: for a moment there is only the previous one, which is loaded just as well.
    await rename(present, previous);
  }
}

/** lowdb's presets write to memory when NODE_ENV is `test` and check nothing; this one is exact. */
class StateAdapter implements Adapter<StateFile> {
  readonly #root: string;
  constructor(root: string) {
    this.#root = root;
  }

  async read(): Promise<StateFile | null> {
    const paths = projectPaths(this.#root);
    const found = [await readGeneration(paths.state), await readGeneration(paths.previousState)];
    const whole = found.flatMap(({ file }) => (file ? [file] : []));
    return whole.sort((a, b) => b.generation - a.generation)[0] ?? null;
  }

  async write(file: StateFile): Promise<void> {
    const { state, previousState } = projectPaths(this.#root);
    const temp = tempName(state);
    try {
      const handle = await open(temp, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify(file));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await keepPrevious(state, previousState);
      await rename(temp, state);
    } catch (error) {
      removeTemp(temp);
      if (isDiskFull(error)) throw diskFull(`the state could not be written to ${state}`, dirname(state), error);
      throw new BooError(
        'failed',
        `the state could not be written to ${state}: ${messageOf(error)}`,
        'Make the folder writable.',
        { cause: error },
      );
    }
    await syncFolder(dirname(state));
  }
}

/**
 * Writes the project's state, one write at a time; while one is under way the newest waiting file wins, and its callers
 * all get its answer. A settled `write` is on the disk. The generation counts on from what is there.
 */
export function stateWriter({ root }: { root: string }) {
  let low: Low<StateFile | null> | undefined;
  let next: { file: StateFile; done: Promise<void> } | undefined;
  let present: Promise<void> = Promise.resolve();

  const put = async (file: StateFile) => {
    if (!low) {
      const fresh = new Low<StateFile | null>(new StateAdapter(root) as Adapter<StateFile | null>, null);
      await fresh.read();
      low = fresh;
    }
    const last = low.data;
    low.data = { ...file, generation: Math.max(file.generation, (last?.generation ?? 0) + 1) };
    await low.write().catch((error: unknown) => {
      low = undefined;
      throw error;
    });
  };

  const write = (file: StateFile): Promise<void> => {
    if (next) {
      next.file = file;
      return next.done;
    }
    const turn = { file, done: Promise.resolve() };
    next = turn;
    turn.done = present
      .catch(() => {})
      .then(() => {
        next = undefined;
        return put(turn.file);
      });
    present = turn.done;
    return turn.done;
  };

  return { write, close: () => present.catch(() => {}) };
}
