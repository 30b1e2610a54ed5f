import { chmod, lstat, mkdir, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SavedMeta } from '../schema/saved.ts';
import { BooError } from '../util/errors.ts';
import { below, fieldsOf } from './lines.ts';
import {
  branchRef,
  checkBranchName,
  commitOf,
  commonFolder,
  exclusively,
  gitFolder,
  listWorktrees,
  realTarget,
} from './repository.ts';
import { git } from './run.ts';
import { findSaved, readSaved } from './saved.ts';
import { type View, viewOf } from './temp-index.ts';
import { addWorktree, checkPathFree } from './worktree.ts';

interface Difference {
  mode: string;
  oid: string;
  name: Buffer;
}

/** The files whose saved state differs from the saved index. Mode 000000: deleted. */
async function differences(view: View, index: string, tree: string): Promise<Difference[]> {
  const fields = fieldsOf(await view.bytes(['diff-tree', '-r', '-z', '--no-renames', '--raw', index, tree]));
  const pairs = Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i]!, fields[2 * i + 1]!] as const);
  return pairs.map(([about, name]) => {
    const [, mode = '', , oid = ''] = about.toString('latin1').split(' ');
    return { mode, oid, name };
  });
}

const parentsOf = (name: Buffer): Buffer[] =>
  [...name.keys()].filter((at) => name[at] === 0x2f).map((at) => name.subarray(0, at));

/** Removes a file, and the folders that are empty then. */
async function removeFile(worktree: string, name: Buffer): Promise<void> {
  await unlink(below(worktree, name)).catch(() => {});
  for (const folder of parentsOf(name).reverse()) {
    const gone = await rmdir(below(worktree, folder)).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}

/** Writes a file byte for byte as it was saved: no line-end conversion, no smudge filter. */
async function writeSaved(view: View, { mode, oid, name }: Difference, modes: Record<string, number>): Promise<void> {
  const path = below(view.worktree, name);
  for (const folder of parentsOf(name)) {
    const stat = await lstat(below(view.worktree, folder)).catch(() => undefined);
    if (stat && !stat.isDirectory()) await unlink(below(view.worktree, folder));
    if (!stat?.isDirectory()) await mkdir(below(view.worktree, folder));
  }
  await unlink(path).catch(() => {});
  const content = await view.bytes(['cat-file', 'blob', oid]);
  if (mode === '120000') return symlink(content, path);
  await writeFile(path, content, { flag: 'wx' });
  const bits = modes[name.toString('latin1')] ?? (mode === '100755' ? 0o755 : 0o644);
  await chmod(path, bits);
}

/** A file of the saved extras, or undefined. */
async function extraFile(view: View, extra: string | null, name: string): Promise<Buffer | undefined> {
  if (!extra) return undefined;
  const listed = await view.git(['ls-tree', '-z', extra, '--', name]);
  const oid = / blob ([0-9a-f]+)\t/.exec(listed)?.[1];
  return oid ? view.bytes(['cat-file', 'blob', oid]) : undefined;
}

/** Brings back files in conflict, and the merge or rebase that was under way. */
async function restoreOperation(view: View, meta: SavedMeta): Promise<void> {
  const conflicts = await extraFile(view, meta.extra, 'conflicts');
  if (conflicts) {
    const names = fieldsOf(conflicts).map((field) => field.subarray(field.indexOf(9) + 1));
    const nothing = Buffer.from(`0 ${'0'.repeat(meta.head.length)}\t`);
    const gone = names.map((name) => Buffer.concat([nothing, name, Buffer.of(0)]));
    await view.git(['update-index', '-z', '--index-info'], Buffer.concat([...gone, conflicts]));
  }
  if (!meta.extra) return;
  const own = await gitFolder(view.worktree);
  const listed = await view.git(['ls-tree', '-r', '-z', '--full-tree', meta.extra, '--', 'state/']);
  for (const entry of listed.split('\0').filter(Boolean)) {
    const [about = '', name = ''] = entry.split('\t');
    const path = join(own, name.slice('state/'.length));
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, await view.bytes(['cat-file', 'blob', about.split(' ')[2]!]));
  }
}

