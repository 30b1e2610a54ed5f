import type { Access } from '../emulator/access.ts';
import { type Change, findChanges, nameOf } from './align.ts';
import type { Known } from './known.ts';
import type { Pages } from './pages.ts';
import type { Ring } from './ring.ts';
import { BLANK, hashText, type Lineage, type Look, look, readSight, type Sight, shown } from './sight.ts';

/** The screen is looked at this often (ms) while output goes on, and before what comes after silence. */
const LOOK_MS = 100;
/** What has stood this long (ms) is remembered: with the looks' spacing, all that could be read for half a second. */
const STOOD_MS = 300;
/** A line's text is read once it has stood this long (ms), or when so few are new. */
const READ_MS = 80;
const FEW = 8;
/** A piece of output of this many bytes that comes this soon (ms) after another: the program is in the middle of a screen. */
const PIECE_BYTES = 4000;
const PIECE_MS = 8;
/** The same line is remembered again, once, when it comes back after this long (ms). */
const AGAIN_MS = 60_000;
/** Forms of a counter that are remembered: the first, one after this long (ms), one after four times as long, and so on, and the last. */
const COUNTER_MS = 60_000;
/** Forms that are remembered before a line that may be part of a page counts as a counter. */
const TURNS = 20;
/** Counters that are known again by their name. */
const MAX_NAMED = 500;
/** So many of them make a table, of which each row is remembered by its name even if it was only seen once. */
const TABLE = 8;

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
  /** Lines of the normal screen and of the alternate one, as last looked at. */
  #normal: Sight[] = [];
  #alternate: Sight[] = [];
  readonly #named = new Map<string, Lineage>();
  #wasAlternate = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #wroteAt = 0;
  #pieceBytes = 0;
  /** `total` and `pushed` when the normal screen was looked at. */
  #total = 0;
  #pushed = 0;

  constructor(access: Access, past: Past) {
    this.#access = access;
    this.#past = past;
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

  /** When the line in row `y` of the normal screen was first seen there; undefined when nobody looked. */
  seenAt(row: number): number | undefined {
    const y = row - this.#pushed;
    return this.#normal.find((one) => y >= one.y && y < one.y + one.rows && one !== BLANK)?.since;
  }

  /** Looks at the screen now and remembers what is no longer on it. */
  look(now: number): void {
    this.#lookedAt = now;
    const alternate = this.#access.alternate();
    if (this.#wasAlternate && !alternate) {
      this.#keep(this.#alternate, this.#alternate.filter(stood), now);
      this.#alternate = [];
      this.#named.clear();
    }
    this.#wasAlternate = alternate;
    const before = alternate ? this.#alternate : this.#normal;
    const seen = look(this.#access, before, this.#wroteAt, now);
    const gone = alternate || seen.gone.length === 0 ? seen.gone : seen.gone.filter(this.#stays());
    this.#read(seen, gone, now);
    if (gone.some((one) => one.text !== undefined)) this.#part(before, { ...seen, gone }, now);
    if (alternate) this.#alternate = seen.lines;
    else this.#mark(seen.lines);
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
    const gone = this.#normal.filter(stood);
    if (gone.length > 0) this.#keep(this.#normal, gone.filter(this.#stays()), now);
    this.#mark([]);
  }

  /** Tells lines that were taken off the screen from those that left by its top. */
  #stays(): (one: Sight) => boolean {
    const { pages } = this.#past;
    const upTo = Math.min(pages.total, this.#total + 2 * this.#access.rows());
    const texts = pages.texts(Math.max(1, this.#total), upTo);
    const continued = texts.shift() ?? '';
    const left = new Set(texts.map(hashText));
    const first = this.#access.screenLine(0);
    const rest = first.isWrapped ? this.#restOfCut() : undefined;
    return (one) => {
      if (left.has(one.hash)) return false;
      if (one.text === undefined) return true;
      if (one.cut && shown(continued).endsWith(one.text)) return false;
      return !(rest && one.text.endsWith(rest));
    };
  }

  /** Text of the screen's part of a line that begins above it. */
  #restOfCut(): string | undefined {
    const [first] = look(this.#access, [], 0, 0).lines;
    if (first) readSight(this.#access, first);
    return first?.text;
  }

  #read({ lines, arrived }: Look, gone: Sight[], now: number): void {
    for (const one of lines) if (one.text === undefined && now - one.since >= READ_MS) readSight(this.#access, one);
    if (arrived.length <= FEW || gone.some(stood)) for (const one of arrived) readSight(this.#access, one);
  }

  #part(before: Sight[], seen: Look, now: number): void {
    const read = seen.arrived.some((one) => one.text !== undefined);
    const changes = read ? findChanges(before, seen) : new Map<Sight, Change>();
    for (const [one, { kind, into, name }] of changes) {
      if (kind === 'grown') continue;
      into.lineage = one.lineage ?? { since: one.since, kept: 0, keptAt: now, named: name !== undefined };
      if (name !== undefined) this.#name(name, into.lineage);
    }
    const chosen = seen.gone.filter((one) => wanted(one, changes.get(one), now));
    if (this.#named.size > 0)
      for (const one of seen.arrived) if (one.text) one.lineage ??= this.#named.get(nameOf(one.text));
    this.#keep(before, chosen, now);
  }

  #name(name: string, lineage: Lineage): void {
    if (this.#named.has(name)) return;
    if (this.#named.size >= MAX_NAMED) this.#named.delete(this.#named.keys().next().value!);
    this.#named.set(name, lineage);
  }

  /** Adds lines to the ring, in the order in which they stood, but for those that it has. */
  #keep(before: Sight[], gone: Sight[], now: number): void {
    if (gone.length === 0) return;
    const { ring, known, pages } = this.#past;
    const caughtUp = this.#total === pages.total;
    this.#access.dropScrollback();
    const chosen = new Set(gone);
    known.catchUp(now);
    const times = new Map(gone.map((one) => [one, known.find(one.text!)]));
    const fresh = (one: Sight | undefined, text: string) =>
      one !== undefined && one.text !== text && times.get(one)?.length === 0;
    const added = new Set<string>();
    const written = before.filter((one) => one !== BLANK);
    let above: Sight | undefined;
    written.forEach((one, index) => {
      if (!chosen.has(one)) return;
      const text = one.text!;
      const copies = times.get(one)!;
      const first = copies.length === 0 && !added.has(text);
      const again = copies.length === 1 && !added.has(text) && now - copies[0]! >= AGAIN_MS;
      // Between two that are new it is another line that reads the same.
      const another = !ORNAMENT.test(text) && fresh(written[index - 1], text) && fresh(written[index + 1], text);
      if (!first && !again && !another) return;
      if (above && above === written[index - 1] && before[before.indexOf(one) - 1] === BLANK) ring.add('', [], now);
      ring.add(text, one.runs, one.since);
      added.add(text);
      above = one;
      if (this.#named.size >= TABLE) this.#name(nameOf(text), { since: one.since, kept: 1, keptAt: now, named: true });
    });
    known.catchUp(now);
    if (caughtUp) this.#total = pages.total;
  }
}

/** Borders, prompts, scroll bars: nothing to read. */
const ORNAMENT = /^[^\p{L}\p{N}{}()[\]]*$/u;

const stood = (one: Sight) =>
  one !== BLANK && one.text !== undefined && one.until - (one.lineage?.since ?? one.since) >= STOOD_MS;

/** Whether a line that is gone is to be remembered. What it has become goes on counting for it. */
function wanted(one: Sight, change: Change | undefined, now: number): boolean {
  if (one.text === undefined || change?.kind === 'grown') return false;
  const lineage = change?.into.lineage ?? one.lineage;
  if (!lineage || !(change || lineage.named)) return stood(one);
  if (one.until - one.since < STOOD_MS) return false;
  const due = lineage.kept === 0 || now - lineage.keptAt >= COUNTER_MS * 4 ** (lineage.kept - 1);
  if (!due && !(change?.kind === 'turned' && lineage.kept < TURNS)) return false;
  lineage.kept++;
  lineage.keptAt = now;
  return true;
}
