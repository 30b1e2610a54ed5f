import { WORDS_PER_CELL } from '../../schema/screen.ts';
import type { Line } from '../emulator/line.ts';
import {
  BLOCK_BYTES,
  BLOCK_LINES,
  type Block,
  blockSize,
  openBlock,
  readLine,
  type SearchBlock,
  type StoredLine,
  sealBlock,
  searchable,
  startOf,
  textOf,
  usedBytes,
} from './block.ts';
import { BG_LOOKS, copyLatin1, copyPlain, type Run, styledCells } from './style.ts';

/** UTF-16 units of one logical line; what comes behind starts another, so that a line without end stays bounded. */
export const MAX_LINE_UNITS = 64 * 1024;
/** A line may have been seen this long (ms) before the first of its block. */
const AGE_MS = 24 * 3600 * 1000;
/** Bytes per line of capacity that the ring may take before it drops lines earlier than by number. */
const BYTES_PER_LINE = 800;

/**
 * The lines that left an agent's screen, oldest dropped first. A line of one latin1 style costs a tight loop over its
 * cells and no object; a full ring of 5,000 usual lines takes about half a megabyte.
 */
export class Ring {
  readonly #maxLines: number;
  readonly #sealed: Block[] = [];
  readonly #open: Block = openBlock(1);
  #sealedBytes = 0;
  /** Of the line that is written: units so far, and how many of them the runs cover. */
  #units = 0;
  #covered = 0;

  constructor(maxLines: number) {
    this.#maxLines = maxLines;
  }

  /** Number of the oldest line that is kept; `last` + 1 when there is none. */
  get first(): number {
    return this.#sealed[0]?.first ?? this.#open.first;
  }

  /** Number of the newest line, 0 before the first. */
  get last(): number {
    return this.#open.first + this.#open.count - 1;
  }

  /** A row that continues its line joins the last one. Otherwise it begins another. */
  get joins(): boolean {
    return this.last > 0 && this.#units < MAX_LINE_UNITS;
  }

  /** UTF-16 units of the last line. */
  get units(): number {
    return this.#units;
  }

  /** Bytes that it holds. */
  get size(): number {
    const { bytes, runs } = this.#open;
    return this.#sealedBytes + bytes.length + runs.byteLength + BLOCK_LINES * 13;
  }

  /** Adds a row of `cells` cells, to the last line when it continues it. `at` in milliseconds since the epoch. */
  append(line: Line, cells: number, continues: boolean, at: number): void {
    const open = this.#open;
    if (!continues || !this.joins) this.#startLine(at);
    const index = open.count - 1;
    const start = open.ends[index]!;
    this.#reserve(start + cells);
    if (!open.wide[index] && copyPlain(line._data, cells, open.bytes, start)) {
      open.ends[index] = start + cells;
      if (cells > 0) this.#addRun(cells, line._data[1]!, (line._data[2]! & BG_LOOKS) >>> 0);
      this.#units += cells;
      return;
    }
    if (!open.wide[index] && copyLatin1(line._data, cells, open.bytes, start)) {
      open.ends[index] = start + cells;
      this.#addLooks(line._data, cells);
      return;
    }
    const { text, runs } = styledCells(line, cells);
    this.#addText(text);
    for (const { units, fg, bg } of runs) {
      this.#addRun(units, fg, bg);
      this.#units += units;
    }
  }

  /** Adds a whole line: nothing joins it. */
  add(text: string, runs: Run[], at: number): void {
    this.#startLine(at);
    this.#addText(text);
    for (const { units, fg, bg } of runs) {
      this.#addRun(units, fg, bg);
      this.#units += units;
    }
    this.close();
  }

  /** The last line is whole: nothing joins it. */
  close(): void {
    this.#units = MAX_LINE_UNITS;
  }

  /** Line `number`, or undefined when it is no longer or not yet kept. */
  get(number: number): StoredLine | undefined {
    const block = this.#blockOf(number);
    return block && readLine(block, number - block.first);
  }

  /** The text of line `number`. */
  text(number: number): string | undefined {
    const block = this.#blockOf(number);
    return block && textOf(block, number - block.first);
  }

