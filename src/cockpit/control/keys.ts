import type { Command } from '../../core/commands/context.ts';
import { commandById } from '../../core/commands/table.ts';
import { keymapOf } from '../selectors/keymap.ts';
import { keyScope } from '../selectors/scope.ts';
import { layoutOf } from '../selectors/screen.ts';
import type { Dialog } from '../store/dialogs.ts';
import type { Cockpit } from '../store/model.ts';
import type { KeyEvent, PasteEvent } from '../types.ts';
import { dialogView } from '../views/dialogs/view.ts';
import { type Bridge, runCommand } from './bridge.ts';
import { dialogKey } from './dialogs/key.ts';
import type { Effect, Press } from './dialogs/step.ts';
import { edit, insert } from './edit.ts';
import { writeLines } from './history/copy.ts';
import { queryKey } from './history/keys.ts';
import { carryOutReply } from './inbox/reply.ts';
import { request, restoreAgent, sendPrompt, startAgent } from './requests.ts';
import { carryOutReview } from './review/carry.ts';
import { findKey } from './review/keys.ts';
import { searchKey } from './search/keys.ts';
import { forgetSearch, runSaved } from './search/saved.ts';
import { findTalkKey, isTalkTyped, typeToTalk } from './talk/keys.ts';
import { pick } from './talk/pick.ts';
import { traceFilterKey } from './traces/keys.ts';
import { startRun, trustWorkflow } from './workflows/start.ts';

/** A key or a paste goes to whoever listens: a dialog, the filter, else it is a command (keys for agents: control/input). */
export function takeKey(bridge: Bridge, event: KeyEvent | PasteEvent) {
  const { ui } = bridge.store.getState();
  const press: Press =
    event.type === 'key' ? { key: event.key, text: event.text } : { key: '', text: event.text, pasted: true };
  if (layoutOf(bridge.store.getState()).kind === 'small') return unseenKey(bridge, event);
  if (ui.dialogs.length > 0) return pressDialog(bridge, press);
  if (isTalkTyped(bridge.store.getState())) return typeToTalk(bridge, event);
  if (ui.typing) return leaveKey(bridge, event);
  // A message has been seen once somebody goes on.
  if (ui.toast) bridge.store.setUi({ toast: null });
  if (ui.filtering) return filterKey(bridge, press);
  const state = bridge.store.getState();
  const scope = keyScope(state);
  if (scope === 'history' && ui.reading?.query) return queryKey(bridge, press);
  if (scope === 'talk' && ui.talk.finding) return findTalkKey(bridge, press);
  if (scope === 'review' && ui.review.writing) return findKey(bridge, press);
  if (scope === 'traces' && ui.traces.writing) return traceFilterKey(bridge, press);
  if (scope === 'search' && ui.search.writing && searchKey(bridge, press)) return;
  if (event.type === 'paste') {
    if (event.first)
      bridge.store.say('warning', 'A paste goes to an agent only while you type to it: Enter begins that.');
    return;
  }
  const command = boundTo(state, event.key);
  if (command) runCommand(bridge, command);
}

/** What a key does where one is. */
export function boundTo(state: Cockpit, key: string): Command | null {
  const keymap = keymapOf(state);
  const scope = keyScope(state);
  const own = scope && (keymap.find(key, scope) ?? (scope === 'question' && keymap.find(key, 'inbox')));
  return own || (keymap.find(key, 'moving') ?? null);
}

/** On a screen too small to draw nothing may happen unseen: typing and the cockpit can be left, and no more. */
function unseenKey(bridge: Bridge, event: KeyEvent | PasteEvent) {
  const { ui } = bridge.store.getState();
  if (ui.typing) return leaveKey(bridge, event);
  if (ui.dialogs.length > 0 || event.type !== 'key') return;
  const command = keymapOf(bridge.store.getState()).find(event.key, 'moving');
  if (command?.intent.type === 'quit' || command?.intent.type === 'suspend') runCommand(bridge, command);
}

/** The screen of the agent that is typed to has not come yet: nothing can reach it, but it can be left. */
function leaveKey(bridge: Bridge, event: KeyEvent | PasteEvent) {
  const leaves = event.type === 'key' && keymapOf(bridge.store.getState()).find(event.key, 'typing');
  if (leaves) runCommand(bridge, leaves);
}

function filterKey({ store }: Bridge, { key, text, pasted }: Press) {
  const { filter } = store.getState().ui;
  if (!pasted && key === 'Enter') return store.setUi({ filtering: false });
  if (!pasted && (key === 'Escape' || key === 'C-c')) return store.setUi({ filtering: false, filter: '' });
  const before = { text: filter, cursor: filter.length };
  const next = text === null ? edit(before, key) : insert(before, text, false);
  if (next.text !== filter) store.setUi({ filter: next.text });
}

/** A key for the dialog on top. */
export function pressDialog(bridge: Bridge, press: Press) {
  const { store } = bridge;
  const state = store.getState();
  const top = state.ui.dialogs.at(-1);
  if (!top) return;
  const keymap = keymapOf(state);
  const { page, lines } = dialogView(top, state, keymap, Date.now());
  const { dialog, effect } = dialogKey(top, press, { state, keymap, page, lines });
  const below = state.ui.dialogs.slice(0, -1);
  if (dialog) {
    if (dialog !== top) store.setUi({ dialogs: [...below, dialog] });
  } else {
    const typing = top.kind === 'pick' && top.typing;
    store.setUi({ dialogs: below, drafts: draftsWith(top, state.ui.drafts), ...(typing && { typing }) });
  }
  if (effect) carryOut(bridge, effect, dialog ?? top);
}

/** A prompt that was written and not sent is kept for the next time; who cancels a new agent begins afresh. */
function draftsWith(closed: Dialog, drafts: ReturnType<Bridge['store']['getState']>['ui']['drafts']) {
  if (closed.kind !== 'prompt') return drafts;
  return { ...drafts, prompts: { ...drafts.prompts, [closed.agent]: closed.text.text } };
}

function carryOut(bridge: Bridge, effect: Effect, dialog: Dialog) {
  switch (effect.type) {
    case 'start':
      return dialog.kind === 'new' && void startAgent(bridge, dialog);
    case 'send':
      return dialog.kind === 'prompt' && void sendPrompt(bridge, dialog);
    case 'confirmed':
      return void request(bridge, effect.ask, effect.agent);
    case 'restore':
      return void restoreAgent(bridge, effect.target);
    case 'run':
      return runCommand(bridge, commandById(effect.id));
    case 'write':
      return dialog.kind === 'write' && void writeLines(bridge, dialog);
    case 'pick':
      return dialog.kind === 'pick' && void pick(bridge, dialog, effect.id);
    case 'search':
      return runSaved(bridge, effect.id);
    case 'forget':
      return void forgetSearch(bridge, effect.id);
    case 'answer':
      return void carryOutReply(bridge, effect.dialog);
    case 'run.start':
      return dialog.kind === 'startRun' && void startRun(bridge, dialog);
    case 'trust':
      return dialog.kind === 'source' && void trustWorkflow(bridge, dialog);
    case 'review':
      return carryOutReview(bridge, effect.act, dialog);
  }
}
