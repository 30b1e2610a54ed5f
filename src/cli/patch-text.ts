import type { FileChange } from '../schema/change.ts';
import { UNSEEN } from '../util/signs.ts';
import type { Paint } from './print.ts';

const HIDDEN = new RegExp(`[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f${UNSEEN}]`, 'gu');

/** Control characters as `cat -v` shows them, and what nobody would see: nothing in a file may act on the person's terminal. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (char) => {
    const code = char.codePointAt(0)!;
    if (code >= 0xa0) return `\\u{${code.toString(16)}}`;
    return code < 0x20 ? `^${String.fromCharCode(code + 64)}` : code === 0x7f ? '^?' : `\\x${code.toString(16)}`;
  });

/** A patch for the eye. `numbered`: its hunks are the ones of `changes` (which has them with three lines around), in the same order. */
export function patchText(patch: Buffer, changes: readonly FileChange[], numbered: boolean, paint: Paint): string {
  const files = new Map(changes.map((change) => [change.newBlob.concat(change.oldBlob), change]));
  let change: FileChange | undefined;
  let nth = 0;
  let inHunk = false;
  const lines = patch.toString().split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines
    .map((raw) => {
      const line = visible(raw.replace(/\r$/, ''));
      const blobs = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/.exec(line);
      if (line.startsWith('diff --git ')) {
        nth = 0;
        inHunk = false;
        change = undefined;
      } else if (!inHunk && blobs) change = files.get(blobs[2]!.concat(blobs[1]!));
      if (/^@@ /.test(line)) {
        inHunk = true;
        const hunk = change?.hunks[nth++];
        const note = numbered && hunk ? paint('dim', `  [${nth}: ${hunk.state ?? 'mixed'}]`) : '';
        return `${paint('cyan', line)}${note}\n`;
      }
      if (!inHunk) return `${paint('bold', line)}\n`;
      return `${line.startsWith('+') ? paint('green', line) : line.startsWith('-') ? paint('red', line) : line}\n`;
    })
    .join('');
}
