import type { HistoryLine } from '../../../schema/host.ts';
import type { Place, Reading } from '../../store/reading.ts';
import { type Area, atEnd, clampPlace, endPlace, linesInSight } from '../../views/history/place.ts';
import { grouped } from '../../views/numbers.ts';

/** Lines asked for at a time: some 200 kB with styles, read in about 10 ms, and many screens of scrolling. */
export const PAGE = 1000;
/** Lines on either side of what is in sight that are fetched before anybody gets there. */
const AHEAD = 250;

export interface Page {
  lines: readonly HistoryLine[];
  first: number;
  total: number;
  /** Which life of the agent it is of. */
  life: number | null;
  /** The screen has changed its size since the page before: the lines that are more have left it and are not new. */
  resized?: boolean;
}

/** The page that has to be fetched so that what is in sight is there, and what comes next; null when it all is. */
export function wantedPage(reading: Reading, area: Area): { from: number; count: number } | null {
  const { first, total, lines, top } = reading;
  if (reading.loading || reading.error || total < first) return null;
  const sight = linesInSight(reading, top, area);
  const low = Math.max(first, Math.min(sight.first, total) - AHEAD);
  const high = Math.min(total, sight.last + AHEAD);
  const have = lines.length ? { low: lines[0]!.line, high: lines.at(-1)!.line } : null;
  if (have && have.low <= low && have.high >= high) return null;
  if (!have || low > have.high || high < have.low) {
    return { from: Math.max(first, Math.floor((low + high - PAGE) / 2)), count: PAGE };
  }
  return low < have.low
    ? { from: Math.max(first, have.low - PAGE), count: Math.min(PAGE, have.low - Math.max(first, have.low - PAGE)) }
    : { from: have.high + 1, count: PAGE };
}

/** What an answer makes of it: the lines that are kept, the place that stays where it is, what is new, what is gone. */
export function takePage(reading: Reading, page: Page, area: Area): Reading {
  if (reading.loading) return begun(reading, page, area);
  if (page.life !== reading.life) return anew(reading, page, area);
  const following = atEnd(reading, area);
  const grown = { ...reading, first: page.first, total: page.total };
  const top = following ? reading.top : rebased(reading, page.total);
  const lines = windowed(merged(reading.lines, page.lines), page.first, top, page.total);
  const next: Reading = { ...grown, lines, top, error: null };
  const gone = !('tail' in top) && top.line < page.first;
  const place = following ? endPlace(next, area) : clampPlace(next, top, area);
  return {
    ...next,
    top: place,
    seen: following ? page.total : page.resized ? reading.seen + page.total - reading.total : reading.seen,
    selection: reading.selection && {
      from: Math.max(page.first, reading.selection.from),
      to: Math.max(page.first, reading.selection.to),
    },
    note: gone
      ? `line ${grouped((top as { line: number }).line)} has left the history; this is the oldest that is kept`
      : next.note,
  };
}

/** The first answer: a movement made before it counts from the end. */
function begun(reading: Reading, { lines, first, total, life }: Page, area: Area): Reading {
  const next = { ...reading, life, loading: false, lines, first, total, seen: total, error: null };
  return { ...next, top: clampPlace(next, reading.top, area) };
}

function anew(reading: Reading, { lines, first, total, life }: Page, area: Area): Reading {
  const note = `${reading.name} was started anew; this is what it prints now`;
  const fresh = { life, lines, first, total, seen: total, selection: null, hits: null, marks: null, note };
  const next = { ...reading, ...fresh };
  return { ...next, top: endPlace(next, area) };
}

/** Rows of the live screen that have become lines are found again as these lines, and the other way round: a screen that grows takes lines back. */
function rebased({ top, total }: Reading, now: number): Place {
  const more = now - total;
  if (!('tail' in top)) return top.line > now ? { tail: top.line - now } : top;
  if (more === 0) return top;
  const row = Math.max(1, top.tail);
  return row <= more ? { line: total + row, row: 0 } : { tail: row - more };
}

/** Old and new lines as one run; where both have a line the new one counts. What is not beside the old ones replaces them. */
function merged(old: readonly HistoryLine[], fresh: readonly HistoryLine[]): readonly HistoryLine[] {
  if (fresh.length === 0 || old.length === 0) return fresh.length ? fresh : old;
  const from = fresh[0]!.line;
  const to = fresh.at(-1)!.line;
  if (from > old.at(-1)!.line + 1 || to < old[0]!.line - 1) return fresh;
  const kept = (line: HistoryLine, index: number) => (sameLine(line, old[index]) ? old[index]! : line);
  return [
    ...old.filter((line) => line.line < from),
    ...fresh.map((line) => kept(line, line.line - old[0]!.line)),
    ...old.filter((line) => line.line > to),
  ];
}

/** The object that is known already keeps what was worked out for it. */
const sameLine = (line: HistoryLine, old: HistoryLine | undefined): boolean =>
  old !== undefined && old.line === line.line && old.ansi === line.ansi && old.text === line.text;

/** At most two pages around the place. */
function windowed(lines: readonly HistoryLine[], first: number, top: Place, total: number): readonly HistoryLine[] {
  const outside = lines.length > 0 && (lines[0]!.line < first || lines.at(-1)!.line > total);
  const kept = outside ? lines.filter((one) => one.line >= first && one.line <= total) : lines;
  if (kept.length <= 2 * PAGE) return kept;
  const middle = 'tail' in top ? total : top.line;
  const start = Math.max(0, Math.min(middle - PAGE - kept[0]!.line, kept.length - 2 * PAGE));
  return kept.slice(start, start + 2 * PAGE);
}
