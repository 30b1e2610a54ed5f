import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { RowWriter } from './row.ts';
import { scrollUp } from './screen.ts';
import type { Move } from './stale.ts';

/** Cells that must differ before moving rows is worth it. */
const MIN_MOVED = 40;

/**
 * Cells of columns `from` to `to` of row `y` that differ from those `by` rows further down; counted up to `enough`, since going
 * through two whole screens twice took a third of a scroll's painting.
 */
function differing(words: Uint32Array, start: number, shift: number, count: number, enough: number): number {
  const end = start + count * WORDS_PER_CELL;
  let differ = 0;
  for (let a = start, b = start + shift; a < end && differ < enough; a += WORDS_PER_CELL, b += WORDS_PER_CELL) {
    if (words[a] !== words[b] || words[a + 1] !== words[b + 1] || words[a + 2] !== words[b + 2]) differ++;
  }
  return differ;
}

/**
 * Lets the terminal itself move the rows of a pane that has scrolled, when that leaves less to be written: always for a pane
 * of full width; for one beside others (whose rows move too and are repaired in the same update) only when `atomic`, that is
 * when the terminal shows whole updates only. What is wanted moves along with what is shown. Gives the first row that has
 * moved and the one after the last.
 */
export function scrollPane(w: RowWriter, move: Move, atomic: boolean): { top: number; end: number } | undefined {
  const { next, shown, out } = w;
  const { rect, by, kept } = move;
  const top = Math.max(0, rect.y);
  const end = Math.min(next.rows, rect.y + rect.height);
  const left = Math.max(0, rect.x);
  const right = Math.min(next.cols, rect.x + rect.width);
  const beside = next.cols - right + left;
  if ((beside > 0 && !atomic) || !isWorth(w, kept, by, left, right)) return undefined;
  const whole = top === 0 && end === next.rows;
  w.pen.setBackground(out, 0);
  if (!whole) out.ascii(`\x1b[${top + 1};${end}r`);
  out.csi(by, 'S');
  if (!whole) {
    out.ascii('\x1b[r');
    w.caret.home();
  }
  scrollUp(shown, top, end - 1, by);
  scrollUp(next, top, end - 1, by);
  return { top, end };
}

/** By a third: moving what stands beside the pane must pay, and a few cells are cheaper written. */
function isWorth({ shown }: RowWriter, kept: readonly number[], by: number, left: number, right: number): boolean {
  const { words, cols } = shown;
  const stride = cols * WORDS_PER_CELL;
  const shift = by * stride;
  const all = Number.POSITIVE_INFINITY;
  let moved = by * (cols - right + left);
  for (const y of kept) {
    moved += differing(words, y * stride, shift, left, all);
    moved += differing(words, y * stride + right * WORDS_PER_CELL, shift, cols - right, all);
  }
  let worth = Math.max(MIN_MOVED, Math.ceil((moved * 3) / 2));
  for (const y of kept) {
    worth -= differing(words, y * stride + left * WORDS_PER_CELL, shift, right - left, worth);
    if (worth <= 0) return true;
  }
  return false;
}
