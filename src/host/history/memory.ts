import type { Access } from '../emulator/access.ts';
import { type Change, findChanges, nameOf } from './align.ts';
import { Beside } from './beside.ts';
import { choose } from './choose.ts';
import { lastForm, lastForms, readLines, wanted } from './forms.ts';
import type { Known } from './known.ts';
import type { Pages } from './pages.ts';
import { Panes } from './panes.ts';
import type { Ring } from './ring.ts';
import { BLANK, core, hashText, type Lineage, type Look, look, readSight, type Sight, shown } from './sight.ts';

/** The screen is looked at this often (ms) while output goes on, and before what comes after silence. */
const LOOK_MS = 100;
/** A piece of output of this many bytes that comes this soon (ms) after another: the program is in the middle of a screen. */
const PIECE_BYTES = 4000;
const PIECE_MS = 8;
/** Counters that are known again by their name. */
const MAX_NAMED = 500;
/** So many of them beside each other make a table, of which each row is remembered by its name even if it was only seen once. */
const TABLE = 8;
/** Rows that a program prints without redrawing, after which it counts as one that does not. */
const PLAIN_ROWS = 500;

/** What of the history memory needs. */
export interface Past {
  ring: Ring;
  known: Known;
  pages: Pages;
  /** Rows that ever left the screen's top. */
  pushed(): number;
}

/**
 * Remembers what programs that redraw have shown: a line that stood long enough to be read enters the ring when it is no
 * longer on the screen and has not left by its top. So ring and screen together hold everything, and nothing twice.
 */
export class Memory {
  readonly #access: Access;
  readonly #past: Past;
  /** Lines of the normal screen, as last looked at, and those of the alternate one. */
  #normal: Sight[] = [];
  readonly #panes: Panes;
  readonly #beside: Beside;
  readonly #named = new Map<string, Lineage>();
  #wasAlternate = false;
  /** The normal screen was resized while the alternate one was shown: its lines are cut otherwise when they are seen again. */
  #resizedBelow = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #wroteAt = 0;
  #pieceBytes = 0;
  /** `pushed` when something was last kept. */
  #keptPushed = Number.NEGATIVE_INFINITY;
  /** `total` and `pushed` when the normal screen was looked at. */
  #total = 0;
  #pushed = 0;

  constructor(access: Access, past: Past) {
    this.#access = access;
    this.#past = past;
    this.#panes = new Panes(access);
    this.#beside = new Beside(past.ring, past.known);
  }

