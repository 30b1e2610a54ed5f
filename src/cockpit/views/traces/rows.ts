import { besideTool } from '../../../core/tool-title.ts';
import { lasted, waitedText } from '../../../core/traces/words.ts';
import type { Trace, TraceGroup, Turn } from '../../../schema/trace.ts';
import type { Tone } from '../../theme/tones.ts';
import { plural, since } from '../numbers.ts';
import { clean, cut, fit, fitRow, type Row, rowWidth, type Span } from '../span.ts';
import { STATES } from '../states.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { barText, cacheSpan, costText, countText, tokensText, tookText } from './bars.ts';

export const OUTCOMES: Record<NonNullable<Trace['outcome']>, { glyph: string; tone: Tone }> = {
  done: { glyph: '✓', tone: 'good' },
  failed: { glyph: '✖', tone: 'bad' },
  denied: { glyph: '⊘', tone: 'wait' },
  cancelled: { glyph: '–', tone: 'dim' },
};
const WAITS: { glyph: string; tone: Tone } = STATES.waiting;
const TURN_ENDS: Record<NonNullable<Turn['outcome']>, { glyph: string; tone: Tone }> = {
  completed: { glyph: '✓', tone: 'good' },
  interrupted: { glyph: '–', tone: 'wait' },
  failed: { glyph: '✖', tone: 'bad' },
};
export const turnEnd = ({ outcome }: Turn): { glyph: string; tone: Tone } =>
  outcome ? TURN_ENDS[outcome] : { glyph: '●', tone: 'busy' };

/** Cells of each column of a list of traces; what has no room has none. */
export interface Columns {
  width: number;
  agent: number;
  tool: number;
  title: number;
  bar: number;
  took: number;
  tokens: number;
}

const LEAST_TITLE = 16;

export function columnsFor(width: number, traces: readonly Trace[], named: boolean, exact: boolean): Columns {
  const longest = (least: number, most: number, text: (one: Trace) => string) =>
    traces.reduce((most_, one) => Math.max(most_, Math.min(most, clean(text(one)).length)), least);
  const tool = longest(4, width < 60 ? 8 : 14, (one) => one.tool);
  const took = longest(6, 13, (one) => (one.latencyMs === null ? '' : tookText(one.latencyMs, 'measured', exact)));
  const agent = named ? longest(4, 14, (one) => one.name) + 1 : 0;
  const left = width - 4 - tool - took - 1 - agent;
  const bar = left >= 60 ? 20 : left >= 40 ? 12 : left >= 28 ? 8 : 0;
  const counted = traces.some((one) => one.tokens !== null);
  const tokens =
    counted && left - bar >= LEAST_TITLE + 10 ? longest(5, 10, (one) => tokensText(one.tokens, 'reported', exact)) : 0;
  const title = Math.max(0, left - bar - (bar > 0 ? 1 : 0) - tokens - (tokens > 0 ? 1 : 0) - 1);
  return { width, agent, tool, title, bar, took, tokens };
}

/** How long a call has run so far, without what it waits for answers; milliseconds. */
const ranSoFar = (one: Trace, now: number): number =>
  one.latencyMs ?? Math.max(0, (one.waitingSince ?? now) - one.startedAt - one.waitedMs);

/**
 * `✓ Bash   npm run migrate · waited 2m05s   ██████▌      12.4s*  1.2k`; of one that runs, bar and time move by themselves, and stand
 * still while it waits for an answer.
 */
