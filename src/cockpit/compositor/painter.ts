import type { Size } from '../../schema/agent.ts';
import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { Cursor } from '../../schema/screen.ts';
import type { Abilities, CompositorStats, TerminalRect } from '../types.ts';
import { createCaret } from './caret.ts';
import { colorMapper } from './colors.ts';
import { composeRow, type Layers } from './compose.ts';
import { createOut } from './out.ts';
import { createPen } from './pen.ts';
import { type RowWriter, writeRow } from './row.ts';
import { createScreen } from './screen.ts';
import { scrollPane } from './scroll.ts';
import { createStale } from './stale.ts';

const SYNC_BEGIN = '\x1b[?2026h';
const SYNC_END = '\x1b[?2026l';

/** What is to be seen: layers, and where the cursor stands (null: hidden). */
export interface Picture extends Layers {
  cursor: Cursor | null;
  /** Per row: another number (nextStamp) each time when chrome, patches or overlays there have changed. */
  stamps: ArrayLike<number>;
}

/** Turns pictures into the bytes that bring a terminal from the last one to the next. Pure but for what it remembers. */
export interface Painter {
  /** Empty when nothing differs. */
  paint(picture: Picture): Uint8Array;
  /** What the terminal shows is not known any more. */
  invalidate(): void;
}

/** DECSCUSR. A steady block is an emulator's default, for which the person's own choice (0) is put. */
function cursorShape({ shape, blink }: Cursor): number {
  if (shape === 'block') return blink ? 1 : 0;
  return (shape === 'underline' ? 4 : 6) - (blink ? 1 : 0);
}

function cursorWriter(w: RowWriter) {
  let visible: boolean | null = null;
  let shape = 0;
  return {
    forget: () => {
      visible = null;
    },
    hide() {
      if (visible !== false) w.out.ascii('\x1b[?25l');
      visible = false;
    },
    show(cursor: Cursor | null) {
      const inside =
        cursor?.visible && cursor.x < w.next.cols && cursor.y < w.next.rows && cursor.x >= 0 && cursor.y >= 0;
      if (!inside) return this.hide();
      w.caret.move(w.out, cursor.x, cursor.y);
      if (cursorShape(cursor) !== shape) {
        shape = cursorShape(cursor);
        w.out.ascii(`\x1b[${shape} q`);
      }
      if (!visible) w.out.ascii('\x1b[?25h');
      visible = true;
    },
  };
}

/** Rows each child had scrolled in all when it was last painted. */
function scrolls(w: RowWriter, abilities: Abilities) {
  let painted = new Map<string, number>();
  return (terminals: readonly TerminalRect[], due: Uint8Array) => {
    let moved = false;
    const now = new Map<string, number>();
    for (const rect of terminals) {
      const before = painted.get(rect.id);
      now.set(rect.id, rect.grid.scrolled);
      if (before === undefined) continue;
      if (!scrollPane(w, rect, rect.grid.scrolled - before, abilities.atomic)) continue;
      moved = true;
      // Whole rows have moved, also of what stands beside the pane.
      due.fill(1, Math.max(0, rect.y), Math.max(0, rect.y + rect.height));
    }
    painted = now;
    return moved;
  };
}

/** Composes and writes the rows that are due, and no others. Counts those composed in `stats.rows`. */
function dueRows(w: RowWriter, depth: Abilities['depth'], stats: Pick<CompositorStats, 'rows'>) {
  const { cols, rows } = w.next;
  const stride = cols * WORDS_PER_CELL;
  const note = createStale(rows);
  const mapRow = colorMapper(depth);
  /** 1: what is wanted and `next`, or `next` and `shown`, may differ in this row. */
  const due = new Uint8Array(rows).fill(1);
  return {
    due,
    compose(picture: Picture): void {
      note(picture, due);
      for (let y = 0; y < rows; y++) {
        if (due[y] === 0) continue;
        composeRow(w.next, y, picture);
        mapRow(w.next, y);
        stats.rows++;
      }
    },
    /** How many rows differed. */
    write(): number {
      let written = 0;
      for (let y = 0; y < rows; y++) {
        if (due[y] === 0) continue;
        due[y] = 0;
        if (!writeRow(w, y)) continue;
        written++;
        w.shown.words.set(w.next.words.subarray(y * stride, (y + 1) * stride), y * stride);
        w.shown.extras[y] = w.next.extras[y]!;
      }
      return written;
    },
  };
}

export function createPainter(
  { cols, rows }: Size,
  abilities: Abilities,
  stats: Pick<CompositorStats, 'rows'>,
): Painter {
  const w: RowWriter = {
    out: createOut(),
    pen: createPen(),
    caret: createCaret(cols),
    next: createScreen(cols, rows),
    shown: createScreen(cols, rows),
    erasesWithBackground: abilities.erasesWithBackground,
  };
  const cursor = cursorWriter(w);
  const scroll = scrolls(w, abilities);
  const { due, compose, write } = dueRows(w, abilities.depth, stats);
  let known = false;

  const clear = () => {
    w.pen.forget();
    w.caret.forget();
    cursor.forget();
    cursor.hide();
    w.pen.setBackground(w.out, 0);
    w.out.ascii('\x1b[H\x1b[2J');
    w.caret.home();
    w.shown = createScreen(cols, rows);
    due.fill(1);
    known = true;
  };
  return {
    paint(picture) {
      const fresh = !known;
      if (fresh) clear();
      compose(picture);
      const moved = scroll(picture.terminals, due);
      const written = write();
      cursor.show(picture.cursor);
      const body = w.out.take();
      return fresh || moved || written > 1 ? framed(body) : body;
    },
    invalidate() {
      known = false;
    },
  };
}

function framed(body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(body.length + SYNC_BEGIN.length + SYNC_END.length);
  whole.set(Buffer.from(SYNC_BEGIN));
  whole.set(body, SYNC_BEGIN.length);
  whole.set(Buffer.from(SYNC_END), SYNC_BEGIN.length + body.length);
  return whole;
}
