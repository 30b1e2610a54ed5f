import { WORDS_PER_CELL } from '../../schema/screen.ts';
import type { TerminalRect } from '../types.ts';
import type { RowWriter } from './row.ts';
import { type Screen, scrollUp } from './screen.ts';

/** Cells of `next`'s rows top to bottom - by that differ from `shown`'s, `by` rows further down. */
function differing(next: Screen, shown: Screen, top: number, bottom: number, by: number): number {
  const stride = next.cols * WORDS_PER_CELL;
  const end = (bottom + 1 - by) * stride;
  const shift = by * stride;
  const a = next.words;
  const b = shown.words;
  let count = 0;
  for (let at = top * stride; at < end; at += WORDS_PER_CELL) {
    const from = at + shift;
    if (a[at] !== b[from] || a[at + 1] !== b[from + 1] || a[at + 2] !== b[from + 2]) count++;
  }
  return count;
}

/**
 * Lets the terminal itself move the rows of a pane that has scrolled by `by`, when that leaves less to be written: always
 * for a pane of full width; for one beside others (whose rows move too and are repaired in the same update) only when
 * `atomic`, that is when the terminal shows whole updates only.
 */
export function scrollPane(w: RowWriter, rect: TerminalRect, by: number, atomic: boolean): boolean {
  const { next, shown, out } = w;
  const top = Math.max(0, rect.y);
  const bottom = Math.min(next.rows, rect.y + rect.height) - 1;
  const full = rect.x <= 0 && rect.x + rect.width >= next.cols;
  if (by <= 0 || by > bottom - top || !(full || atomic)) return false;
  const asIs = differing(next, shown, top, bottom, 0);
  const moved = differing(next, shown, top, bottom, by) + by * next.cols;
  // A third: moving the other panes' rows must pay, and a few cells are cheaper written.
  if (asIs < 40 || moved * 3 > asIs * 2) return false;
  const whole = top === 0 && bottom === next.rows - 1;
  w.pen.setBackground(out, 0);
  if (!whole) out.ascii(`\x1b[${top + 1};${bottom + 1}r`);
  out.csi(by, 'S');
  if (!whole) {
    out.ascii('\x1b[r');
    w.caret.home();
  }
  scrollUp(shown, top, bottom, by);
  return true;
}