export function traceRow(one: Trace, columns: Columns, o: { y: number; chosen: boolean; exact: boolean; now: number }) {
  const { agent, tool, title, bar, took, tokens } = columns;
  const waits = one.outcome === null && one.waitingSince !== null;
  const going = waits ? WAITS : ({ glyph: '●', tone: 'busy' } as const);
  const end = one.outcome ? OUTCOMES[one.outcome] : going;
  const ran = ranSoFar(one, o.now);
  const tone: Tone =
    one.outcome === 'failed' ? 'bad' : one.outcome === null ? going.tone : ran > 30_000 ? 'wait' : 'accent';
  const named = clean(besideTool(one.title, one.tool));
  const words = one.error && one.outcome === 'failed' ? `${named} · ${clean(one.error)}` : named;
  const waited = waits ? ' · waits for an answer' : one.waitedMs > 0 ? ` · ${waitedText(one.waitedMs)}` : '';
  const aside = title - waited.length >= LEAST_TITLE ? waited : '';
  const time = one.latencyMs === null ? since(ran) : tookText(one.latencyMs, one.provenance.latency, o.exact);
  const head: Row = [
    { text: o.chosen ? '▸' : ' ', tone: 'focus' },
    { text: `${end.glyph} `, tone: end.tone },
    ...(agent > 0 ? [{ text: `${fit(clean(one.name), agent - 1)} `, tone: 'dim' } as Span] : []),
    { text: `${fit(clean(one.tool), tool)} `, tone: 'strong' },
    ...fitRow([{ text: cut(words, title - aside.length) }, { text: aside, tone: waits ? 'wait' : 'dim' }], title),
    { text: ' ' },
  ];
  const x = rowWidth(head);
  const row: Row = [
    ...head,
    ...(bar > 0 ? [{ text: `${barText(ran, bar)} `, tone }] : []),
    { text: fit(time, took, 'right'), tone: one.outcome === null ? going.tone : 'plain' },
    ...(tokens > 0
      ? [{ text: ` ${fit(tokensText(one.tokens, one.provenance.tokens, o.exact), tokens, 'right')}` }]
      : []),
  ];
  const moving: Moving[] = [];
  if (one.outcome === null && !waits) {
    const common = { y: o.y, from: one.startedAt + one.waitedMs, selected: o.chosen, tone: 'busy' } as const;
    if (bar > 0) moving.push({ ...common, id: `bar ${one.id}`, x, kind: 'bar', width: bar });
    const at = x + (bar > 0 ? bar + 1 : 0) + took - SINCE_WIDTH;
    moving.push({ ...common, id: `took ${one.id}`, x: at, kind: 'since' });
  }
  return { row: fitRow(row, columns.width), moving };
}

/** What stands at the right end of a row; of several the first that leaves room for the left one. */
function aligned(left: Row, rights: readonly Row[], width: number, least: number): Row {
  const right = rights.find((one) => rowWidth(one) + least + 2 <= width) ?? [];
  const room = Math.max(0, width - rowWidth(right) - (right.length ? 2 : 0));
  return fitRow([...fitRow(left, room), ...(right.length ? [{ text: '  ' }] : []), ...right], width);
}

const GAP: Span = { text: '  ' };

/** The row above the traces of a group. */
export function groupRow(group: TraceGroup, width: number, exact: boolean): Row {
  const { count, errors, turn, tool } = group;
  const failed: Row = errors > 0 ? [GAP, { text: `${countText(errors, exact)} ✖`, tone: 'bad' }] : [];
  const calls: Row = [{ text: plural(count, 'call') }, ...failed];
  if (!turn) {
    const took: Row = [
      GAP,
      { text: `total ${lasted(group.totalMs)}` },
      GAP,
      { text: `longest ${lasted(group.longestMs)}`, tone: 'dim' },
    ];
    return aligned([{ text: `▾ ${clean(tool ?? '?')}`, tone: 'heading' }], [[...calls, ...took], calls], width, 12);
  }
  const end = turnEnd(turn);
  const took =
    turn.durationMs === null ? [] : [{ text: tookText(turn.durationMs, turn.provenance.duration, exact) }, GAP];
  const waited: Row = turn.waitedMs > 0 ? [{ text: waitedText(turn.waitedMs), tone: 'dim' }, GAP] : [];
  const counts: Row = [...took, { text: `${tokensText(turn.tokens, turn.provenance.tokens, exact)} tok` }];
  const rest: Row = [GAP, cacheSpan(turn.cacheShare), GAP, { text: costText(turn.cost, exact) }];
  const left: Row = [
    { text: `▾ #${turn.turn} `, tone: 'heading' },
    { text: `${end.glyph} `, tone: end.tone },
    { text: clean(turn.name), tone: 'strong' },
    ...(turn.model ? [{ text: ` · ${clean(turn.model)}`, tone: 'dim' } as Span] : []),
    ...(turn.prompt ? [{ text: ` · ${cut(clean(turn.prompt), 200)}`, tone: 'dim' } as Span] : []),
  ];
  const all: Row = [...counts, ...rest];
  return aligned(
    left,
    [[...calls, GAP, ...waited, ...all], [...calls, GAP, ...all], [...calls, GAP, ...counts], calls],
    width,
    24,
  );
}
