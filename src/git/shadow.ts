import { existsSync } from 'node:fs';
import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyIndex } from './copy-index.ts';
import { changedHuge } from './huge.ts';
import { editedInside } from './inside.ts';
import { createTurns } from './limit.ts';
import { below, joinFields } from './lines.ts';
import { openPlainCommits, type PlainCommits } from './loose.ts';
import { commitOf, gitFolder } from './repository.ts';
import { GitError, gitBytes } from './run.ts';
import { changedFiles } from './status.ts';
import { within } from './within.ts';

/** Our own index of a worktree, in its git folder. */
export const SHADOW_INDEX = 'boocode-shadow';
/** Bytes of a file beyond which it is named, but neither hashed nor stored nor shown: a log that grows would be stored again with every line. */
export const HUGE_BYTES = 8 * 1024 * 1024;
/** A first look at a very large worktree may take this long: milliseconds. */
const TIMEOUT_MS = 5 * 60_000;
const QUIET = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'advice.addEmbeddedRepo=false'],
  ...['-c', 'core.safecrlf=false', '-c', 'core.untrackedCache=false', '-c', 'core.quotePath=true'],
];

/**
 * An index of our own for one worktree, which follows its files as they lie there: tracked and untracked ones, ignored ones not.
 * git converts line ends and runs filters as it would for a commit. The agent's index and its locks are never touched; blobs and
 * trees go into the object store, where nothing names them.
 */
