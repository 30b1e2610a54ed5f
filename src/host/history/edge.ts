/*
 * Whether a screen has two panes, and where the right one begins: when the lines of one side have moved while those of the other
 * stand where they stood. Rows of a table move whole, and those of which only a cell changes do not move.
 */
import { textWidth } from '../../util/text.ts';
import { maskOf, sharedEnds } from './change.ts';
import { BLANK, core, hashText, type Look, type Sight, shown } from './sight.ts';
import type { Run } from './style.ts';

/** Lines that stay, each another one, while as many beside them move by the same number of rows. */
const MIN_STAYED = 2;
/** Lines that stay, each another one, while a whole page is turned beside them. */
const MIN_BESIDE_PAGE = 6;
/** Edges that are tried: those at which most rows could be parted. */
const MAX_TRIED = 4;
const LEGIBLE = /[\p{L}\p{N}]/u;
const GAP = /(?:[ \u00a0]{2}|[|│┃║▀-▓])$/;
/** Where something begins behind a gap. */
const BEHIND_GAP = /(?<=[ \u00a0]{2}|[|│┃║▀-▓])[^ \u00a0|│┃║▀-▓]/g;
/** Where it may begin with blanks. */
const IN_GAP = /(?<=[^ \u00a0][ \u00a0]{2}|[|│┃║▀-▓])/g;

/** The column at which the right pane begins; undefined: nothing tells of two. Lines that are gone have their text. */
export function findEdge(before: readonly Sight[], { lines, gone }: Look): number | undefined {
  if (gone.filter((one) => one.text).length < MIN_STAYED) return undefined;
  const [was, now] = [textsByRow(before), textsByRow(lines)];
  const proposed = new Map<number, number>();
  for (const [y, text] of was) {
    const after = now.get(y) ?? text;
    if (after === text) continue;
    for (const edge of edgesBetween(text, after)) proposed.set(edge, (proposed.get(edge) ?? 0) + 1);
  }
  const often = [...proposed].filter(([, rows]) => rows >= MIN_STAYED).toSorted((a, b) => b[1] - a[1]);
  const tried = often.slice(0, MAX_TRIED).map(([edge]) => ({ edge, stayed: stayedBeside(edge, was, now) }));
  const [best] = tried.toSorted((a, b) => b.stayed - a.stayed);
  return best && best.stayed >= MIN_STAYED ? best.edge : undefined;
}

/** Rows count from the top as the lines take them: those that have moved tell where they stand now. */
function textsByRow(lines: readonly Sight[]): Map<number, string> {
  const texts = new Map<number, string>();
  let y = 0;
  for (const { rows, text } of lines) {
    if (text && rows === 1) texts.set(y, text);
    y += rows;
  }
  return texts;
}

/** Where a row may be parted of which one side is another one now. */
function edgesBetween(before: string, after: string): number[] {
  const { start, end } = sharedEnds(before, after);
  const edges: number[] = [];
  const behind = [...before.matchAll(BEHIND_GAP)].map(({ index }) => index).filter((i) => i >= before.length - end);
  const rest = behind.find((i) => before[i - 1]!.trim() !== '') ?? behind[0];
  if (rest !== undefined) {
    const column = textWidth(before.slice(0, rest));
    if (column === textWidth(after.slice(0, after.length - before.length + rest))) edges.push(column);
  }
  const begun = [...before.matchAll(IN_GAP)].findLast(({ index }) => index <= start)?.index;
  if (begun !== undefined) edges.push(textWidth(before.slice(0, begun)));
  return edges;
}

/** A row of which one side (0: the left one) is another one now, and what stayed beside it. */
interface Changed {
  side: 0 | 1;
  was: string;
  now: string;
  beside: string;
  /** Both sides can be read. */
  isBoth: boolean;
}

/**
 * How many different lines of one side stay while as many beside them move together, or while a page is turned there. 0 when
 * others take along what stands beside them, or more stay with it: rows of a table, of which some cells have changed.
 */
function stayedBeside(edge: number, was: ReadonlyMap<number, string>, now: ReadonlyMap<number, string>): number {
  const [before, after] = [sidesOf(was, edge), sidesOf(now, edge)];
  const changed: Changed[] = [];
  let [held, others] = [0, 0];
  for (const [y, old] of before.rows) {
    const isBoth = old.every((part) => LEGIBLE.test(part));
    if (isBoth && (after.whole.get(old.join('\n')) ?? y) !== y) return 0;
    const fresh = after.rows.get(y);
    if (!fresh) continue;
    const side = old[1] === fresh[1] ? 0 : 1;
    const beside = old[1 - side]!;
    if (beside !== fresh[1 - side]) others++;
    else if (old[side] === fresh[side]) held += isBoth ? 1 : 0;
    else if (after.places[1 - side]!.get(beside) === y)
      changed.push({ side, was: old[side], now: fresh[side], beside, isBoth });
  }
  // A column of clocks and counters may read as those above did.
  const told = changed.filter((one) => maskOf(one.was) !== maskOf(one.now));
  const [turned, amid] = turnedBeside(told);
  // But for a title or two.
  if (turned >= MIN_BESIDE_PAGE && (held + others + amid) * MIN_BESIDE_PAGE <= turned) return turned;
  const moved = movedBeside(told, before, after);
  return moved * 2 < changed.length || held > moved ? 0 : moved;
}

