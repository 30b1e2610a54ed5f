import { join } from 'node:path';
import type { SavedWork } from '../schema/daemon.ts';
import type { SavedMeta } from '../schema/saved.ts';
import { BooError } from '../util/errors.ts';
import { namedCommits, operationFiles } from './operation.ts';
import { findPlace, type Place } from './place.ts';
import { branchRef, commitOf, exclusively, gitFolder } from './repository.ts';
import { git } from './run.ts';
import { freeRef, savedMessage } from './saved.ts';
import { type FullSnapshot, hashBytes, hashFiles, indexInfo, takeSnapshot } from './snapshot.ts';
import { submoduleAtRisk } from './submodule-risk.ts';
import { isFilled, listSubmodules } from './submodules.ts';
import { type View, viewOf, withTempIndex } from './temp-index.ts';
import { strayCommits, tipOf } from './tips.ts';

export { restoreWork } from './restore.ts';
export { listSaved } from './saved.ts';

interface About {
  name: string;
  branch: string | null;
  /** The commit the branch was made from, which stands in when neither HEAD nor branch has one any more. */
  baseCommit?: string | null | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Commits are BooCode's own, not the person's: nobody's name or signing key is used. */
async function commitTree(view: View, tree: string, parents: string[], message: string, now: number): Promise<string> {
  const who = ['-c', 'user.name=BooCode', '-c', 'user.email=boocode@localhost', '-c', 'i18n.commitEncoding=UTF-8'];
  const date = `${Math.floor(now / 1000)} +0000`;
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const unique = [...new Set(parents)].flatMap((parent) => ['-p', parent]);
  return (await viewOf(view.worktree, dates).git([...who, 'commit-tree', tree, ...unique], message)).trim();
}

/** The tree of what git keeps beside commits, or null when there is nothing of the kind. */
async function extraTree(worktree: string, snapshot: FullSnapshot): Promise<{ tree: string; named: string[] } | null> {
  const { folder, names } = await operationFiles(worktree);
  const plain = viewOf(folder);
  const files = await hashFiles(
    plain,
    names.map((name) => Buffer.from(name)),
  );
  const entries = names.map((name, index) => ({ name: `state/${name}`, oid: files[index]! }));
  if (snapshot.conflicts.length > 0) {
    entries.push({ name: 'conflicts', oid: await hashBytes(plain, snapshot.conflicts) });
    const stages = new Set(snapshot.conflicts.toString('latin1').match(/(?<=^|\0)\d{6} [0-9a-f]+/g) ?? []);
    // Only here so that the stages' contents stay reachable.
    for (const stage of stages) entries.push({ name: `stages/${stage.slice(7)}`, oid: stage.slice(7) });
  }
  if (Object.keys(snapshot.modes).length > 0) {
    entries.push({ name: 'modes', oid: await hashBytes(plain, Buffer.from(JSON.stringify(snapshot.modes))) });
  }
  if (entries.length === 0) return null;
  const info = entries.map(({ name, oid }) => ({ mode: '100644', oid, name: Buffer.from(name) }));
  const tree = await withTempIndex(
    worktree,
    async (view) => {
      await view.git(['update-index', '-z', '--index-info'], indexInfo(info));
      return (await view.git(['write-tree'])).trim();
    },
    { empty: true },
  );
  return { tree, named: await namedCommits(folder, names) };
}

const existing = async (worktree: string, oids: string[]) => {
  const found = await Promise.all(oids.map((oid) => commitOf(worktree, oid)));
  return found.filter((oid) => oid !== null);
};

/** Saves the submodules that have work of their own, and brings their objects into the project's store. */
async function saveSubmodules(worktree: string, about: About): Promise<SavedMeta['submodules']> {
  const saved: SavedMeta['submodules'] = [];
  for (const one of await listSubmodules(worktree)) {
    const inside = join(worktree, one.path);
    if (!isFilled(worktree, one) || !(await submoduleAtRisk(worktree, one))) continue;
    const branches = (
      await git(['for-each-ref', '--format=%(objectname)', 'refs/heads', 'refs/stash'], { cwd: inside })
    ).stdout
      .split('\n')
      .filter(Boolean);
    const { commit } = await saveCommit(inside, { ...about, branch: null }, branches);
    const from = await gitFolder(inside);
    // The commit has no ref in the submodule: it is asked for by its own name.
    const upload = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack';
    const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'];
    await git(['-c', 'protocol.file.allow=always', 'fetch', ...quiet, upload, from, commit], { cwd: worktree });
    saved.push({ path: one.path, commit });
  }
  return saved;
}

/** One commit that holds all of a worktree's state. `also`: further commits that it keeps. */
async function saveCommit(
  worktree: string,
  about: About,
  also: string[],
  options: { files?: boolean } = {},
): Promise<{ commit: string; meta: SavedMeta }> {
  const { name, branch, baseCommit = null, now } = about;
  const submodules = await saveSubmodules(worktree, about);
  const snapshot = await takeSnapshot(worktree, [baseCommit], options);
  const extra = await extraTree(worktree, snapshot);
  const branchTip = await tipOf(await gitFolder(worktree), branch);
  const { head, index, tree } = snapshot;
  const view = viewOf(worktree);
  const parents = [head, await commitTree(view, index, [head], 'boocode: the index\n', now)];
  const kept = await existing(worktree, [...(extra?.named ?? []), ...submodules.map(({ commit }) => commit), ...also]);
  if (extra || kept.length > 0) {
    const beside = extra?.tree ?? (await view.git(['mktree'], '')).trim();
    parents.push(await commitTree(view, beside, kept, 'boocode: beside the index\n', now));
  }
  if (branchTip) parents.push(branchTip);
  const meta: SavedMeta = {
    version: 1,
    name,
    branch,
    branchTip,
    savedAt: now,
    head,
    index,
    tree,
    extra: extra?.tree ?? null,
    submodules,
  };
  return { commit: await commitTree(view, tree, parents, savedMessage(meta), now), meta };
}

/** A worktree wherever it is, or what git still has of one whose folder is gone: its commits and what was staged. */
async function savePlace(place: Exclude<Place, { kind: 'unknown' }>, about: About): Promise<string> {
  const stray = await strayCommits(place.folder, []);
  const files = place.kind !== 'gone';
  return (await saveCommit(files ? place.path : place.folder, about, stray, { files })).commit;
}

/** Without a worktree: the branch alone, as a worktree that stands on it and is clean. */
async function saveBranch(root: string, { name, branch, now }: About): Promise<string> {
  const head = branch === null ? null : await commitOf(root, branchRef(branch));
  if (!head) throw new BooError('not_found', `there is no worktree and no branch of ${name} to save`);
  const tree = (await git(['rev-parse', `${head}^{tree}`], { cwd: root })).stdout.trim();
  const meta: SavedMeta = {
    ...{ version: 1, name, branch, branchTip: head, savedAt: now, head, index: tree, tree },
    ...{ extra: null, submodules: [] },
  };
  return commitTree(viewOf(root), tree, [head], savedMessage(meta), now);
}

/**
 * Saves all work of an agent under refs/boocode/saved/<name>/<time>: its commits, what is staged, every changed and
 * untracked file as it lies there (ignored ones not), a merge or rebase under way, submodules. Worktree, index, stash and
 * branches stay as they are. Of a worktree whose folder is gone: what git still has of it, else the branch alone. A branch
 * that was deleted is saved as far as the worktree's own log names its commits. `now` in milliseconds.
 */
export async function saveWork(options: {
  root: string;
  worktree: string | null;
  branch: string | null;
  name: string;
  baseCommit?: string | null | undefined;
  now: number;
}): Promise<SavedWork> {
  const { root, worktree, name, branch, now } = options;
  return exclusively(root, async () => {
    const place = worktree === null ? null : await findPlace(root, worktree, branch);
    const commit = place && 'folder' in place ? await savePlace(place, options) : await saveBranch(root, options);
    const ref = await freeRef(root, name, now);
    await git(['-c', 'core.fsync=all', 'update-ref', '-m', 'boocode: saved', ref, commit, ''], { cwd: root });
    return { ref, commit, name, savedAt: now };
  });
}
