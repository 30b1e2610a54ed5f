import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { TerminalRect } from '../types.ts';
import type { RowWriter } from './row.ts';
import { scrollUp } from './screen.ts';

/** Cells that must differ before moving rows is worth it. */
const MIN_MOVED = 40;

/**
 * Cells of `next`'s rows top to bottom - by that differ from `shown`'s, `by` rows further down; counted up to `enough`,
 * since going through two whole screens twice took a third of a scroll's painting.
 */
function differing(w: RowWriter, top: number, bottom: number, by: number, enough: number): number {
  const { next, shown } = w;
  const stride = next.cols * WORDS_PER_CELL;
  const end = (bottom + 1 - by) * stride;
  const shift = by * stride;
  const a = next.words;
  const b = shown.words;
  let count = 0;
  for (let at = top * stride; at < end && count < enough; at += WORDS_PER_CELL) {
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
  // A third: moving the other panes' rows must pay, and a few cells are cheaper written.
  const most = ((bottom - top + 1) * next.cols * 2) / 3;
  const moved = differing(w, top, bottom, by, most) + by * next.cols;
  const worth = Math.max(MIN_MOVED, Math.ceil((moved * 3) / 2));
  if (differing(w, top, bottom, 0, worth) < worth) return false;
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
