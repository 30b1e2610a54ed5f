import type { HistoryMove } from '../../../core/commands/moves.ts';
import type { Place, Reading } from '../../store/reading.ts';
import { type Area, atEnd, clampPlace, down, endPlace, linesInSight, placeFor, up } from '../../views/history/place.ts';
import { clock, grouped } from '../../views/numbers.ts';

/** Rows a notch of the wheel scrolls. */
export const NOTCH = 3;

/** What a key made of a reading; null: back to where it came from. */
export type Moved = Reading | null;

/** What a movement makes of it; those that need the daemon are elsewhere. */
export function move(reading: Reading, wanted: HistoryMove, area: Area): Moved {
  switch (wanted) {
    case 'select':
      return select(reading, area);
    case 'nextHit':
      return nextHit(reading, 1, area);
    case 'previousHit':
      return nextHit(reading, -1, area);
    default:
      return scroll(reading, wanted, area);
  }
}

const UP: ReadonlySet<HistoryMove> = new Set(['up', 'pageUp', 'halfUp', 'first', 'wheelUp']);

/** Rows a movement takes; one row stays in sight from page to page. */
const distance = (move: HistoryMove, { height }: Area): number =>
  ({
    up: 1,
    down: 1,
    wheelUp: NOTCH,
    wheelDown: NOTCH,
    halfUp: Math.max(1, height >> 1),
    halfDown: Math.max(1, height >> 1),
    pageUp: Math.max(1, height - 1),
    pageDown: Math.max(1, height - 1),
  })[move as string] ?? Number.POSITIVE_INFINITY;

/** Scrolls, or moves the cursor of a selection. Downwards at the end it leaves; the wheel does so when it gets there. */
export function scroll(reading: Reading, to: HistoryMove, area: Area): Moved {
  const plain = { ...reading, note: null, error: null };
  if (reading.selection && to !== 'wheelUp' && to !== 'wheelDown') return extend(plain, to, area);
  const upward = UP.has(to);
  if (!upward && !reading.selection && atEnd(reading, area)) return null;
  const top = scrolled(plain, upward, distance(to, area), area);
  if (to === 'wheelDown' && !reading.selection && atEnd({ ...plain, top }, area)) return null;
  return seenBy({ ...plain, top }, area);
}

function scrolled(reading: Reading, upward: boolean, rows: number, area: Area): Place {
  if (rows === Number.POSITIVE_INFINITY) {
    if (!upward) return endPlace(reading, area);
    return clampPlace(reading, { line: reading.first, row: 0 }, area);
  }
  const from = clampPlace(reading, reading.top, area);
  const place = (upward ? up : down)(reading, from, rows, area.width);
  return clampPlace(reading, place, area);
}

/** Once the end is in sight nothing below is new. */
const seenBy = (reading: Reading, area: Area): Reading =>
  atEnd(reading, area) ? { ...reading, seen: reading.total } : reading;

function extend(reading: Reading, move: HistoryMove, area: Area): Reading {
  const { from, to } = reading.selection!;
  const last = reading.total + area.live;
  const lines = UP.has(move) ? -distance(move, area) : distance(move, area);
  const next = Math.max(reading.first, Math.min(to + lines, last));
  const top = next === to ? reading.top : placeFor(reading, reading.top, next, area);
  return { ...reading, selection: { from, to: next }, top };
}

/** Begins a selection at the hit that was jumped to, else at the last line in sight; once more: begins it anew at the cursor. */
export function select(reading: Reading, area: Area): Reading {
  const sight = linesInSight(reading, reading.top, area);
  const hit = reading.hits?.matches[reading.hits.at]?.line;
  const inSight = hit !== undefined && hit >= sight.first && hit <= sight.last;
  const at = reading.selection?.to ?? (inSight ? hit : sight.last);
  return { ...reading, selection: { from: at, to: at }, note: null };
}

/** To the next or previous line that matches, round the ends. */
export function nextHit(reading: Reading, by: 1 | -1, area: Area): Reading {
  const { hits } = reading;
  if (!hits) return { ...reading, note: 'nothing has been searched for here' };
  if (hits.matches.length === 0) return { ...reading, note: 'nothing matches' };
  const count = hits.matches.length;
  const wanted = hits.at < 0 ? nearestHit(reading, area) : hits.at + by;
  const at = (wanted + count) % count;
  const note =
    at === wanted ? null : by > 0 ? 'after the last match comes the first' : 'before the first match comes the last';
  return jumpTo({ ...reading, hits: { ...hits, at }, note }, hits.matches[at]!.line, area);
}

/** The last match in sight or above it, since who reads back comes from below; else the first one. */
export function nearestHit({ hits, ...reading }: Reading, area: Area): number {
  const { last } = linesInSight(reading, reading.top, area);
  return Math.max(0, hits?.matches.findLastIndex((one) => one.line <= last) ?? 0);
}

/** Brings a line into sight; one that is gone is said, and nothing moves. */
export function jumpTo(reading: Reading, line: number, area: Area): Reading {
  if (line < reading.first) {
    const note = `line ${grouped(line)} has left the history, which begins at ${grouped(reading.first)}`;
    return { ...reading, note };
  }
  return seenBy({ ...reading, top: placeFor(reading, reading.top, line, area) }, area);
}

/** To the prompt, turn or command before or after what stands in the first row. */
export function nextMark(reading: Reading, by: 1 | -1, area: Area): Reading {
  const marks = reading.marks ?? [];
  if (marks.length === 0) return { ...reading, note: 'no prompts, turns or commands are known here' };
  const { first } = linesInSight(reading, reading.top, area);
  const found = by < 0 ? marks.findLast((one) => one.line < first) : marks.find((one) => one.line > first);
  if (!found || found.line < reading.first)
    return { ...reading, note: by < 0 ? 'nothing of that kind before this' : 'nothing of that kind after this' };
  const top = clampPlace(
    reading,
    found.line > reading.total ? { tail: found.line - reading.total } : { line: found.line, row: 0 },
    area,
  );
  if (atEnd({ ...reading, top }, area) && atEnd(reading, area))
    return { ...reading, note: 'nothing of that kind after this' };
  return seenBy({ ...reading, top, note: `${found.kind} at ${clock(found.at)}: ${found.text}` }, area);
}
