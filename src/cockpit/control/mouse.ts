import { type PaneId, TABS } from '../../core/layout/layout.ts';
import { contains, inside, type Rect } from '../../core/layout/rect.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { contextOf, layoutOf } from '../selectors/screen.ts';
import { selectedAgent, sessionRows } from '../selectors/sessions.ts';
import type { Dialog } from '../store/dialogs.ts';
import type { Cockpit } from '../store/model.ts';
import type { MouseEvent } from '../types.ts';
import { dialogView } from '../views/dialogs/view.ts';
import { hintsView } from '../views/hints.ts';
import { inboxStrip, inboxView } from '../views/inbox/view.ts';
import { tabSpans } from '../views/output.ts';
import { searchView } from '../views/search/view.ts';
import { clickedPlace, sessionsTop } from '../views/sessions.ts';
import { widthOf } from '../views/span.ts';
import type { Bridge } from './bridge.ts';
import { wheelOver } from './history/keys.ts';
import { inbox } from './inbox/keys.ts';
import { choose, scroll } from './inbox/move.ts';
import { openInbox } from './inbox/open.ts';
import { pressDialog, takeKey } from './keys.ts';
import { perform } from './perform.ts';
import { clickView, wheelView } from './review/mouse.ts';
import { search } from './search/keys.ts';
import { clickTalk, wheelTalk } from './talk/mouse.ts';

/** Two clicks within this many milliseconds on the same row are a double click. */
const DOUBLE_MS = 400;

/** Rows a notch of the wheel scrolls in a dialog. */
const NOTCH = 3;

/** Returns what takes mouse events while nobody types to an agent; it remembers clicks and drags between them. */
export function createMouse(bridge: Bridge, now: () => number = Date.now) {
  const { store } = bridge;
  let dragging = false;
  let last = { agent: '', at: 0 };

  const click = ({ x, y }: MouseEvent) => {
    const state = store.getState();
    const layout = layoutOf(state);
    const hit = layout.panes.find(({ rect }) => contains(rect, x, y));
    if (clickTalk(bridge, { x, y })) return;
    if (layout.divider && contains(layout.divider, x, y)) {
      dragging = true;
    } else if (layout.hints && contains(layout.hints, x, y)) {
      pressHint(bridge, x);
    } else if (layout.kind === 'tiles') {
      typeToTile(bridge, x, y);
    } else if (hit && layout.tabs.length && y === hit.rect.y) {
      const tab = clickedTab(state, x - hit.rect.x - 2);
      if (tab) perform(bridge, { type: 'focus', pane: tab });
    } else if (hit?.id === 'sessions') {
      const place = y - inside(hit.rect).y;
      const agent = clickedSession(bridge, place, inside(hit.rect).height);
      store.setUi({ focus: 'sessions' });
      if (agent) store.setUi({ selected: agent, clicked: { agent, pane: 'sessions', place } });
      if (agent && last.agent === agent && now() - last.at < DOUBLE_MS) perform(bridge, { type: 'typing', on: true });
      last = { agent: agent ?? '', at: now() };
    } else if (hit?.id === 'inbox' || (hit && state.ui.view === 'inbox')) {
      clickInbox(bridge, hit, { x, y });
    } else if (hit?.id === 'collisions') {
      perform(bridge, { type: 'view', view: 'collisions' });
    } else if (hit && state.ui.view === 'search') {
      clickMatch(bridge, hit.rect, { x, y });
    } else if (hit && state.ui.view !== 'output') {
      clickView(bridge, hit.rect, { x, y });
    } else if (hit) {
      store.setUi({ focus: hit.id });
      if (contains(inside(hit.rect), x, y) && selectedAgent(state)) perform(bridge, { type: 'typing', on: true });
    }
  };

  return (event: MouseEvent) => {
    const { button, kind, x } = event;
    if (kind === 'release') dragging = false;
    if (dragging && kind === 'move') return store.setUi({ split: x + 1 });
    if (kind !== 'press' || layoutOf(store.getState()).kind === 'small') return;
    if (store.getState().ui.dialogs.length > 0) return clickDialog(bridge, event);
    if (button === 'wheelUp' || button === 'wheelDown') return wheel(bridge, event);
    if (button === 'left') click(event);
  };
}

const keyEvent = (key: string) => ({ type: 'key', key, text: null, bytes: new Uint8Array() }) as const;

function pressHint(bridge: Bridge, x: number) {
  const state = bridge.store.getState();
  const { zones } = hintsView(state, contextOf(state), keymapOf(state), state.ui.size.cols);
  const zone = zones.find((one) => x >= one.x && x < one.x + one.width);
  if (zone) takeKey(bridge, keyEvent(zone.press));
}

/** The tab below this column of the title. */
function clickedTab(state: Cockpit, x: number): PaneId | null {
  let end = 0;
  for (const [index, { text }] of tabSpans(state).entries()) {
    end += widthOf(text);
    if (x < end) return TABS[index] ?? null;
  }
  return null;
}

