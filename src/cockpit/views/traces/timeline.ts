import { checkGrade, checkSign } from '../../../core/autofix/words.ts';
import type { Rect } from '../../../core/layout/rect.ts';
import { LEGEND } from '../../../core/traces/words.ts';
import type { Turn } from '../../../schema/trace.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { chosenTurnIndex, shownAgent, shownTurns } from '../../selectors/traces/chosen.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { exactTime, plural, since } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, type Span, select, wrap } from '../span.ts';
import { STATES } from '../states.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { cacheSpan, costText, countText, tokensText, tookText } from './bars.ts';
import { turnEnd } from './rows.ts';
import { totalsRows } from './totals.ts';

export interface TimelineView {
  rows: Row[];
  moving: Moving[];
  /** Of each row of the view the index of the turn that stands in it, or null. */
  hits: (number | null)[];
}

/** Turns of one agent or all, oldest first; or what all of it comes to. */
export function timelineView(
  state: Cockpit,
  { width, height }: Pick<Rect, 'width' | 'height'>,
  now: number,
): TimelineView {
  const area = { width: Math.max(1, width - 2), height: Math.max(1, height - 2) };
  const { part, whose } = state.ui.timeline;
  const body = part === 'turns' ? listed(state, area, now) : { rows: totalsRows(state, area), moving: [], hits: [] };
  const agent = shownAgent(state, whose);
  const name = agent ? clean(state.data.project?.agents[agent]?.name ?? '') : 'all agents';
  const tabs = layoutOf(state).tabs.length > 0;
  const rows = frame({
    width,
    height,
    title: tabs ? tabSpans(state) : line(part === 'turns' ? `Timeline · ${name}` : 'Totals · all agents', 'strong'),
    right:
      part === 'turns' ? line(`${tabs ? `${name} · ` : ''}${plural(shownTurns(state).length, 'turn')}`, 'dim') : [],
    foot: area.width > 80 ? line(LEGEND, 'dim') : [],
    tone: borderTone(state.ui.focus === 'output', false),
    rows: body.rows,
  });
  return {
    rows,
    moving: body.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
    hits: [null, ...body.hits],
  };
}

interface Column {
  name: string;
  /** How soon it gives way when there is no room; 1 goes last. */
  rank: number;
  right?: boolean;
  span(turn: Turn, o: { exact: boolean; now: number }): Span;
}

const COLUMNS: readonly Column[] = [
  { name: 'TURN', rank: 1, right: true, span: ({ turn }) => ({ text: `#${turn}`, tone: 'heading' }) },
  { name: 'AGENT', rank: 2, span: ({ name }) => ({ text: clean(name), tone: 'strong' }) },
  { name: 'MODEL', rank: 3, span: ({ model }) => ({ text: cut(clean(model ?? '?'), 16), tone: 'dim' }) },
  { name: 'START', rank: 3, span: ({ startedAt }, o) => ({ text: startText(startedAt, o), tone: 'dim' }) },
  {
    name: 'TOOK',
    rank: 1,
    right: true,
    span: ({ durationMs, provenance, startedAt }, { exact, now }) =>
      durationMs === null
        ? { text: since(now - startedAt), tone: 'busy' }
        : { text: tookText(durationMs, provenance.duration, exact) },
  },
  {
    name: 'WAITED',
    rank: 3,
    right: true,
    span: ({ waitedMs, waitingSince }, { exact }) => {
      if (waitingSince !== null) return { text: STATES.waiting.word, tone: STATES.waiting.tone };
      return { text: waitedMs > 0 ? tookText(waitedMs, 'reported', exact) : '', tone: 'dim' };
    },
  },
  { name: ' ', rank: 1, span: (turn) => ({ text: turnEnd(turn).glyph, tone: turnEnd(turn).tone }) },
  { name: 'TOOLS', rank: 3, right: true, span: ({ tools }, { exact }) => ({ text: countText(tools, exact) }) },
  {
    name: 'CHECK',
    rank: 2,
    span: ({ check }) => (check ? { text: checkSign(check), tone: checkGrade(check.outcome) } : { text: '' }),
  },
  {
    name: 'TOKENS',
    rank: 2,
    right: true,
    span: ({ tokens, provenance }, { exact }) => ({ text: tokensText(tokens, provenance.tokens, exact) }),
  },
  { name: 'COST', rank: 4, right: true, span: ({ cost }, { exact }) => ({ text: costText(cost, exact) }) },
  { name: 'CACHE', rank: 2, right: true, span: ({ cacheShare }, { exact }) => cacheSpan(cacheShare, exact) },
  {
    name: 'REASON',
    rank: 3,
    right: true,
    span: ({ reasoningShare }, { exact }) =>
      reasoningShare === null
        ? { text: '?', tone: 'dim' }
        : { text: `${(reasoningShare * 100).toFixed(exact ? 2 : 0)}%` },
  },
];
/** `14:02:31`; of another day `03-10 14:02`, unless it is wanted in full. */
function startText(at: number, { exact, now }: { exact: boolean; now: number }): string {
  const text = exactTime(at, now);
  return exact || text.length <= 8 ? text : text.slice(5, 16);
}

