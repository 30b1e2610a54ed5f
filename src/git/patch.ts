import { isUtf8 } from 'node:buffer';
import { DIFF, HOW } from './changes.ts';
import { nameText } from './names.ts';
import type { Shadow } from './shadow.ts';

/**
 * A worktree's difference from `base` as a patch that `git apply` takes, binary files included, byte for byte. `only`: just these files
 * (of a renamed one both names). Files too big to be looked into are not in it.
 */
export async function patchOf(
  shadow: Shadow,
  base: string,
  { only, context }: { only: readonly Buffer[] | null; context: number },
): Promise<Buffer> {
  const what = ['diff-index', '--cached', '--patch', '--binary', '--full-index', '--find-renames'];
  // Arguments are text: names that are none are picked out of the whole.
  const isText = only?.every((name) => isUtf8(name)) ?? true;
  const paths = only && isText ? only.map(String) : [];
  const args = [...DIFF, '--literal-pathspecs', ...what, ...HOW, `--unified=${context}`, base, '--', ...paths];
  const patch = await shadow.git(args);
  return only && !isText ? pick(patch, only) : patch;
}

/** The parts of a patch that are of these files. No line of a file's content begins like a part: each has its sign before it. */
function pick(patch: Buffer, only: readonly Buffer[]): Buffer {
  const ends = only
    .map((name) => nameText(name))
    .map((text) => (text.startsWith('"') ? ` "b/${text.slice(1)}` : ` b/${text}`));
  const parts = patch.toString('latin1').split(/^(?=diff --git )/m);
  const wanted = parts.filter((part) => ends.some((end) => part.slice(0, part.indexOf('\n')).endsWith(end)));
  return Buffer.from(wanted.join(''), 'latin1');
}
