import type { Match, SearchResult } from '../../../schema/search.ts';
import { graphemesOf } from '../../../util/graphemes.ts';
import type { Cockpit } from '../../store/model.ts';
import type { SearchUi } from '../../store/search.ts';
import { exactTime, grouped, plural, since } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, fit, fitRow, type Row, type Span, select, widthOf } from '../span.ts';
import { STATES, stateWords } from '../states.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { type Item, itemsOf } from './items.ts';

export interface ResultsView {
  rows: Row[];
  moving: Moving[];
  /** Of each row the match that stands in it, or null. */
  matches: (number | null)[];
}

const EXACT_WIDTH = 8;
const LATE = 24 * 60 * 60 * 1000;

/** The row in which the chosen match stands now. */
export function placeOf({ context, index, place }: SearchUi, result: SearchResult, height: number): number {
  const items = itemsOf(result, context);
  const chosen = Math.max(
    0,
    items.findIndex((item) => item.kind === 'match' && item.index === index),
  );
  return chosen - windowTop(items.length, height, chosen, place);
}

/** The part of the results around the chosen match that fits. */
export function resultsView(
  state: Cockpit,
  result: SearchResult,
  width: number,
  height: number,
  now: number,
): ResultsView {
  const { context, index, exact, place } = state.ui.search;
  const items = itemsOf(result, context);
  const chosen = items.findIndex((item) => item.kind === 'match' && item.index === index);
  const top = windowTop(items.length, height, Math.max(0, chosen), place);
  const shown = items.slice(top, top + height);
  const numbers = Math.max(4, ...result.matches.map(({ line }) => grouped(line).length));
  const old = result.matches.some(({ at }) => now - at > LATE);
  const columns = { width, numbers, time: exact ? EXACT_WIDTH + (old ? 11 : 0) : SINCE_WIDTH };
  const moving: Moving[] = [];
  const rows = shown.map((item, y) => {
    if (item.kind === 'head') return headRow(item, state, width);
    if (item.kind === 'gap') return fitRow([{ text: `${' '.repeat(numbers)}⋯`, tone: 'dim' }], width);
    if (item.kind === 'context') return contextRow(item, columns);
    const match = result.matches[item.index]!;
    const selected = item.index === index;
    const own = { id: `match ${item.index}`, x: numbers + 3, y, from: match.at, tone: 'dim', selected } as const;
    if (!exact && match.source !== 'screen') moving.push({ ...own, kind: 'since' });
    const row = matchRow(match, columns, { exact, selected, now });
    return selected ? select(row) : row;
  });
  return { rows, moving, matches: shown.map((item) => (item.kind === 'match' ? item.index : null)) };
}

function headRow(
  { id, agent, total, shown, epoch }: Extract<Item, { kind: 'head' }>,
  state: Cockpit,
  width: number,
): Row {
  const known = state.data.project?.agents[id];
  const look = known ? STATES[known.status.state] : null;
  const before = known && known.epoch !== epoch ? ' · an earlier life' : '';
  const word = known ? stateWords(known) : 'removed';
  const cut = total > shown ? `, the newest ${grouped(shown)} shown` : '';
  const row: Row = [
    { text: `${look?.glyph ?? '·'} `, tone: look?.tone ?? 'dim' },
    { text: clean(agent), tone: 'strong' },
    { text: ` · ${word}${before} · ` },
    { text: `${grouped(total)} ${total === 1 ? 'match' : 'matches'}${cut}`, tone: 'accent' },
  ];
  return fitRow(row, width);
}

interface Columns {
  width: number;
  numbers: number;
  time: number;
}

function contextRow({ line, text }: { line: number; text: string }, { width, numbers, time }: Columns): Row {
  const number = fit(grouped(line), numbers, 'right');
  return fitRow([{ text: ` ${number} ${' '.repeat(time + 2)} ${clean(text)}`, tone: 'dim' }], width);
}

function matchRow(
  match: Match,
  { width, numbers, time }: Columns,
  { exact, selected, now }: { exact: boolean; selected: boolean; now: number },
): Row {
  const when = match.source === 'screen' ? 'now' : exact ? exactTime(match.at, now) : since(now - match.at);
  const head: Row = [
    { text: selected ? '▸' : ' ', tone: 'focus' },
    { text: fit(grouped(match.line), numbers, 'right'), tone: 'accent' },
    { text: `  ${fit(when, time, 'right')}  `, tone: 'dim' },
  ];
  const left = width - 1 - numbers - time - 4;
  return fitRow([...head, ...matchedText(match, left)], width);
}

/** The line with its matches marked; one that is too long begins so that its first match is seen. */
export function matchedText({ text, spans }: Pick<Match, 'text' | 'spans'>, width: number): Span[] {
  const first = spans[0]?.[0] ?? 0;
  const far = widthOf(clean(text.slice(0, spans[0]?.[1] ?? 0))) > width - 1;
  // A third of the room shows what stands before the match.
  const start = far ? clusterStart(text, Math.max(0, first - Math.floor(width / 3))) : 0;
  const out: Span[] = start > 0 ? [{ text: '…', tone: 'dim' }] : [];
  let at = start;
  for (const [from, to] of spans) {
    if (from > at) out.push({ text: clean(text.slice(at, from)) });
    if (to > Math.max(at, from)) out.push({ text: clean(text.slice(Math.max(at, from), to)), tone: 'match' });
    at = Math.max(at, to);
  }
  out.push({ text: clean(text.slice(at)) });
  return out.filter((span) => span.text !== '');
}

/** The start of the grapheme that holds this unit. */
const clusterStart = (text: string, at: number): number => graphemesOf(text).containing(at)?.index ?? at;

/** `12 of 340 in 3 agents`. */
export function countWords({ matches, total, counts, truncated }: SearchResult, index: number): string {
  if (total === 0) return 'no match';
  const agents = counts.filter((one) => one.total > 0).length;
  const where = `in ${plural(agents, 'agent')}`;
  if (!truncated && matches.length >= total) return `${grouped(index + 1)} of ${grouped(total)} ${where}`;
  return `${grouped(index + 1)} of the newest ${grouped(matches.length)} · ${grouped(total)} ${where}`;
}

const SOURCES = { ring: 'history', screen: 'live screens', archive: 'ended agents' } as const;
export const sourceWords = ({ sources }: SearchResult): string => sources.map((one) => SOURCES[one]).join(', ');