  /** It is time for a look, and the screen is not in the middle of a change. `updating`: of a synchronized one. */
  due(now: number, updating: boolean): boolean {
    const passed = now - this.#lookedAt;
    if (passed < LOOK_MS) return false;
    const inPieces = updating || (this.#pieceBytes >= PIECE_BYTES && now - this.#wroteAt < PIECE_MS);
    return !inPieces || passed >= 2 * LOOK_MS;
  }

  /** Output is about to change the screen. */
  before(now: number): void {
    if (this.#floods(now)) this.#pass(now);
    else this.look(now);
  }

  wrote(now: number, bytes: number): void {
    this.#wroteAt = now;
    this.#pieceBytes = bytes;
  }

  /** What is on the normal screen was, not long ago, put there by a program that draws its screen again and again. */
  get redraws(): boolean {
    return this.#past.pushed() - this.#keptPushed < PLAIN_ROWS;
  }

  /** When the line in row `y` of the normal screen was first seen there; undefined when nobody looked. */
  seenAt(row: number): number | undefined {
    const y = row - this.#pushed;
    return this.#normal.find((one) => y >= one.y && y < one.y + one.rows && one !== BLANK)?.since;
  }

  /** The normal screen was cleared and what came since fills more than it: all that stood there has gone. */
  flooded(now: number): void {
    const before = this.#normal;
    this.#normal = [];
    this.#add(before, lastForms(before).filter(this.#stays(undefined)), now);
  }

  /** Lines that left the screen's top came into the ring after the last look. */
  counted(): void {
    if (!this.#access.alternate()) this.#total = this.#past.pages.total;
  }

  /** Looks at the screen now and remembers what is no longer on it. `resized`: since the last look, and nothing else happened. */
  look(now: number, resized = false): void {
    this.#lookedAt = now;
    const alternate = this.#access.alternate();
    if (this.#wasAlternate && !alternate) {
      for (const lines of this.#panes.shown) this.#keep(lines, lastForms(lines), now);
      this.#panes.forget();
      this.#named.clear();
    }
    if (alternate !== this.#wasAlternate) this.#beside.begin();
    this.#wasAlternate = alternate;
    const isOther = resized || (!alternate && this.#resizedBelow);
    this.#resizedBelow = alternate && (resized || this.#resizedBelow);
    if (alternate) {
      for (const { before, seen } of this.#panes.look(this.#wroteAt, now)) this.#take(before, seen, isOther, now);
      return;
    }
    const before = this.#normal;
    const seen = look(this.#access, before, this.#wroteAt, now);
    this.#past.pages.checkPulled(seen.lines);
    const gone = seen.gone.length === 0 ? seen.gone : seen.gone.filter(this.#stays(seen.lines[0]));
    readLines(this.#access, { ...seen, gone }, now);
    this.#take(before, { ...seen, gone }, isOther, now);
    this.#mark(seen.lines);
  }

  #take(before: Sight[], seen: Look, isOther: boolean, now: number): void {
    if (seen.gone.every((one) => one.text === undefined)) return;
    this.#part(before, isOther ? { ...seen, arrived: [] } : seen, now);
  }

  #mark(lines: Sight[]): void {
    this.#normal = lines;
    this.#total = this.#past.pages.total;
    this.#pushed = this.#past.pushed();
  }

  /** A flood has replaced the whole normal screen since the last look: nothing on it has stood. */
  #floods(now: number): boolean {
    if (now - this.#wroteAt >= LOOK_MS || this.#access.alternate() || this.#wasAlternate) return false;
    return this.#past.pushed() - this.#pushed >= this.#access.rows() && this.#access.scrollsWhole();
  }

  #pass(now: number): void {
    this.#lookedAt = now;
    const gone = lastForms(this.#normal);
    if (gone.length > 0) this.#keep(this.#normal, gone.filter(this.#stays(undefined)), now);
    // It may have been the last of it.
    this.#mark(look(this.#access, [], this.#wroteAt, now).lines);
  }

  /** Tells lines that were taken off the screen, of which `top` is the first now, from those that left by its top. */
  #stays(top: Sight | undefined): (one: Sight) => boolean {
    const { pages } = this.#past;
    const upTo = Math.min(pages.total, this.#total + 2 * this.#access.rows());
    const texts = pages.texts(this.#total + 1, upTo);
    const left = new Set(texts.map(hashText));
    const above = pages.open;
    const open = above && above + this.#restOfOpen();
    return (one) => {
      if (left.has(one.hash)) return false;
      if (one.text === undefined) return true;
      // Its end came as it left: it was whole, or it was printed in pieces.
      if (texts.some((text) => text.startsWith(one.text!))) return false;
      if (one.cut && shown(texts[0] ?? '').endsWith(one.text)) return false;
      if (!open || !shown(open).endsWith(one.text)) return true;
      // The rest of it still stands there, and may yet be erased.
      if (top) top.was = lastForm(one);
      return false;
    };
  }

  /** Text of the screen's part of a line that begins above it. */
  #restOfOpen(): string {
    const [first] = look(this.#access, [], 0, 0).lines;
    if (first) readSight(this.#access, first);
    return first?.text ?? '';
  }

  #part(before: Sight[], seen: Look, now: number): void {
    const read = seen.arrived.some((one) => one.text !== undefined);
    const changes = read ? findChanges(before, seen) : new Map<Sight, Change>();
    for (const [one, { kind, into, name }] of changes) {
      if (kind === 'grown') into.was = lastForm(one);
      if (kind === 'grown') continue;
      into.was ??= one.was;
      into.lineage = one.lineage ?? { since: one.since, kept: 0, keptAt: now, named: name !== undefined };
      if (name !== undefined) this.#name(name, into.lineage);
    }
    const ended = lastForms(seen.gone.filter((one) => !changes.has(one)));
    const chosen = [...changes.keys(), ...ended].filter((one) => wanted(one, changes.get(one), now));
    if (this.#named.size > 0)
      for (const one of seen.arrived) if (one.text) one.lineage ??= this.#named.get(nameOf(one.text));
    this.#keep(before, chosen, now);
  }

  #name(name: string, lineage: Lineage): void {
    if (this.#named.has(name)) return;
    if (this.#named.size >= MAX_NAMED) this.#named.delete(this.#named.keys().next().value!);
    this.#named.set(name, lineage);
  }

  /** Takes lines over, below all that has left the screen's top. */
  #keep(before: Sight[], gone: Sight[], now: number): void {
    if (gone.length === 0) return;
    const { pages } = this.#past;
    const caughtUp = this.#total === pages.total;
    this.#access.dropScrollback(pages.wholeRows);
    pages.holdNumbers();
    this.#add(before, gone, now);
    if (caughtUp) this.#total = pages.total;
  }

  /** Adds lines to the ring, in the order in which they stood, but for those that it has. */
  #add(before: Sight[], gone: Sight[], now: number): void {
    const { ring, known } = this.#past;
    known.catchUp(now);
    const older = new Set(gone);
    const written = before.flatMap((one) => (one.was && older.has(one.was) ? [one.was, one] : [one]));
    const { edge } = this.#panes;
    const isTable = before.filter((one) => one.lineage?.named).length >= TABLE;
    const find = (text: string) => (edge === undefined ? known.find(text) : this.#beside.find(core(text), edge));
    for (const one of choose(written, gone, find, now)) {
      ring.add(one.text!, one.runs, one === BLANK ? now : one.since);
      this.#keptPushed = this.#past.pushed();
      if (!isTable || one === BLANK) continue;
      this.#name(nameOf(one.text!), { since: one.since, kept: 1, keptAt: now, named: true });
    }
    known.catchUp(now);
  }
}
