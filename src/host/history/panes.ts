import { Fg, WORDS_PER_CELL } from '../../schema/screen.ts';
import type { Access } from '../emulator/access.ts';
import { textCells } from '../emulator/line.ts';
import { findEdge, partSight } from './edge.ts';
import { readLines } from './forms.ts';
import { isBar, type Look, look, type Pane, readSight, type Sight, seenIn } from './sight.ts';

/** Of the rows with text so many may go on over the edge. More: what is shown now stands on no two sides. */
const MAX_CROSSING = 0.25;
/** Of the rows so many change their background at the edge between two panes, each of so many columns at least. */
const MIN_SHADED = 0.75;
const MIN_WIDTH = 16;
const SHADE = Fg.MODE | Fg.COLOR;
/** Of so many looks two in a row are read whole: where a text moves fast beside a sidebar no line of both stands for long. */
const READ_EVERY = 8;

/**
 * The lines of the alternate screen. A program that shows two things side by side, a text and a sidebar, has two panes of
 * them: else each line of the one would be another line beside each of the other.
 */
export class Panes {
  readonly #access: Access;
  /** Column at which the right one begins, and how many there were. */
  #edge: number | undefined;
  #width = 0;
  #looks = 0;
  /** What each showed when it was last looked at. */
  #shown: Sight[][] = [[]];

  constructor(access: Access) {
    this.#access = access;
  }

  get edge(): number | undefined {
    return this.#edge;
  }

  get shown(): readonly Sight[][] {
    return this.#shown;
  }

  forget(): void {
    this.#looks = 0;
    this.#edge = undefined;
    this.#shown = [[]];
  }

  /** Looks at each pane: what it showed, and what has become of it. */
  look(wroteAt: number, now: number): { before: Sight[]; seen: Look }[] {
    const panes = this.#panes();
    const readsAll = this.#edge === undefined && this.#looks++ % READ_EVERY < 2;
    const looks = panes.map((pane, index) => {
      const before = this.#shown[index] ?? [];
      const seen = look(this.#access, before, wroteAt, now, pane);
      readLines(this.#access, seen, now);
      if (readsAll) for (const one of seen.arrived) readSight(this.#access, one);
      return { before, seen };
    });
    const [whole, beside] = looks;
    const shade = readsAll ? shadeEdge(this.#access) : undefined;
    const edge = panes[0]!.parted.length === 0 ? (shade ?? findEdge(whole!.before, whole!.seen)) : undefined;
    if (edge === undefined || partedRows(this.#access, edge).length === 0) {
      this.#shown = looks.map(({ seen }) => seen.lines);
      return looks;
    }
    this.#edge = edge;
    const parts = whole!.before.map((one) => partSight(one, edge));
    this.#shown = [parts.map(([left]) => left), [...parts.map(([, right]) => right), ...(beside?.before ?? [])]];
    return this.look(wroteAt, now);
  }

  #panes(): Pane[] {
    const to = this.#access.screenLine(0)._data.length / WORDS_PER_CELL;
    // A sidebar stays as wide as it is.
    if (this.#edge !== undefined) this.#edge = Math.max(2, this.#edge + to - this.#width);
    this.#width = to;
    if (this.#edge === undefined) return [{ from: 0, to, parted: [] }];
    const parted = partedRows(this.#access, this.#edge);
    return [
      { from: 0, to: this.#edge, parted },
      { from: this.#edge, to, parted },
    ];
  }
}

/** Which rows end before the edge, or have a gap there. */
function partedRows(access: Access, edge: number): boolean[] {
  const parted: boolean[] = [];
  let [written, crossing] = [0, 0];
  for (let y = 0; y < access.rows(); y++) {
    const line = access.screenLine(y);
    if (textCells(line) > 0) written++;
    const goesOn = line.isWrapped || (y + 1 < access.rows() && access.screenLine(y + 1).isWrapped);
    const ends = isBar(seenIn(line, edge - 1)) || (seenIn(line, edge - 1) === 0 && seenIn(line, edge - 2) === 0);
    parted.push(ends && !goesOn);
    if (!parted[y]) crossing++;
  }
  return crossing > written * MAX_CROSSING ? [] : parted;
}

/** The one column from which on most rows have another background: a sidebar has a colour of its own. */
function shadeEdge(access: Access): number | undefined {
  const rows = access.rows();
  const width = access.screenLine(0)._data.length / WORDS_PER_CELL;
  const changes = new Uint16Array(width);
  for (let y = 0; y < rows; y++) {
    const data = access.screenLine(y)._data;
    for (let x = 1, i = WORDS_PER_CELL + 2; x < width; x++, i += WORDS_PER_CELL)
      if (((data[i]! ^ data[i - WORDS_PER_CELL]!) & SHADE) !== 0) changes[x]!++;
  }
  const edges = [...changes.keys()].filter((x) => changes[x]! >= rows * MIN_SHADED);
  const [edge] = edges;
  return edges.length === 1 && edge! >= MIN_WIDTH && width - edge! >= MIN_WIDTH ? edge : undefined;
}