/** How many different lines are there now beside others that stayed, and how many of them on the side that has fewer. */
function turnedBeside(changed: readonly Changed[]): [lines: number, fewer: number] {
  const pages = [new Map<string, string>(), new Map<string, string>()] as const;
  for (const { side, now, beside, isBoth } of changed) if (isBoth) pages[side].set(beside, now);
  const [left, right] = pages.map((lines) => new Set(lines.values()).size) as [number, number];
  return [left + right, Math.min(left, right)];
}

/** How many different lines stay beside as many that all move by the same number of rows. */
function movedBeside(changed: readonly Changed[], before: Sides, after: Sides): number {
  const ways = new Map<string, { stayed: Set<string>; moved: Set<string> }>();
  for (const { side, was, now, beside } of changed) {
    for (const part of [was, now]) {
      const by = after.places[side].get(part)! - before.places[side].get(part)!;
      // NaN: it does not stand once in both.
      if (!by) continue;
      const { stayed, moved } = ways.get(`${side} ${by}`) ?? { stayed: new Set(), moved: new Set() };
      ways.set(`${side} ${by}`, { stayed: stayed.add(beside), moved: moved.add(part) });
    }
  }
  return Math.max(0, ...[...ways.values()].map(({ stayed, moved }) => Math.min(stayed.size, moved.size)));
}

type Sides = ReturnType<typeof sidesOf>;

/** Rows that can be parted, and in which row each stands, and what can be read of a side; those that stand in several left out. */
function sidesOf(texts: ReadonlyMap<number, string>, edge: number) {
  const rows = new Map<number, [string, string]>();
  const whole = new Map<string, number>();
  const places = [new Map<string, number | undefined>(), new Map<string, number | undefined>()] as const;
  for (const [y, text] of texts) {
    const both = partsAt(text, edge);
    if (!both) continue;
    rows.set(y, both);
    whole.set(both.join('\n'), y);
    for (const [side, part] of both.entries())
      if (LEGIBLE.test(part)) places[side]!.set(part, places[side]!.has(part) ? undefined : y);
  }
  return { rows, whole, places };
}

/** Both sides of a text, without the blanks behind them; undefined: it goes on over the edge. */
export function partsAt(text: string, edge: number): [left: string, right: string] | undefined {
  const at = unitsBefore(text, edge);
  return at === undefined ? undefined : [core(text.slice(0, at)), core(text.slice(at))];
}

/** Code units of the text before the edge; undefined: it goes on over it. */
function unitsBefore(text: string, edge: number): number | undefined {
  const at = unitsTo(text, edge);
  return at < text.length && !GAP.test(text.slice(0, at)) ? undefined : at;
}

/** Code units of the text in the columns before one. */
function unitsTo(text: string, column: number): number {
  if (textWidth(text) === text.length) return Math.min(column, text.length);
  let units = 0;
  for (let cells = 0; units < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(units)!);
    cells += textWidth(char);
    if (cells > column) break;
    units += char.length;
  }
  return units;
}

/** A line that stood over both panes, as the two that it is; one that goes on over the edge is the left one's. */
export function partSight(one: Sight, edge: number): [left: Sight, right: Sight] {
  const at = one.text && one.rows === 1 ? unitsBefore(one.text, edge) : undefined;
  if (!at) return [one, BLANK];
  return [cut(one, 0, at), cut(one, at, one.text!.length)];
}

function cut(one: Sight, from: number, to: number): Sight {
  const text = shown(one.text!.slice(from, to));
  const hash = hashText(core(text));
  if (hash === 0) return BLANK;
  // What changed meanwhile may have been the other part.
  const since = Math.min(one.since, one.lineage?.since ?? one.since, one.was?.since ?? one.since);
  const runs = cutRuns(one.runs, from, from + text.length);
  return { ...one, hash, since, text, runs, mask: undefined, lineage: undefined, was: undefined };
}

function cutRuns(runs: readonly Run[], from: number, to: number): Run[] {
  const out: Run[] = [];
  let at = 0;
  for (const run of runs) {
    const units = Math.min(at + run.units, to) - Math.max(at, from);
    if (units > 0) out.push({ ...run, units });
    at += run.units;
  }
  return out;
}
