import type { AskKind, DialogKind, Intent } from '../../core/commands/context.ts';
import { isLive } from '../../core/lifecycle.ts';
import { isStructured } from '../../core/structured.ts';
import { layoutOf } from '../selectors/screen.ts';
import { selectedAgent, sessionRows } from '../selectors/sessions.ts';
import { isTalk } from '../selectors/talk.ts';
import { isRun } from '../selectors/workflows/runs.ts';
import { type ConfirmDialog, type Dialog, field, newDialog } from '../store/dialogs.ts';
import type { Ui } from '../store/model.ts';
import type { Bridge } from './bridge.ts';
import { collide } from './collisions/keys.ts';
import { clamp } from './dialogs/step.ts';
import { read } from './history/keys.ts';
import { inbox, takeChoice } from './inbox/keys.ts';
import { openInbox } from './inbox/open.ts';
import { look } from './look.ts';
import { loadRestorable, request } from './requests.ts';
import { openView, review } from './review/keys.ts';
import { askMerge } from './review/merge.ts';
import { childOf } from './screens.ts';
import { openSearch, search } from './search/keys.ts';
import { toAlert } from './search/saved.ts';
import { converse, talkIntent } from './talk/keys.ts';
import { openTraces, traces } from './traces/keys.ts';
import { timeline } from './traces/timeline.ts';
import { nextWaiting } from './waiting.ts';
import { sentence } from './wording.ts';
import { openWorkflows, workflow } from './workflows/keys.ts';
import { resumeRun } from './workflows/start.ts';

/** Carries out what a command wants. */
export function perform(bridge: Bridge, intent: Intent) {
  const { store } = bridge;
  const state = store.getState();
  switch (intent.type) {
    case 'open':
      return open(bridge, intent.dialog);
    case 'ask':
      return ask(bridge, intent.ask);
    case 'restart': {
      const agent = selectedAgent(state);
      if (agent && isRun(agent)) return void resumeRun(bridge, agent);
      return agent && isLive(agent) ? ask(bridge, 'restart') : void request(bridge, 'restart', agent?.id ?? null);
    }
    case 'typing':
      return intent.on ? startTyping(bridge) : store.setUi({ typing: false });
    case 'nextWaiting':
      return nextWaiting(bridge);
    case 'copy':
      return copyName(bridge);
    case 'move':
      return move(bridge, intent.to);
    case 'read':
      return void read(bridge, intent.move);
    case 'searchView':
      return openSearch(bridge);
    case 'view':
      return show(bridge, intent.view);
    case 'choose':
      return takeChoice(bridge, intent.index);
    case 'talk':
    case 'interrupt':
    case 'pick':
      return talkIntent(bridge, intent);
    case 'merge':
      return askMerge(bridge);
    case 'alert':
      return toAlert(bridge);
    case 'suspend':
      return bridge.terminal.suspend();
    case 'redraw':
      return bridge.redraw();
    case 'quit':
      return bridge.exit('left');
    default:
      return inView(bridge, intent);
  }
}

type InView = Extract<
  Intent,
  { type: 'search' | 'review' | 'traces' | 'timeline' | 'workflow' | 'collisions' | 'inbox' }
>;

/** What is done in one of the views, else what changes how one looks. */
function inView(bridge: Bridge, intent: InView | Parameters<typeof look>[1]) {
  switch (intent.type) {
    case 'search':
      return search(bridge, intent.move);
    case 'review':
      return review(bridge, intent.move);
    case 'traces':
      return traces(bridge, intent.move);
    case 'timeline':
      return timeline(bridge, intent.move);
    case 'workflow':
      return workflow(bridge, intent.move);
    case 'collisions':
      return collide(bridge, intent.move);
    case 'inbox':
      return inbox(bridge, intent.move);
    default:
      return look(bridge, intent);
  }
}

function copyName({ store, terminal }: Bridge) {
  const name = selectedAgent(store.getState())?.name ?? '';
  terminal.copy(name);
  store.say('info', `Copied "${name}", if this terminal lets programs set its clipboard.`);
}

