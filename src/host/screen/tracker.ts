import {
  Bg,
  type CellExtra,
  Content,
  type Cursor,
  type ScreenFrame,
  type ScreenModes,
  WORDS_PER_CELL,
} from '../../schema/screen.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { EMPTY_CELL, inkedCells, lineExtras } from '../emulator/line.ts';

/** What one viewer has: the version it was sent last, and where the screen stood then. */
export interface Seen {
  version: number;
  epoch: number;
  scrolled: number;
}

/** Everything of a frame that is not cells. */
interface Around {
  cursor: Cursor;
  modes: ScreenModes;
  title: string;
  history: number;
}

/** What of the child stands beside its screen: lines of history, and rows that ever left the screen's top. */
export interface Beside {
  history: number;
  pushed: number;
}

/**
 * The screen as viewers were last told of it, with the version in which each row last changed. Rows are compared by
 * content where the emulator says that they may have changed, so that what a program redraws unchanged costs no byte. When the
 * whole screen scrolled, rows move along with their versions before they are compared.
 */
export class Tracker {
  readonly #child: string;
  readonly #emulator: Emulator;
  readonly #beside: () => Beside;
  #cols = 0;
  #rows = 0;
  #shown = new Uint32Array(0);
  #versions = new Float64Array(0);
  #extras: (CellExtra[] | undefined)[] = [];
  /** Rows whose words do not say all: only there extras may change while the words stay. */
  #packed = new Uint8Array(0);
  #version = 0;
  /** Raised when all that viewers have is void: resize, buffer switch. */
  #epoch = 0;
  #scrolled = 0;
  #pushed = 0;
  #around: Around | undefined;

  constructor(child: string, emulator: Emulator, beside: () => Beside) {
    this.#child = child;
    this.#emulator = emulator;
    this.#beside = beside;
  }

  /** Compares with the emulator now; the frame that brings a viewer up to date, or undefined when it is. */
  frame(seen: Seen | undefined): { frame: ScreenFrame; seen: Seen } | undefined {
    this.#capture();
    if (seen?.version === this.#version && seen.epoch === this.#epoch) return undefined;
    const [cols, rows, version] = [this.#cols, this.#rows, this.#version];
    const shift = seen ? this.#scrolled - seen.scrolled : 0;
    const full = seen?.epoch !== this.#epoch || shift >= rows;
    const changed: ScreenFrame['header']['changed'] = [];
    const parts: Uint32Array[] = [];
    for (let y = 0; y < rows; y++) {
      if (!full && this.#versions[y]! <= seen!.version) continue;
      const row = this.#shown.subarray(y * cols * WORDS_PER_CELL, (y + 1) * cols * WORDS_PER_CELL);
      const cells = inkedCells(row);
      const extras = this.#extras[y];
      changed.push({ y, cells, ...(extras ? { extras } : {}) });
      parts.push(row.subarray(0, cells * WORDS_PER_CELL));
    }
    const header = {
      child: this.#child,
      version,
      acknowledge: false,
      full,
      cols,
      rows,
      scroll: full ? 0 : shift,
      ...this.#around!,
      changed,
    };
    return { frame: { header, words: concat(parts) }, seen: { version, epoch: this.#epoch, scrolled: this.#scrolled } };
  }

  #capture(): void {
    const { history, pushed } = this.#beside();
    const { cursor, modes, title, size } = this.#emulator;
    const resized = size.cols !== this.#cols || size.rows !== this.#rows;
    const damage = this.#emulator.takeDamage();
    const restarted = resized || this.#around?.modes.alternate !== modes.alternate;
    if (restarted) this.#restart();
    const by = modes.alternate ? 0 : pushed - this.#pushed;
    const scrolls = by > 0 && by < this.#rows && this.#around !== undefined;
    if (scrolls) this.#scroll(by);
    this.#pushed = pushed;
    if (restarted || damage.scrolled !== (scrolls ? by : 0)) this.#compareRows(0, this.#rows - 1);
    else this.#compareRows(damage.from, Math.min(damage.to, this.#rows - 1));
    const around = { cursor, modes, title, history };
    if (!sameAround(this.#around, around)) this.#version++;
    this.#around = around;
  }

  #restart(): void {
    const { cols, rows } = this.#emulator.size;
    this.#cols = cols;
    this.#rows = rows;
    this.#shown = new Uint32Array(cols * rows * WORDS_PER_CELL);
    blank(this.#shown, 0);
    this.#versions = new Float64Array(rows);
    this.#extras = new Array<undefined>(rows).fill(undefined);
    this.#packed = new Uint8Array(rows);
    this.#epoch++;
    this.#version++;
  }

  #scroll(by: number): void {
    const words = this.#cols * WORDS_PER_CELL;
    const kept = this.#rows - by;
    // In place: what is allocated at each line feed has to be collected as well.
    this.#shown.copyWithin(0, by * words);
    blank(this.#shown, kept * words);
    this.#versions.copyWithin(0, by).fill(0, kept);
    // Row by row: an array's own copyWithin asks for each element by its name, which took as long as all cells.
    for (let y = 0; y < kept; y++) this.#extras[y] = this.#extras[y + by];
    this.#extras.fill(undefined, kept);
    this.#packed.copyWithin(0, by).fill(0, kept);
    this.#scrolled += by;
    this.#version++;
  }

  #compareRows(from: number, to: number): void {
    const next = this.#version + 1;
    let changed = false;
    for (let y = from; y <= to; y++) {
      const line = this.#emulator.line(y);
      const start = y * this.#cols * WORDS_PER_CELL;
      const same = sameWords(this.#shown, start, line._data);
      if (same && !this.#packed[y]) continue;
      const extras = lineExtras(line, this.#cols);
      if (same && sameExtras(this.#extras[y], extras)) continue;
      this.#shown.set(line._data, start);
      this.#packed[y] = isPacked(line._data) ? 1 : 0;
      this.#extras[y] = extras;
      this.#versions[y] = next;
      changed = true;
    }
    if (changed) this.#version = next;
  }
}

/** Makes all cells from this word on blank. */
function blank(words: Uint32Array, from: number): void {
  words.fill(0, from);
  for (let i = from; i < words.length; i += WORDS_PER_CELL) words[i] = EMPTY_CELL;
}

function sameWords(all: Uint32Array, start: number, row: Uint32Array): boolean {
  for (let i = 0; i < row.length; i++) if (all[start + i] !== row[i]) return false;
  return true;
}

function isPacked(row: Uint32Array): boolean {
  for (let i = 0; i < row.length; i += WORDS_PER_CELL) {
    if ((row[i]! & Content.COMBINED) !== 0 || (row[i + 2]! & Bg.EXTENDED) !== 0) return true;
  }
  return false;
}

/** Field by field, flat: as JSON it took longer than the comparison of all rows. */
function sameAround(a: Around | undefined, b: Around): boolean {
  if (!a || a.title !== b.title || a.history !== b.history) return false;
  return sameFields(a.cursor, b.cursor) && sameFields(a.modes, b.modes);
}

function sameFields<T extends object>(a: T, b: T): boolean {
  for (const key in a) if (a[key] !== b[key]) return false;
  return true;
}

const sameExtras = (a: CellExtra[] | undefined, b: CellExtra[] | undefined) =>
  a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));

/** One part alone is not copied: it is sent at once. */
function concat(parts: Uint32Array[]): Uint32Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
