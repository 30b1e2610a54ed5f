import type { Intent, TalkMove } from '../../../core/commands/context.ts';
import { commandById } from '../../../core/commands/table.ts';
import { isStructured } from '../../../core/structured.ts';
import { isFoldable } from '../../../core/talk/items.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import { field } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import type { KeyEvent, PasteEvent } from '../../types.ts';
import { foldOf } from '../../views/talk/entries.ts';
import { type Bridge, runCommand } from '../bridge.ts';
import type { Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { copyEntry } from './copy.ts';
import { type EditorEffect, editorKey } from './editor.ts';
import { findFiles } from './files.ts';
import { find, nextFound } from './find.ts';
import { atTop, type Standing, scroll, shown, step, toTurn } from './move.ts';
import { pastPrompts } from './past.ts';
import { pasteInto } from './paste.ts';
import { askPick } from './pick.ts';
import { cycleMode, interrupt, sendPrompt, unqueue } from './send.ts';
import type { OpenTalk } from './talks.ts';

/** Rows a notch of the wheel moves. */
const NOTCH = 3;

/** The conversation that keys are for; null: the selected agent has a screen of its own, or its conversation is not in sight. */
export function talkOf({ store, talks }: Bridge): OpenTalk | null {
  const agent = selectedAgent(store.getState());
  return agent && isStructured(agent) ? talks.of(agent.id) : null;
}

/** Keys go into the editor of a conversation. */
export function isTalkTyped({ ui, data }: Cockpit): boolean {
  const agent = ui.typing && selectedAgent({ ui, data });
  return Boolean(agent && isStructured(agent));
}

export function standingOf({ talks }: Bridge, talk: OpenTalk): Standing | null {
  if (!talk.shown) return null;
  const { screen, sheet } = talk.shown;
  const area = { width: sheet.grid.cols, height: screen.body.height };
  return { ui: talk.ui, entries: talks.entries(talk), area, sight: screen.sight };
}

/** Carries out a command of a conversation. */
export function converse(bridge: Bridge, move: TalkMove) {
  const talk = talkOf(bridge);
  const at = talk && standingOf(bridge, talk);
  if (!talk || !at) return;
  const { talks } = bridge;
  const page = Math.max(1, at.area.height - 2);
  const by = (rows: number) => () => talks.change(talk, scroll(at, rows));
  const act: Record<TalkMove, () => unknown> = {
    down: () => talks.change(talk, step(at, 1)),
    up: () => talks.change(talk, step(at, -1)),
    pageDown: by(page),
    pageUp: by(-page),
    halfDown: by(Math.ceil(page / 2)),
    halfUp: by(-Math.ceil(page / 2)),
    wheelDown: by(NOTCH),
    wheelUp: by(-NOTCH),
    first: () => talks.change(talk, { top: at.entries[0] ? atTop(at.entries, 0, at.area) : null, chosen: null }),
    last: () => talks.change(talk, { top: null, chosen: null }),
    nextTurn: () => talks.change(talk, toTurn(at, 1)),
    previousTurn: () => talks.change(talk, toTurn(at, -1)),
    enter: () => (isOnFoldable(at) ? toggle(bridge, talk, at) : begin(bridge)),
    fold: () => toggle(bridge, talk, at),
    foldAll: () => foldAll(bridge, talk, at),
    type: () => begin(bridge),
    copy: () => copyEntry(bridge, talk, at),
    find: () => talks.change(talk, { finding: true, find: field(), note: null }),
    nextHit: () => nextFound(bridge, talk, at, 1),
    previousHit: () => nextFound(bridge, talk, at, -1),
    unqueue: () => void unqueue(bridge, talk),
    leave: () => leave(bridge, talk),
  };
  return void act[move]();
}

/** What is asked of the agent of a conversation, from wherever one is. */
export function talkIntent(bridge: Bridge, intent: Extract<Intent, { type: 'talk' | 'interrupt' | 'pick' }>) {
  if (intent.type === 'talk') return converse(bridge, intent.move);
  if (intent.type === 'pick') return askPick(bridge, intent.what);
  const agent = selectedAgent(bridge.store.getState());
  if (agent) void interrupt(bridge, agent.id);
}

const isOnFoldable = ({ ui, entries }: Standing): boolean => {
  const entry = entries.find(({ item }) => item.key === ui.chosen);
  return entry !== undefined && isFoldable(entry.item);
};

const begin = (bridge: Bridge) => runCommand(bridge, commandById('type'));

/** Folded, unfolded, and whole, where that is more. Without a chosen entry: the last one in sight that can be. */
function toggle({ talks }: Bridge, talk: OpenTalk, at: Standing) {
  const { ui, entries, sight } = at;
  const inSight = sight.spots.map(({ index }) => index);
  const chosen = entries.findIndex(({ item }) => item.key === ui.chosen);
  const index = chosen >= 0 ? chosen : (inSight.findLast((one) => isFoldable(entries[one]!.item)) ?? -1);
  const entry = entries[index];
  if (!entry) return;
  const now = foldOf(ui, entry.item);
  const longer = now === 'open' && at.entries[index]?.item.kind === 'tool' && isLong(entry.item);
  const next = now === 'shut' ? 'open' : longer ? 'whole' : 'shut';
  const folds = { ...ui.folds, [entry.item.key]: next } as const;
  const after = { ...ui, folds, chosen: entry.item.key };
  talks.change(talk, after);
  const again = talk.shown && { ...at, ui: after, entries: talks.entries(talk), sight: talk.shown.screen.sight };
  // What was unfolded begins in sight.
  if (again)
    talks.change(talk, { ...shown(again, index, -1), ...(ui.top === null && next === 'shut' && { top: null }) });
}

const LONG = 4000;
const isLong = (item: Parameters<typeof isFoldable>[0]): boolean =>
  item.kind === 'tool' && item.output.length + item.input.length + (item.diff?.length ?? 0) > LONG;

function foldAll({ talks }: Bridge, talk: OpenTalk, { ui }: Standing) {
  talks.change(talk, { fold: ui.fold === 'shut' ? 'open' : 'shut', folds: {} });
}

/** Out of a search, of what is chosen, back to the end; then as everywhere. */
function leave(bridge: Bridge, talk: OpenTalk) {
  const { ui } = talk;
  if (ui.find.text !== '') return bridge.talks.change(talk, { find: field(), note: null });
  if (ui.chosen !== null || ui.top !== null) return bridge.talks.change(talk, { chosen: null, top: null });
  runCommand(bridge, commandById('clear'));
}

/** A key or a paste while a prompt is written. */
export function typeToTalk(bridge: Bridge, event: KeyEvent | PasteEvent) {
  const talk = talkOf(bridge);
  if (!talk) return;
  const { talks, frames, store } = bridge;
  if (event.type === 'paste') return paste(bridge, talk, event);
  const keymap = keymapOf(store.getState());
  const command = keymap.find(event.key, 'typing');
  if (command) return runCommand(bridge, command);
  const other = ['talk-model', 'talk-mode'].find((id) => keymap.keysOf(id).includes(event.key) && event.text === null);
  if (other) return runCommand(bridge, commandById(other));
  const agent = store.getState().data.project?.agents[talk.agent];
  const { ui, effect } = editorKey(
    talk.ui,
    { key: event.key, text: event.text },
    {
      working: (agent?.turn?.startedAt ?? null) !== null || agent?.retries?.held !== undefined,
      past: () => pastPrompts(bridge, talk),
      queue: agent?.queue ?? [],
    },
  );
  frames.typed();
  talks.change(talk, talk.ui.note === null || effect ? ui : { note: null, ...ui });
  if (effect) carryOut(bridge, talk, effect);
  else findFiles(bridge, talk);
}

function carryOut(bridge: Bridge, talk: OpenTalk, effect: EditorEffect) {
  switch (effect.type) {
    case 'send':
      return void sendPrompt(bridge, talk);
    case 'interrupt':
      return void interrupt(bridge, talk.agent);
    case 'unqueue':
      return void unqueue(bridge, talk, effect);
    case 'mode':
      return void cycleMode(bridge, talk);
    case 'scroll':
      return converse(bridge, effect.pages < 0 ? 'pageUp' : 'pageDown');
    case 'say':
      return bridge.talks.change(talk, { note: effect.text });
  }
}

/** Pieces of a paste that has not come to its end. */
const pieces = new WeakMap<OpenTalk, string[]>();

function paste({ talks }: Bridge, talk: OpenTalk, { text, first, last }: PasteEvent) {
  const known = first ? [] : (pieces.get(talk) ?? []);
  known.push(text);
  pieces.set(talk, known);
  if (!last) return;
  pieces.delete(talk);
  talks.change(talk, { ...pasteInto(talk.ui, known.join('')), completion: null, note: null });
}

/** A key while it is written what is looked for; what is found goes along. */
export function findTalkKey(bridge: Bridge, { key, text, pasted }: Press) {
  const talk = talkOf(bridge);
  if (!talk) return;
  const { talks } = bridge;
  if (!pasted && key === 'Enter') return talks.change(talk, { finding: false });
  if (!pasted && (key === 'Escape' || key === 'C-c'))
    return talks.change(talk, { finding: false, find: field(), note: null });
  const now = talk.ui.find;
  const next = text === null ? edit(now, key) : insert(now, text, false);
  if (next === now) return;
  talks.change(talk, { find: next });
  const at = standingOf(bridge, talk);
  if (at && next.text !== now.text) find(bridge, talk, at);
}