/** A click chooses an entry, in the strip one more shows it whole. It never answers. */
function clickInbox({ store }: Bridge, { id, rect }: { id: PaneId; rect: Rect }, { y }: Pick<MouseEvent, 'x' | 'y'>) {
  const state = store.getState();
  const { hits } = id === 'inbox' ? inboxStrip(state, rect, Date.now()) : inboxView(state, rect, Date.now());
  const hit = hits[y - rect.y];
  const isHere = state.ui.focus === id && state.ui.inbox.at === hit;
  store.setUi({ focus: id });
  if (!hit) return;
  if (id === 'inbox' && isHere) return openInbox({ store }, hit);
  choose(store, hit, true);
}

/** A click chooses a match, one more goes there; a click on the field writes in it. */
function clickMatch(bridge: Bridge, rect: Rect, { x, y }: Pick<MouseEvent, 'x' | 'y'>) {
  const { store } = bridge;
  const state = store.getState();
  const at = contains(rect, x, y) ? (searchView(state, rect, Date.now()).matches[y - rect.y] ?? null) : null;
  const { search: now } = state.ui;
  store.setUi({ focus: 'output' });
  if (y === rect.y + 1) store.setUi({ search: { ...now, writing: true } });
  else if (at !== null && at === now.index && !now.writing) search(bridge, 'jump');
  else if (at !== null) store.setUi({ search: { ...now, writing: false, index: at } });
}

function typeToTile(bridge: Bridge, x: number, y: number) {
  const { store } = bridge;
  const place = layoutOf(store.getState()).tiles.findIndex((rect) => contains(rect, x, y));
  const agent = bridge.surface.reserved.find(({ rect }) => contains(rect, x, y))?.agent;
  if (!agent) return;
  store.setUi({ selected: agent, clicked: { agent, pane: 'tiles', place } });
  perform(bridge, { type: 'typing', on: true });
}

function clickedSession({ store }: Bridge, y: number, height: number): string | null {
  const state = store.getState();
  const rows = sessionRows(state);
  const selected = selectedAgent(state)?.id ?? null;
  const top = sessionsTop({ rows, selected, place: clickedPlace(state.ui, 'sessions', selected), height });
  return y >= 0 && y < height ? (rows[top + y]?.agent.id ?? null) : null;
}

function wheel(bridge: Bridge, { x, y, button }: MouseEvent) {
  const state = bridge.store.getState();
  const hit = layoutOf(state).panes.find(({ rect }) => contains(rect, x, y));
  const upward = button === 'wheelUp';
  if (hit?.id === 'sessions') return perform(bridge, { type: 'move', to: upward ? 'up' : 'down' });
  if (hit?.id === 'collisions') return;
  if (hit && (hit.id === 'inbox' || state.ui.view === 'inbox')) return wheelInbox(bridge, hit, y, upward);
  if (hit && state.ui.view === 'search') return search(bridge, upward ? 'previous' : 'next');
  if (hit && state.ui.view !== 'output') return wheelView(bridge, hit.rect, { x, y }, upward);
  // Above the screen is what was printed before.
  if (wheelTalk(bridge, { x, y }, upward)) return;
  const place = bridge.surface.reserved.find(({ rect }) => contains(rect, x, y));
  if (place) wheelOver(bridge, place.agent, upward);
}

/** Over the list it goes from entry to entry, over the request it scrolls. */
function wheelInbox(bridge: Bridge, { id, rect }: { id: PaneId; rect: Rect }, y: number, upward: boolean) {
  const state = bridge.store.getState();
  const inList = id === 'inbox' || inboxView(state, rect, Date.now()).hits[y - rect.y] != null;
  if (inList) return inbox(bridge, upward ? 'up' : 'down');
  scroll(bridge.store, () => (upward ? -NOTCH : NOTCH));
}

type ListDialog = Extract<Dialog, { kind: 'palette' | 'pick' | 'restore' | 'searches' | 'comments' }>;
const isList = (dialog: Dialog): dialog is ListDialog =>
  dialog.kind === 'palette' ||
  dialog.kind === 'pick' ||
  dialog.kind === 'restore' ||
  dialog.kind === 'searches' ||
  dialog.kind === 'comments';

/** Buttons press their key, rows of a list are chosen, the wheel scrolls; a click beside the box closes nothing. */
function clickDialog(bridge: Bridge, { button, x, y }: MouseEvent) {
  const { store } = bridge;
  const state = store.getState();
  const dialog = state.ui.dialogs.at(-1)!;
  if (button === 'wheelUp' || button === 'wheelDown') {
    const steps = isList(dialog) ? 1 : NOTCH;
    for (let step = 0; step < steps; step++)
      pressDialog(bridge, { key: button === 'wheelUp' ? 'Up' : 'Down', text: null });
    return;
  }
  if (button !== 'left') return;
  const { hints } = layoutOf(state);
  if (hints && contains(hints, x, y)) return pressHint(bridge, x);
  const { rect, zones } = dialogView(dialog, state, keymapOf(state), Date.now());
  const zone = zones.find((one) => contains({ ...one, x: rect.x + one.x, y: rect.y + one.y }, x, y));
  if (zone?.press) pressDialog(bridge, { key: zone.press, text: null });
  else if (zone?.item !== undefined && isList(dialog)) {
    store.changeDialog(dialog.kind, { index: zone.item });
    pressDialog(bridge, { key: 'Enter', text: null });
  }
}