  #blockOf(number: number): Block | undefined {
    if (number < this.first || number > this.last) return undefined;
    if (number >= this.#open.first) return this.#open;
    let low = 0;
    let high = this.#sealed.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#sealed[middle]!.first <= number) low = middle;
      else high = middle - 1;
    }
    return this.#sealed[low]!;
  }

  /** All that it holds as blocks that another thread can search, oldest first. */
  blocks(): SearchBlock[] {
    return [...this.#sealed, this.#open].filter((block) => block.count > 0).map(searchable);
  }

  #startLine(at: number): void {
    const open = this.#open;
    if (open.count === BLOCK_LINES || usedBytes(open) >= BLOCK_BYTES) this.#seal();
    if (open.count === 0) open.start = at - AGE_MS;
    const index = open.count++;
    if (index > 0) this.#endLine(index - 1);
    open.ends[index] = startOf(open, index);
    open.runEnds[index] = index === 0 ? 0 : open.runEnds[index - 1]!;
    open.wide[index] = 0;
    open.at[index] = Math.max(0, at - open.start);
    this.#units = 0;
    this.#covered = 0;
  }

  /** A line is told from the next by LF, as no cell can hold one: the text of a block is searched as a whole. */
  #endLine(index: number): void {
    const open = this.#open;
    const end = open.ends[index]!;
    this.#reserve(end + 2);
    open.bytes[end] = 10;
    if (open.wide[index]) open.bytes[end + 1] = 0;
  }

  #seal(): void {
    const tooMany = () => this.last - this.first + 1 - this.#sealed[0]!.count >= this.#maxLines;
    const gone = this.#sealed.length > 0 && tooMany() ? this.#dropOldest() : undefined;
    const block = sealBlock(this.#open, gone);
    this.#sealed.push(block);
    this.#sealedBytes += blockSize(block);
    this.#open.first += this.#open.count;
    this.#open.count = 0;
    const tooBig = () => this.#sealed.length > 1 && this.#sealedBytes > this.#maxLines * BYTES_PER_LINE;
    while (tooMany() || tooBig()) this.#dropOldest();
  }

  #dropOldest(): Block {
    const gone = this.#sealed.shift()!;
    this.#sealedBytes -= blockSize(gone);
    return gone;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#open.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, this.#open.bytes.length * 2));
    this.#open.bytes.copy(grown);
    this.#open.bytes = grown;
  }

  #addText(text: string): void {
    const open = this.#open;
    const index = open.count - 1;
    const start = startOf(open, index);
    let end = open.ends[index]!;
    if (!open.wide[index] && !/^[\0-\xff]*$/.test(text)) {
      const before = open.bytes.toString('latin1', start, end);
      this.#reserve(start + before.length * 2);
      end = start + open.bytes.write(before, start, 'utf16le');
      open.wide[index] = 1;
    }
    this.#reserve(end + text.length * (open.wide[index] ? 2 : 1));
    end += open.bytes.write(text, end, open.wide[index] ? 'utf16le' : 'latin1');
    open.ends[index] = end;
  }

  /** Runs of cells that are one unit each. */
  #addLooks(data: Uint32Array, cells: number): void {
    const end = cells * WORDS_PER_CELL;
    for (let i = 0; i < end; ) {
      const from = i;
      const fg = data[i + 1]!;
      const bg = (data[i + 2]! & BG_LOOKS) >>> 0;
      do i += WORDS_PER_CELL;
      while (i < end && data[i + 1] === fg && (data[i + 2]! & BG_LOOKS) >>> 0 === bg);
      const units = (i - from) / WORDS_PER_CELL;
      this.#addRun(units, fg, bg);
      this.#units += units;
    }
  }

  #addRun(units: number, fg: number, bg: number): void {
    if (fg === 0 && bg === 0) return;
    if (this.#covered < this.#units) this.#pushRun({ units: this.#units - this.#covered, fg: 0, bg: 0 });
    this.#pushRun({ units, fg, bg });
    this.#covered = this.#units + units;
  }

  #pushRun({ units, fg, bg }: Run): void {
    const open = this.#open;
    const index = open.runEnds[open.count - 1]!;
    if ((index + 1) * 3 > open.runs.length) {
      const grown = new Uint32Array(open.runs.length * 2);
      grown.set(open.runs);
      open.runs = grown;
    }
    open.runs[index * 3] = units;
    open.runs[index * 3 + 1] = fg;
    open.runs[index * 3 + 2] = bg;
    open.runEnds[open.count - 1] = index + 1;
  }
}
