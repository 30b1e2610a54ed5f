import { inside, type Rect } from '../../../core/layout/rect.ts';
import { chosenEntry, inboxEntries, listedEntries } from '../../selectors/inbox/entries.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { layoutOf } from '../../selectors/screen.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { since } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { clean, fitRow, line, type Row, rowWidth, type Span } from '../span.ts';
import type { Moving } from '../view.ts';
import { inboxList, toolOf } from './list.ts';
import { countOf, windowOf } from './parts.ts';
import { requestParts } from './request.ts';

export interface InboxView {
  rows: Row[];
  moving: Moving[];
  /** Id of the entry whose request is seen; null: none. */
  shown: string | null;
  /** Of each row the id of the entry of the list, null beside the list. */
  hits: (string | null)[];
  /** Rows of the request that are seen, and that there are. */
  page: number;
  lines: number;
}

type Area = Pick<Rect, 'width' | 'height'>;

/** Rows of the list: what is decided by is the request below it. */
const LIST = { least: 2, share: 0.3 };

/** Where the parts stand in the frame. */
function placesIn({ height }: Area, count: number): { list: number; page: number } {
  const space = Math.max(1, height - 2);
  const list = Math.max(1, Math.min(count, Math.max(LIST.least, Math.floor(space * LIST.share))));
  return { list, page: Math.max(0, space - list - 1) };
}

/** Everything that waits for a person, and all of the one that is chosen. */
export function inboxView(state: Cockpit, { width, height }: Area, now: number): InboxView {
  const inner = Math.max(1, width - 2);
  const entries = listedEntries(state);
  const chosen = chosenEntry(state);
  const waits = inboxEntries(state).length;
  const { list: rowsOfList, page } = placesIn({ width, height }, entries.length);
  const list = inboxList(state, inner, chosen ? rowsOfList : Math.max(1, height - 2), now, true);
  const parts = chosen ? requestParts(state, chosen, Math.max(10, inner - 2)) : [];
  const lines = countOf(parts);
  const top = Math.max(0, Math.min(state.ui.inbox.top, lines - page));
  const head = chosen ? headRow(state, chosen, inner, now) : { row: [], moving: [] };
  const body = windowOf(parts, top, page).map((row): Row => [{ text: ' ' }, ...row]);
  const rows = frame({
    width,
    height,
    title: layoutOf(state).tabs.length > 0 ? tabSpans(state) : line(waits ? `Inbox ${waits}` : 'Inbox', 'strong'),
    foot: lines > page ? line(scrollWords(state, top, page, lines), 'dim') : [],
    tone: borderTone(state.ui.focus !== 'sessions', false),
    rows: chosen ? [...list.rows, head.row, ...body] : [[], ...list.rows],
  });
  const at = (one: Moving, y: number): Moving => ({ ...one, x: one.x + 1, y: one.y + 1 + y });
  return {
    rows,
    moving: [...list.moving.map((one) => at(one, 0)), ...head.moving.map((one) => at(one, list.rows.length))],
    shown: chosen && page > 0 ? chosen.entry.id : null,
    hits: [null, ...list.hits],
    page,
    lines,
  };
}

function scrollWords(state: Cockpit, top: number, page: number, lines: number): string {
  const key = keyLabel(keymapOf(state).keysOf('inbox-page-down')[0] ?? ':');
  return `rows ${top + 1}–${Math.min(lines, top + page)} of ${lines}${top + page < lines ? ` · ${key} for more` : ''}`;
}

/** `─ auth-fix · Bash · asks since 41s · answer on its way ───`. */
function headRow(
  state: Cockpit,
  { entry, gone }: NonNullable<ReturnType<typeof chosenEntry>>,
  width: number,
  now: number,
): { row: Row; moving: Moving[] } {
  const dot: Span = { text: ' · ', tone: 'dim' };
  const head: Span[] = [
    { text: '─ ', tone: 'border' },
    { text: clean(entry.agent.name), tone: 'strong' },
    dot,
    { text: toolOf(entry), tone: 'accent' },
    dot,
    ...(gone ? [{ text: 'waits no more ', tone: 'wait' as const }] : [{ text: 'waits for ', tone: 'dim' as const }]),
  ];
  const x = rowWidth(head);
  const busy = state.ui.inbox.busy === entry.id;
  const spans: Span[] = gone
    ? head
    : [
        ...head,
        { text: `${since(now - entry.at).padStart(3)} `, tone: 'dim' },
        ...(busy ? [{ text: 'the answer is on its way ', tone: 'busy' as const }] : []),
      ];
  const rule: Span = { text: '─'.repeat(Math.max(0, width - rowWidth(spans))), tone: 'border' };
  const moving: Moving = {
    ...{ id: 'inbox head', x, y: 0, kind: 'since', from: entry.at, tone: 'dim', selected: false },
  };
  return { row: fitRow([...spans, rule], width), moving: gone || x + 3 > width ? [] : [moving] };
}

/** How far the request can be scrolled where it stands now. */
export function inboxScroll(state: Cockpit): Pick<InboxView, 'page' | 'lines'> {
  const { panes } = layoutOf(state);
  const rect = panes.find(({ id }) => id === (state.ui.view === 'inbox' ? 'output' : 'inbox'))?.rect;
  return inboxView(state, rect ?? { width: 80, height: 22 }, 0);
}

/** The same list in the strip below the other panes. */
export function inboxStrip(
  state: Cockpit,
  { width, height }: Area,
  now: number,
): Pick<InboxView, 'rows' | 'moving' | 'hits'> {
  const area = inside({ x: 0, y: 0, width, height });
  const focused = state.ui.focus === 'inbox';
  const list = inboxList(state, Math.max(1, area.width), Math.max(1, area.height), now, focused);
  const waits = inboxEntries(state).length;
  const rows = frame({
    width,
    height,
    title: line(waits ? `Inbox ${waits}` : 'Inbox', waits ? 'wait' : 'strong'),
    foot: waits > area.height ? line(`${waits} in all`, 'dim') : [],
    tone: borderTone(focused, false),
    rows: list.rows,
  });
  return {
    rows,
    moving: list.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
    hits: [null, ...list.hits],
  };
}
