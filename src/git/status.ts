import { fieldsOf } from './lines.ts';
import { commitOf } from './repository.ts';
import type { View } from './temp-index.ts';

export interface ChangedFile {
  /** `git status`'s two letters: the index against HEAD, the file against the index. */
  index: string;
  file: string;
  /** Relative to the worktree; ends in "/" for a repository inside the worktree that git does not look into. */
  name: Buffer;
}

/**
 * Every changed, staged, conflicted and untracked file; ignored ones are not among them. `stand`: the commit that counts
 * when HEAD has none (its branch was deleted): to git, every file is new then.
 */
export async function changedFiles(view: View, stand?: string): Promise<ChangedFile[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
  const seen = fieldsOf(await view.bytes(args)).map((field) => ({
    index: String.fromCharCode(field[0]!),
    file: String.fromCharCode(field[1]!),
    name: field.subarray(3),
  }));
  return stand && !(await commitOf(view.worktree, 'HEAD')) ? against(view, stand, seen) : seen;
}

async function against(view: View, stand: string, seen: ChangedFile[]): Promise<ChangedFile[]> {
  const staged = new Map(
    fieldsOf(await view.bytes(['diff-index', '--cached', '--name-only', '-z', '--no-renames', stand])).map((name) => [
      name.toString('latin1'),
      name,
    ]),
  );
  const known = new Set(seen.map(({ name }) => name.toString('latin1')));
  const gone = [...staged].filter(([key]) => !known.has(key)).map(([, name]) => ({ index: 'D', file: ' ', name }));
  const left = seen.map((one) =>
    one.index === 'A' && one.file !== 'A' && !staged.has(one.name.toString('latin1')) ? { ...one, index: ' ' } : one,
  );
  return [...left.filter(({ index, file }) => index !== ' ' || file !== ' '), ...gone];
}

/** The letters git gives to a file that a merge left in conflict. */
export const isConflict = ({ index, file }: ChangedFile) =>
  index === 'U' || file === 'U' || (index === 'A' && file === 'A') || (index === 'D' && file === 'D');