/** Brings a checkout that stands on `meta.head` to the saved index and files. */
async function applySaved(worktree: string, meta: SavedMeta): Promise<void> {
  const view = viewOf(worktree);
  await view.git(['read-tree', '-m', '-u', '--no-recurse-submodules', 'HEAD', meta.index]);
  const modes = await extraFile(view, meta.extra, 'modes');
  const bits: Record<string, number> = modes ? JSON.parse(modes.toString()) : {};
  const all = await differences(view, meta.index, meta.tree);
  const files = all.filter(({ mode }) => mode !== '160000');
  for (const one of files.filter(({ mode }) => mode === '000000')) await removeFile(worktree, one.name);
  for (const one of files.filter(({ mode }) => mode !== '000000')) await writeSaved(view, one, bits);
  await restoreOperation(view, meta);
  await git(['update-index', '-q', '--refresh'], { cwd: worktree, allow: [1] });
}

/** Brings the saved work of submodules back; their objects come out of the project's own store. */
async function applySubmodules(worktree: string, meta: SavedMeta, store: string): Promise<void> {
  for (const { path, commit } of meta.submodules) {
    const inside = join(worktree, path);
    const saved = await readSaved(store, commit);
    if (!saved) throw new BooError('failed', `the saved work of submodule ${path} is not there`);
    if (!(await lstat(join(inside, '.git')).catch(() => undefined)))
      await git(['init', '--quiet', inside], { cwd: worktree });
    const upload = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack';
    const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'];
    await git(['-c', 'protocol.file.allow=always', 'fetch', ...quiet, upload, store, commit], { cwd: inside });
    await git(['checkout', '--quiet', '--detach', saved.head], { cwd: inside });
    await applySaved(inside, saved);
    await applySubmodules(inside, saved, store);
  }
}

/** Where the branch comes back: made anew, or the existing one when it stands where it stood and nobody is on it. */
async function findBranch(root: string, branch: string, tip: string): Promise<{ branchExists: boolean }> {
  await checkBranchName(root, branch);
  const present = await commitOf(root, branchRef(branch));
  if (!present) return { branchExists: false };
  const hint = `Give it another name first (git branch -m ${branch} ${branch}-old), then restore again.`;
  if (present !== tip) {
    throw new BooError('conflict', `the branch ${branch} has moved on since the work was saved`, hint);
  }
  const user = (await listWorktrees(root)).find((entry) => entry.branch === branch);
  if (user) throw new BooError('conflict', `the branch ${branch} is checked out in ${user.path}`, hint);
  return { branchExists: true };
}

/**
 * Brings saved work back as a worktree at `path` on `branch`: committed work as commits, staged work staged, everything
 * else uncommitted and untracked as it was, byte for byte. The saved ref stays. On any failure nothing is left.
 * BooError `conflict` when path or branch are taken, `not_found` when `ref` is no saved work.
 */
export async function restoreWork({
  root,
  ref,
  path: wanted,
  branch,
}: {
  root: string;
  ref: string;
  path: string;
  branch: string;
}): Promise<{ worktree: string; branch: string; warnings: string[] }> {
  const { meta } = await findSaved(root, ref);
  const path = realTarget(wanted);
  return exclusively(root, async () => {
    await checkPathFree(root, path);
    const tip = meta.branchTip ?? meta.head;
    const found = await findBranch(root, branch, tip);
    const store = await commonFolder(root);
    const warnings = await addWorktree({
      root,
      path,
      branch,
      commit: tip,
      ...found,
      detachedAt: tip === meta.head ? undefined : meta.head,
      finish: async (worktree) => {
        await applySaved(worktree, meta);
        await applySubmodules(worktree, meta, store);
      },
    });
    return { worktree: path, branch, warnings };
  });
}
