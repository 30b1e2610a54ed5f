/*
 * Whether a screen has two panes, and where the right one begins: when the lines of one side have moved while those of the other
 * stand where they stood. Rows of a table move whole, and those of which only a cell changes do not move.
 */
import { textWidth } from '../../util/text.ts';
import { maskOf } from './change.ts';
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
  const short = Math.min(before.length, after.length);
  let start = 0;
  while (start < short && before[start] === after[start]) start++;
  let end = 0;
  while (end < short - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
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

/**
 * How many different lines of one side stay while as many beside them move together. 0 when others take along what stands
 * beside them, or more stay with it: rows of a table, of which some cells have changed.
 */
function stayedBeside(edge: number, was: ReadonlyMap<number, string>, now: ReadonlyMap<number, string>): number {
  const [before, after] = [sidesOf(was, edge), sidesOf(now, edge)];
  const ways = new Map<string, { stayed: Set<string>; moved: Set<string> }>();
  const besidePage = [new Map<string, string>(), new Map<string, string>()] as const;
  let [changed, held, others] = [0, 0, 0];
  for (const [y, old] of before.rows) {
    const isBoth = old.every((part) => LEGIBLE.test(part));
    if (isBoth && (after.whole.get(old.join('\n')) ?? y) !== y) return 0;
    const fresh = after.rows.get(y);
    if (!fresh) continue;
    if (old[0] !== fresh[0] && old[1] !== fresh[1]) {
      others++;
      continue;
    }
    const side = old[1] === fresh[1] ? 0 : 1;
    const beside = old[1 - side]!;
    if (old[side] === fresh[side]) held += isBoth ? 1 : 0;
    else if (after.places[1 - side]!.get(beside) === y) {
      changed++;
      // A column of clocks and counters, which may read as those above did.
      if (maskOf(old[side]!) === maskOf(fresh[side]!)) continue;
      if (isBoth) besidePage[side]!.set(beside, fresh[side]!);
      for (const part of [old[side]!, fresh[side]!]) {
        const by = after.places[side]!.get(part)! - before.places[side]!.get(part)!;
        // NaN: it does not stand once in both.
        if (!by) continue;
        const { stayed, moved } = ways.get(`${side} ${by}`) ?? { stayed: new Set(), moved: new Set() };
        ways.set(`${side} ${by}`, { stayed: stayed.add(beside), moved: moved.add(part) });
      }
    }
  }
  const [left, right] = besidePage.map((lines) => new Set(lines.values()).size) as [number, number];
  // But for a title or two.
  const against = held + others + Math.min(left, right);
  if (left + right >= MIN_BESIDE_PAGE && against * MIN_BESIDE_PAGE <= left + right) return left + right;
  const most = Math.max(0, ...[...ways.values()].map(({ stayed, moved }) => Math.min(stayed.size, moved.size)));
  return most * 2 < changed || held > most ? 0 : most;
}

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
  const at = unitsTo(text, edge);
  if (at < text.length && !GAP.test(text.slice(0, at))) return undefined;
  return [core(text.slice(0, at)), core(text.slice(at))];
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
  const at = one.text === undefined || one.rows > 1 ? 0 : unitsTo(one.text, edge);
  if (at === 0 || (at < one.text!.length && !GAP.test(one.text!.slice(0, at)))) return [one, BLANK];
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
