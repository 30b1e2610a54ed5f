import type { Size } from '../../schema/agent.ts';
import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { Cursor } from '../../schema/screen.ts';
import type { Abilities, CompositorStats, TerminalRect } from '../types.ts';
import { createCaret } from './caret.ts';
import { colorMapper } from './colors.ts';
import { composeBeside, composeRow, type Layers } from './compose.ts';
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

/** Writes what differs of a row, after which it is shown. True when anything did. */
function rowWriters(w: RowWriter) {
  const { cols } = w.next;
  const write = (y: number, from: number, to: number): boolean => {
    if (!writeRow(w, y, from, to)) return false;
    const start = y * cols;
    const cells = w.next.words.subarray((start + from) * WORDS_PER_CELL, (start + to) * WORDS_PER_CELL);
    w.shown.words.set(cells, (start + from) * WORDS_PER_CELL);
    w.shown.extras[y] = w.next.extras[y]!;
    return true;
  };
  return {
    all: (y: number) => write(y, 0, cols),
    beside(y: number, { x, width }: TerminalRect): boolean {
      const before = write(y, 0, Math.max(0, x));
      return write(y, Math.min(cols, x + width), cols) || before;
    },
  };
}

/** In `due`: what is wanted and `next`, or `next` and `shown`, may differ in this row; or they may beside the pane that has moved. */
const ALL = 1;
const BESIDE = 2;

/** Moves, composes and writes the rows that are due, and no others. Counts those composed in `stats.rows`. */
function dueRows(w: RowWriter, abilities: Abilities, stats: Pick<CompositorStats, 'rows'>) {
  const { rows } = w.next;
  const note = createStale(rows);
  const mapRow = colorMapper(abilities.depth);
  const writers = rowWriters(w);
  const due = new Uint8Array(rows).fill(ALL);
  /** Per row that is due beside it: the pane. */
  const panes = new Array<TerminalRect | undefined>(rows);
  return {
    due,
    /** Notes what is due. True: rows have moved, which they may when it is known what is shown. */
    move(picture: Picture, known: boolean): boolean {
      let bottom = 0;
      for (const move of note(picture, due)) {
        const moved = known && move.rect.y >= bottom ? scrollPane(w, move, abilities.atomic) : undefined;
        if (!moved) continue;
        bottom = moved.end;
        due.fill(ALL, moved.top, moved.end);
        for (const y of move.kept) {
          due[y] = BESIDE;
          panes[y] = move.rect;
        }
      }
      return bottom > 0;
    },
    compose(picture: Picture): void {
      for (let y = 0; y < rows; y++) {
        if (due[y] === 0) continue;
        if (due[y] === BESIDE) composeBeside(w.next, y, picture, panes[y]!);
        else composeRow(w.next, y, picture);
        mapRow(w.next, y);
        stats.rows++;
      }
    },
    /** How many rows differed. */
    write(): number {
      let written = 0;
      for (let y = 0; y < rows; y++) {
        if (due[y] === 0) continue;
        if (due[y] === BESIDE ? writers.beside(y, panes[y]!) : writers.all(y)) written++;
        due[y] = 0;
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
  const { due, move, compose, write } = dueRows(w, abilities, stats);
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
      const moved = move(picture, !fresh);
      compose(picture);
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