const LEAST_PROMPT = 3;

function listed(state: Cockpit, { width, height }: { width: number; height: number }, now: number): TimelineView {
  const turns = shownTurns(state);
  if (turns.length === 0) return { rows: adviceRows(state, width), moving: [], hits: [] };
  const { exact, whose } = state.ui.timeline;
  const chosen = chosenTurnIndex(state);
  const space = Math.max(1, height - 1);
  const top = windowTop(turns.length, space, chosen);
  const shown = turns.slice(top, top + space);
  const waited = turns.some(({ waitedMs, waitingSince }) => waitedMs > 0 || waitingSince !== null);
  const checked = turns.some(({ check }) => check !== undefined);
  const hidden = [
    ...(shownAgent(state, whose) === null ? [] : ['AGENT']),
    ...(waited ? [] : ['WAITED']),
    ...(checked ? [] : ['CHECK']),
  ];
  const all = COLUMNS.filter(({ name }) => !hidden.includes(name));
  const cells = shown.map((turn) => all.map((column) => column.span(turn, { exact, now })));
  const columns = fitting(all, cells, width - 1);
  const moving: Moving[] = [];
  const rows = shown.map((turn, y): Row => {
    const isChosen = top + y === chosen;
    if (turn.durationMs === null) moving.push(tookMoving(turn, columns, y + 1, isChosen));
    const spans = columns.flatMap(({ at, width: room, column }): Span[] => {
      const span = cells[y]![at]!;
      return [{ ...span, text: fit(span.text, room, column.right ? 'right' : 'left') }, { text: '  ' }];
    });
    const mark: Span = { text: isChosen ? '▸' : ' ', tone: 'focus' };
    const row = fitRow([mark, ...spans, { text: clean(turn.prompt ?? ''), tone: 'dim' }], width);
    return isChosen ? select(row) : row;
  });
  const heads = columns.map(
    ({ column, width: room }) => `${fit(column.name, room, column.right ? 'right' : 'left')}  `,
  );
  const head = fitRow([{ text: ` ${heads.join('')}PROMPT`, tone: 'dim' }], width);
  return { rows: [head, ...rows], moving, hits: [null, ...shown.map((_, y) => top + y)] };
}

interface Placed {
  column: Column;
  /** Index among all columns. */
  at: number;
  x: number;
  width: number;
}

/** The columns that have room beside the least of a prompt. */
function fitting(all: readonly Column[], cells: readonly (readonly Span[])[], width: number): Placed[] {
  const sized = all.map((column, at) => ({
    ...{ column, at },
    width: Math.max(column.name.length, ...cells.map((row) => [...row[at]!.text].length)),
  }));
  const kept = new Set<(typeof sized)[number]>();
  let left = width - LEAST_PROMPT;
  for (const one of [...sized].sort((a, b) => a.column.rank - b.column.rank)) {
    if (one.width + 2 > left) continue;
    kept.add(one);
    left -= one.width + 2;
  }
  let x = 1;
  return sized
    .filter((one) => kept.has(one))
    .map((one) => {
      const placed = { ...one, x };
      x += one.width + 2;
      return placed;
    });
}

function tookMoving(
  { agent, turn, startedAt }: Turn,
  columns: readonly Placed[],
  y: number,
  selected: boolean,
): Moving {
  const took = columns.find(({ column }) => column.name === 'TOOK');
  const x = took ? took.x + took.width - SINCE_WIDTH : 0;
  return { id: `turn ${agent} ${turn}`, x, y, kind: 'since', from: startedAt, tone: 'busy', selected };
}

function adviceRows(state: Cockpit, width: number): Row[] {
  const { turns, error, of } = state.data.timeline;
  const isOf = turns && of === shownAgent(state, state.ui.timeline.whose);
  const words = error
    ? `✖ ${error}`
    : !isOf
      ? 'Reading the records…'
      : 'No turn yet. A turn is one prompt and all that the agent does until it waits again; agents that are driven over a protocol report theirs, agents in their own screen where they have hooks.';
  return [[], ...wrap(words, Math.max(1, width - 4)).map((text) => line(`  ${text}`, error ? 'bad' : 'dim'))];
}