function show(bridge: Bridge, view: Extract<Intent, { type: 'view' }>['view']) {
  if (view === 'inbox') return openInbox(bridge);
  if (view === 'workflows') return openWorkflows(bridge);
  return view === 'traces' || view === 'timeline' ? openTraces(bridge, view) : openView(bridge, view);
}

const readsBack = ({ focus, mode, view }: Ui) => mode === 'tiles' || (focus === 'output' && view === 'output');

function move(bridge: Bridge, to: Extract<Intent, { type: 'move' }>['to']) {
  const { store } = bridge;
  const state = store.getState();
  // Above the screen is what was printed before.
  if (to === 'pageUp' && readsBack(state.ui)) {
    return isTalk(state) ? converse(bridge, 'pageUp') : void read(bridge, 'pageUp');
  }
  const rows = sessionRows(state);
  if (rows.length === 0 || state.ui.pinned !== null) return;
  const page = Math.max(1, (layoutOf(state).panes.find((pane) => pane.id === 'sessions')?.rect.height ?? 12) - 2);
  const by = { up: -1, down: 1, first: -rows.length, last: rows.length, pageUp: -page, pageDown: page }[to];
  const index = rows.findIndex(({ agent }) => agent.id === selectedAgent(state)?.id);
  store.setUi({ selected: rows[clamp(index + by, 0, rows.length - 1)]!.agent.id });
}

function startTyping({ store, terminals }: Bridge) {
  const state = store.getState();
  const agent = selectedAgent(state);
  if (!agent) return;
  // Nobody types to a run: it is looked at.
  if (isRun(agent)) return openWorkflows({ store }, agent.id);
  const at = childOf(state.data.project, agent.id);
  const talks = isStructured(agent);
  if (!at && !talks) {
    const why = isLive(agent) ? `has no screen yet (${agent.status.state})` : 'has ended: restart it to type to it';
    return store.say('warning', `${agent.name} ${why}.`);
  }
  if (at && !talks && terminals.state(at.child) === 'lost')
    return store.say('warning', `The screen of ${agent.name} cannot be reached; trying again.`);
  const focus = state.ui.single ?? 'output';
  if (focus === 'output') {
    store.setUi({ typing: true, focus, view: 'output', reading: null, selected: agent.id, toast: null });
  }
}

function ask(bridge: Bridge, kind: AskKind) {
  const agent = kind === 'stopAll' ? null : (selectedAgent(bridge.store.getState())?.id ?? null);
  const asked = (kind === 'archive' || kind === 'remove') && agent !== null;
  const blank = { risk: null, asked, top: 0, busy: false, error: null };
  const dialog: ConfirmDialog = { kind: 'confirm', ask: kind, agent, ...blank };
  bridge.store.openDialog(dialog);
  if (!asked) return;
  // Another question may have been asked meanwhile, about another agent.
  const meant = (open: ConfirmDialog) => open.agent === agent && open.ask === kind;
  bridge.call('agent.risk', { agent }).then(
    (risk) => bridge.store.changeDialog('confirm', { risk }, meant),
    (error) => bridge.store.changeDialog('confirm', { error: sentence(error, bridge.store.getState()) }, meant),
  );
}

function open(bridge: Bridge, kind: DialogKind) {
  const state = bridge.store.getState();
  const agent = selectedAgent(state)?.id ?? '';
  const dialogs: Record<DialogKind, () => Dialog> = {
    new: newDialog,
    prompt: () => ({ kind: 'prompt', agent, text: field(state.ui.drafts.prompts?.[agent]), busy: false, error: null }),
    palette: () => ({ kind: 'palette', query: field(), index: 0 }),
    help: () => ({ kind: 'help', top: 0 }),
    log: () => ({ kind: 'log', back: 0 }),
    info: () => ({ kind: 'info', agent, top: 0 }),
    searches: () => ({ kind: 'searches', index: 0, busy: false, error: null }),
    restore: () => ({ kind: 'restore', items: null, index: 0, busy: false, error: null }),
  };
  bridge.store.openDialog(dialogs[kind]());
  if (kind === 'restore') void loadRestorable(bridge);
}