export interface Shadow {
  readonly worktree: string;
  /** Files beyond HUGE_BYTES that differ from what the index knows: name (latin1, byte for byte) ▶ bytes. */
  readonly huge: ReadonlyMap<string, number>;
  /** Repositories in the worktree with edits that are not committed in them: names (latin1, byte for byte). */
  readonly inside: ReadonlySet<string>;
  /**
   * Looks at these paths again (files, or folders with all that is in them), or at everything (null). Resolves with the paths that it
   * looked at: of what lies in a repository inside the worktree, that repository.
   */
  refresh(paths: readonly Buffer[] | null): Promise<readonly Buffer[] | null>;
  /** Begins anew: for when objects are gone that only this index knew. */
  rebuild(): Promise<void>;
  /** git with this index. */
  git(args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  /** What was seen last as a tree, and as a commit upon the worktree's HEAD that nothing names: what a merge is forecast with. */
  stand(): Promise<{ commit: string; tree: string }>;
}

const turns = createTurns();

/** Opens the shadow of a worktree: the one that is there, else a copy of its own index, whose stat data make the first look cheap. */
export async function openShadow(worktree: string): Promise<Shadow> {
  const folder = await gitFolder(worktree);
  const file = join(folder, SHADOW_INDEX);
  const huge = new Map<string, number>();
  const inside = new Set<string>();
  let commits: Promise<PlainCommits> | undefined;
  const options = { cwd: worktree, env: { GIT_INDEX_FILE: file }, timeoutMs: TIMEOUT_MS };
  const run = async (args: readonly string[], input?: string | Buffer) =>
    (await gitBytes([...QUIET, ...args], { ...options, input })).stdout;
  const view = { worktree, bytes: run, git: async (args: readonly string[]) => (await run(args)).toString() };

  const look = async (paths: readonly Buffer[] | null) => {
    await begin(folder, file);
    // Of a file with CRLF in HEAD git keeps them only while an index says that it has them (text=auto): never from nothing.
    if (!existsSync(file) && (await commitOf(worktree, 'HEAD')) !== null) await run(['read-tree', 'HEAD']);
    if (paths !== null) {
      const known = outermost(worktree, paths);
      if (await take(run, worktree, { huge, inside }, known)) return known;
    }
    const changed = await changedFiles(view);
    huge.clear();
    inside.clear();
    const all = outermost(
      worktree,
      changed.map(({ name }) => name),
    );
    await take(run, worktree, { huge, inside }, all);
    return null;
  };
  return {
    worktree,
    huge,
    inside,
    git: run,
    refresh: (paths) =>
      turns(file, async () => {
        // What a git of ours that was killed left behind: nobody else writes here.
        await rm(`${file}.lock`, { force: true });
        try {
          return await look(paths);
        } catch (error) {
          if (!isCorrupt(error)) throw error;
          await rm(file, { force: true });
          return look(null).catch(async (again: unknown) => {
            // The worktree's own index, which it was begun from, is corrupt as well.
            if (!isCorrupt(again)) throw again;
            await rm(file, { force: true });
            await run(['read-tree', (await commitOf(worktree, 'HEAD')) === null ? '--empty' : 'HEAD']);
            return look(null);
          });
        }
      }),
    async stand() {
      commits ??= openPlainCommits(worktree);
      const [written, head] = await Promise.all([run(['write-tree']), commitOf(worktree, 'HEAD')]);
      const tree = written.toString().trim();
      return { tree, commit: await (await commits).write(tree, head === null ? [] : [head]) };
    },
    async rebuild() {
      await turns(file, async () => {
        await rm(file, { force: true });
        await look(null);
      });
    },
  };
}

const isCorrupt = (error: unknown) =>
  error instanceof GitError && /index file|bad signature|sharedindex|corrupt/i.test(error.stderr);

async function begin(folder: string, file: string): Promise<void> {
  const own = join(folder, 'index');
  if (existsSync(file) || !existsSync(own)) return;
  await copyIndex(own, `${file}.new`);
  await rename(`${file}.new`, file);
}

/** Takes these paths over as they lie there. False: one came and went meanwhile, and git has taken none. */
async function take(
  run: Shadow['git'],
  worktree: string,
  { huge, inside }: { huge: Map<string, number>; inside: Set<string> },
  paths: readonly Buffer[],
): Promise<boolean> {
  const there: Buffer[] = [];
  const folders: Buffer[] = [];
  const gone: Buffer[] = [];
  const big = new Map<Buffer, number>();
  const isTaken = within(paths);
  for (const name of inside) if (isTaken(name)) inside.delete(name);
  for (const name of paths) {
    const stat = await lstat(below(worktree, name)).catch(() => undefined);
    huge.delete(name.toString('latin1'));
    if (!stat) gone.push(name);
    else if (stat.isFile() && stat.size > HUGE_BYTES) big.set(name, stat.size);
    else there.push(name);
    if (stat?.isDirectory()) folders.push(name);
  }
  for (const name of await changedHuge(run, [...big.keys()])) huge.set(name.toString('latin1'), big.get(name)!);
  const listed = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  if (gone.length > 0) {
    await run(
      ['--literal-pathspecs', 'rm', '--cached', '-r', '--quiet', '--sparse', '--ignore-unmatch', ...listed],
      joinFields(gone),
    );
  }
  if (there.length === 0) return true;
  try {
    const add = ['--literal-pathspecs', 'add', '--all', '--sparse', '--ignore-errors', ...listed];
    await run(add, joinFields(there));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (/did not match any files/.test(error.stderr)) return false;
    if (!PARTLY.test(error.stderr)) throw error;
  }
  if (folders.length > 0) for (const name of await editedInside(run, worktree, folders)) inside.add(name);
  return true;
}

/** A repository inside the worktree is one thing to git: of paths within it, that of the repository. */
function outermost(worktree: string, paths: readonly Buffer[]): Buffer[] {
  const holds = new Map<string, boolean>();
  const isRepository = (folder: Buffer) => {
    const key = folder.toString('latin1');
    const known = holds.get(key) ?? existsSync(below(worktree, Buffer.concat([folder, Buffer.from('/.git')])));
    holds.set(key, known);
    return known;
  };
  const found = new Map<string, Buffer>();
  for (const path of paths) {
    let at = path.indexOf(0x2f);
    while (at > 0 && at < path.length - 1 && !isRepository(path.subarray(0, at))) at = path.indexOf(0x2f, at + 1);
    const top = at > 0 && at < path.length - 1 ? path.subarray(0, at) : path;
    found.set(top.toString('latin1'), top);
  }
  return [...found.values()];
}

/** git could not take some files, and has taken all others: unreadable ones, ignored ones, nested repositories without a commit. */
const PARTLY =
  /adding files failed|unable to index file|does not have a commit checked out|are ignored by one of|Permission denied/;
