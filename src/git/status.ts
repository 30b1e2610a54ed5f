import { fieldsOf } from './lines.ts';
import type { View } from './temp-index.ts';

export interface ChangedFile {
  /** `git status`'s two letters: the index against HEAD, the file against the index. */
  index: string;
  file: string;
  /** Relative to the worktree; ends in "/" for a repository inside the worktree that git does not look into. */
  name: Buffer;
}

/** Every changed, staged, conflicted and untracked file; ignored ones are not among them. */
export async function changedFiles(view: View): Promise<ChangedFile[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
  return fieldsOf(await view.bytes(args)).map((field) => ({
    index: String.fromCharCode(field[0]!),
    file: String.fromCharCode(field[1]!),
    name: field.subarray(3),
  }));
}

/** The letters git gives to a file that a merge left in conflict. */
export const isConflict = ({ index, file }: ChangedFile) =>
  index === 'U' || file === 'U' || (index === 'A' && file === 'A') || (index === 'D' && file === 'D');
