import { isUtf8 } from 'node:buffer';
import { fieldsOf, joinFields } from './lines.ts';

type Git = (args: readonly string[], input?: string | Buffer) => Promise<Buffer>;

/**
 * Which of these files, too big to be stored, differ from what an index of ours knows. Of those it knows again what HEAD has: it may have
 * seen one while that was small still, and half a file is nobody's content.
 */
export async function changedHuge(git: Git, names: readonly Buffer[]): Promise<Buffer[]> {
  // Arguments are text: one whose name is none counts as changed, and stays as the index has it.
  const paths = names.filter((name) => isUtf8(name)).map(String);
  if (paths.length === 0) return [...names];
  const known = keysOf(await git(['--literal-pathspecs', 'ls-files', '-z', '--', ...paths]));
  if (known.size === 0) return [...names];
  // Another size says it all; only files of the very size are read.
  const diff = ['diff', '--name-only', '--no-ext-diff', '--no-textconv', '--no-renames', '-z', '--', ...paths];
  const differ = keysOf(await git(['--literal-pathspecs', ...diff]));
  const changed = names.filter((name) => !known.has(keyOf(name)) || differ.has(keyOf(name)));
  const stale = changed.filter((name) => known.has(keyOf(name)));
  const listed = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  if (stale.length > 0) await git(['--literal-pathspecs', 'reset', '--quiet', ...listed], joinFields(stale));
  return changed;
}

const keyOf = (name: Buffer) => name.toString('latin1');
const keysOf = (fields: Buffer) => new Set(fieldsOf(fields).map(keyOf));
