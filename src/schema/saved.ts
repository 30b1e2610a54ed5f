import * as z from './z.ts';

const Oid = z.string().regex(/^[0-9a-f]{40,64}$/);

/** A worktree as it was: the commit it stood on, and the trees of its index and of its files (untracked ones included). */
export const Snapshot = z.object({ head: Oid, index: Oid, tree: Oid });
export type Snapshot = z.infer<typeof Snapshot>;

/**
 * What a commit under refs/boocode/saved/ holds, as JSON on the last line of its message. Its tree is the worktree's
 * files; its parents keep everything else reachable.
 */
export const SavedMeta = Snapshot.extend({
  version: z.literal(1),
  /** The agent's name. */
  name: z.string(),
  branch: z.string().nullable(),
  /** Where the branch stood; differs from `head` in the middle of a rebase. */
  branchTip: Oid.nullable(),
  /** Milliseconds since the epoch. */
  savedAt: z.number(),
  /** Tree with what git keeps beside commits: `conflicts`, `modes`, `state/…` of a merge or rebase. */
  extra: Oid.nullable(),
  /** Submodules that had work of their own: a commit of this same shape for each, in the same object store. */
  submodules: z.array(z.object({ path: z.string(), commit: Oid })),
});
export type SavedMeta = z.infer<typeof SavedMeta>;
