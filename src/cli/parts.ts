import { relative, resolve, sep } from 'node:path';
import type { FileChange, Part } from '../schema/change.ts';
import { BooError } from '../util/errors.ts';
import { nameText } from '../util/quoted.ts';
import type { Context } from './context.ts';

/**
 * `FILE` as the project calls it: as it was given, or as seen from the folder the command was given in; in git's quotes, as it is shown, or
 * as it is, as a shell completes it.
 */
export function fileOf(context: Context, changes: readonly FileChange[], word: string): FileChange | undefined {
  const path = relative(context.project().root, resolve(context.io.cwd, word)).split(sep).join('/');
  const names = [word, path, ...[word, path].map((name) => nameText(Buffer.from(name)))];
  return names.map((name) => changes.find(({ file }) => file === name)).find((found) => found !== undefined);
}

/** Pieces of the hunks that `1`, `2,4` or the beginning of an id mean. */
function piecesOf({ file, hunks, whole }: FileChange, wanted: string): string[] {
  return wanted.split(',').flatMap((one) => {
    const nth = /^[1-9]\d{0,4}$/.test(one) ? hunks[Number(one) - 1] : undefined;
    if (nth) return nth.pieces.map(({ id }) => id);
    const ids = [...new Set([...hunks.flatMap(({ pieces }) => pieces), ...(whole ? [whole] : [])].map(({ id }) => id))];
    const hunk = one === '' ? [] : hunks.filter(({ id }) => id.startsWith(one));
    if (hunk.length === 1) return hunk[0]!.pieces.map(({ id }) => id);
    const found = one === '' ? [] : ids.filter((id) => id.startsWith(one));
    if (found.length === 1) return found;
    const there =
      hunks.length > 0
        ? `It has ${hunks.length === 1 ? 'hunk 1' : `hunks 1 to ${hunks.length}`}.`
        : 'It goes as a whole only.';
    if (found.length > 1)
      throw new BooError(
        'usage',
        `${one} is the beginning of ${found.length} parts of ${file}`,
        'Give more of the id.',
      );
    throw new BooError('not_found', `${file} has no hunk ${JSON.stringify(one)}`, there);
  });
}

/** What `FILE`, `FILE:2`, `FILE:1,3` or `FILE:ID` mean. Throws `not_found` with what there is. */
export function partsOf(
  context: Context,
  agent: string,
  changes: readonly FileChange[],
  words: readonly string[],
): Part[] {
  return words.map((word) => {
    const whole = fileOf(context, changes, word);
    if (whole) return { file: whole.file, pieces: null };
    const colon = word.lastIndexOf(':');
    const part = colon > 0 ? fileOf(context, changes, word.slice(0, colon)) : undefined;
    if (part) return { file: part.file, pieces: piecesOf(part, word.slice(colon + 1)) };
    const names = changes.slice(0, 8).map(({ file }) => file);
    const more = changes.length > names.length ? `, and ${changes.length - names.length} more` : '';
    const hint = names.length > 0 ? `It has changed ${names.join(', ')}${more}.` : 'It has changed nothing.';
    throw new BooError('not_found', `${agent} has not changed ${nameText(Buffer.from(word))}`, hint);
  });
}
