import type { Rect } from '../../../core/layout/rect.ts';
import { LEGEND_SHORT } from '../../../core/traces/words.ts';
import type { Trace, TraceGroup } from '../../../schema/trace.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { queryOf, shownAgent, traceQuery } from '../../selectors/traces/chosen.ts';
import type { Cockpit } from '../../store/model.ts';
import type { TraceWindow } from '../../store/traces.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { grouped, plural } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { windowTop } from '../sessions.ts';
import { clean, line, type Row, select, wrap } from '../span.ts';
import type { Moving } from '../view.ts';
import { detailRows } from './details.ts';
import { type Columns, columnsFor, groupRow, traceRow } from './rows.ts';

export interface TracesView {
  rows: Row[];
  moving: Moving[];
  /** Of each row of the view where the trace that stands in it stands among all, or null. */
  hits: (number | null)[];
}

/** A row to be drawn, and the trace (counted among all) that it belongs to. */
type Item = { index: number } & ({ group: TraceGroup } | { trace: Trace } | { row: Row });

/** Tool calls of one agent or all, in groups, a window of them around the chosen one. */
export function tracesView(state: Cockpit, { width, height }: Pick<Rect, 'width' | 'height'>, now: number): TracesView {
  const area = { width: Math.max(1, width - 2), height: Math.max(1, height - 2) };
  const { window } = state.data.traces;
  const body =
    window && window.total > 0
      ? listed(state, window, area, now)
      : { rows: adviceRows(state, area.width), moving: [], hits: [] };
  const { group, errorsFirst, filter } = state.ui.traces;
  const agent = shownAgent(state, state.ui.traces.whose);
  const name = agent ? clean(state.data.project?.agents[agent]?.name ?? '') : 'all agents';
  const words = ['Traces', name, `by ${group}`, ...(errorsFirst ? ['errors first'] : [])].join(' · ');
  const tabs = layoutOf(state).tabs.length > 0;
  const filtered: Row = filter.text ? [{ text: `/ ${clean(filter.text)}  `, tone: 'key' }] : [];
  const count: Row = window
    ? [
        { text: plural(window.total, 'call'), tone: 'dim' },
        ...(window.errors > 0 ? [{ text: `  ${grouped(window.errors)} ✖`, tone: 'bad' } as const] : []),
      ]
    : [];
  const rows = frame({
    width,
    height,
    title: tabs ? tabSpans(state) : line(words, 'strong'),
    right: [...filtered, ...(tabs ? line(`${[name, `by ${group}`].join(' · ')}  `, 'dim') : []), ...count],
    foot: line(area.width > 64 ? `bar 30s, » longer   ${LEGEND_SHORT}` : 'bar 30s', 'dim'),
    tone: borderTone(state.ui.focus === 'output', false),
    rows: body.rows,
  });
  return {
    rows,
    moving: body.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
    hits: [null, ...body.hits],
  };
}

function listed(state: Cockpit, window: TraceWindow, area: { width: number; height: number }, now: number): TracesView {
  const { index, exact } = state.ui.traces;
  const items = itemsOf(state, window, area.width);
  const chosen = items.findIndex((one) => one.index === index && 'trace' in one);
  const top = windowTop(items.length, area.height, Math.max(0, chosen));
  const shown = items.slice(top, top + area.height);
  const header = stuck(items, top, chosen);
  if (header) shown[0] = header;
  const traces = shown.flatMap((one) => ('trace' in one ? [one.trace] : []));
  const named = state.ui.traces.group === 'tool' && shownAgent(state, state.ui.traces.whose) === null;
  const columns = columnsFor(area.width, traces, named, exact);
  const moving: Moving[] = [];
  const rows = shown.map((item, y) => drawn(item, columns, { y, chosen: item.index === index, exact, now }, moving));
  return { rows, moving, hits: shown.map((item) => item.index) };
}

/** The head of the group of which the first row in sight is a part, unless that row is the chosen one. */
function stuck(items: readonly Item[], top: number, chosen: number): Item | undefined {
  const first = items[top];
  if (!first || 'group' in first || top === chosen) return undefined;
  const head = items.slice(0, top).findLast((one) => 'group' in one);
  return head && { ...head, index: first.index };
}

function drawn(item: Item, columns: Columns, o: Parameters<typeof traceRow>[2], moving: Moving[]): Row {
  if ('group' in item) return groupRow(item.group, columns.width, o.exact);
  if ('row' in item) return item.row;
  const made = traceRow(item.trace, columns, o);
  moving.push(...made.moving);
  return o.chosen ? select(made.row) : made.row;
}

/** The rows of what has come: a head for each group, a row for each trace, and what is open below it. */
function itemsOf(state: Cockpit, { at, traces, groups }: TraceWindow, width: number): Item[] {
  const open = new Set(state.ui.traces.open);
  const more = keyLabel(keymapOf(state).keysOf('traces-whole')[0] ?? ':');
  const items: Item[] = [];
  let next = 0;
  traces.forEach((trace, place) => {
    const index = at + place;
    const group = groups[next];
    if (group && (group.from === index || (place === 0 && group.from < index))) {
      items.push({ index, group });
      next += 1;
    }
    items.push({ index, trace });
    if (!open.has(trace.id)) return;
    const whole = state.data.traces.whole[trace.id];
    for (const row of detailRows(whole ?? trace, whole !== undefined, width, more)) items.push({ index, row });
  });
  return items;
}

function adviceRows(state: Cockpit, width: number): Row[] {
  const { window, error } = state.data.traces;
  const query = traceQuery(state);
  const isOf = window?.of === queryOf(query);
  const words = error
    ? `✖ ${error}`
    : !isOf
      ? 'Reading the records…'
      : query.filter
        ? `No tool call fits "${clean(query.filter)}".`
        : 'No tool call yet. Agents that are driven over a protocol report each one here while it runs: what, how long, tokens and cost. Agents in their own screen do where they have hooks.';
  return [[], ...wrap(words, Math.max(1, width - 4)).map((text) => line(`  ${text}`, error ? 'bad' : 'dim'))];
}
