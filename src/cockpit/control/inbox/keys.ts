import type { InboxMove } from '../../../core/commands/inbox-context.ts';
import type { Answer, Verdict } from '../../../schema/approval.ts';
import { chosenEntry } from '../../selectors/inbox/entries.ts';
import { field } from '../../store/dialogs.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Bridge } from '../bridge.ts';
import { clamp } from '../dialogs/step.ts';
import { look } from '../look.ts';
import { goToScreen } from '../waiting.ts';
import { answer } from './answer.ts';
import { byEntry, changeInbox, scroll, toNext } from './move.ts';
import { leaveInbox, openInbox } from './open.ts';

/** Cells by which a key moves long lines. */
const SHIFT = 8;

type Asked = InboxEntry & { approval: NonNullable<InboxEntry['approval']> };

/** Carries out a command of the inbox. */
export function inbox(bridge: Bridge, move: InboxMove) {
  const { store } = bridge;
  const { shift } = store.getState().ui.inbox;
  const act: Record<InboxMove, () => unknown> = {
    once: () => give(bridge, 'once'),
    session: () => give(bridge, 'session'),
    always: () => ask(bridge, (entry) => ({ kind: 'always', entry, top: 0, busy: false, error: null })),
    deny: () => give(bridge, 'deny'),
    reason: () => askText(bridge, () => null),
    text: () => askText(bridge, () => store.getState().ui.inbox.question),
    question: () => byQuestion(bridge, 1),
    questionBack: () => byQuestion(bridge, -1),
    enter: () => enter(bridge),
    next: () => toNext(store, true),
    down: () => byEntry(store, 1),
    up: () => byEntry(store, -1),
    first: () => byEntry(store, Number.NEGATIVE_INFINITY),
    last: () => byEntry(store, Number.POSITIVE_INFINITY),
    pageDown: () => scroll(store, (page) => page),
    pageUp: () => scroll(store, (page) => -page),
    rowDown: () => scroll(store, () => 1),
    rowUp: () => scroll(store, () => -1),
    right: () => changeInbox(store, { shift: shift + SHIFT }),
    left: () => changeInbox(store, { shift: Math.max(0, shift - SHIFT) }),
    tab: () => look(bridge, { type: 'focus', pane: 'next' }),
    tabBack: () => look(bridge, { type: 'focus', pane: 'previous' }),
    leave: () => leaveInbox(bridge),
  };
  return void act[move]();
}

/** The request that a key is meant for: the one that the screen shows. Said, and null, when that is not the chosen one. */
function meant(bridge: Bridge): Asked | null {
  const { store } = bridge;
  const chosen = chosenEntry(store.getState());
  if (!chosen?.entry.approval || chosen.gone) return null;
  // In the strip there is only a row of it: what is answered is seen whole before.
  if (bridge.inbox.shown === null) {
    openInbox(bridge, chosen.entry.id);
    return null;
  }
  const why = bridge.inbox.unseen(chosen.entry.id);
  if (!why) return chosen.entry as Asked;
  store.say('warning', why);
  return null;
}

function give(bridge: Bridge, verdict: Verdict) {
  const entry = meant(bridge);
  if (!entry) return;
  if (entry.approval.kind === 'question' && verdict !== 'deny') return giveChoices(bridge, entry, verdict);
  send(bridge, entry, { verdict });
}

/** A stale answer, or one that failed, is said in a sentence; nothing else happens. */
const send = (bridge: Bridge, entry: Asked, given: Answer) =>
  void answer(bridge, entry, given).then((problem) => problem && bridge.store.say('warning', problem));

function giveChoices(bridge: Bridge, entry: Asked, verdict: Verdict) {
  const { store } = bridge;
  const { answers } = store.getState().ui.inbox;
  const questions = entry.approval.questions ?? [];
  const missing = questions.findIndex((_, index) => !answers[index]?.length);
  if (missing < 0) return send(bridge, entry, { verdict, answers: questions.map((_, index) => [...answers[index]!]) });
  changeInbox(store, { question: missing });
  const which = questions.length > 1 ? `question ${missing + 1}` : 'the question';
  store.say('warning', `Nothing is chosen for ${which} yet: a number takes a choice, t writes your own words.`);
}

/** A number takes a choice, or gives it back. */
export function takeChoice(bridge: Bridge, index: number) {
  const entry = meant(bridge);
  if (!entry) return;
  const { question, answers } = bridge.store.getState().ui.inbox;
  const asked = entry.approval.questions?.[question];
  const label = asked?.choices[index]?.label;
  if (!asked || label === undefined) return;
  const now = answers[question] ?? [];
  const others = asked.many ? now.filter((one) => one !== label) : [];
  setAnswer(bridge, question, now.includes(label) ? others : [...others, label]);
}

export function setAnswer({ store }: Pick<Bridge, 'store'>, question: number, given: readonly string[]) {
  const answers = [...store.getState().ui.inbox.answers];
  while (answers.length <= question) answers.push([]);
  answers[question] = given;
  changeInbox(store, { answers });
}

function byQuestion({ store }: Bridge, by: 1 | -1) {
  const state = store.getState();
  const count = chosenEntry(state)?.entry.approval?.questions?.length ?? 1;
  changeInbox(store, { question: clamp(state.ui.inbox.question + by, 0, count - 1) });
}

function ask(bridge: Bridge, dialog: (entry: Asked) => Parameters<Bridge['store']['openDialog']>[0]) {
  const entry = meant(bridge);
  if (entry) bridge.store.openDialog(dialog(entry));
}

const askText = (bridge: Bridge, question: () => number | null) =>
  ask(bridge, (entry) => ({ kind: 'reply', entry, question: question(), text: field(), busy: false, error: null }));

/** In the strip: to the inbox. In it: the answer that is chosen, else to the agent's screen. */
function enter(bridge: Bridge) {
  const state = bridge.store.getState();
  const chosen = chosenEntry(state);
  if (!chosen) return;
  const { approval, agent } = chosen.entry;
  if (state.ui.view !== 'inbox') return openInbox(bridge, chosen.entry.id);
  if (approval?.kind === 'question' && !chosen.gone) return give(bridge, 'once');
  goToScreen(bridge, agent.id);
}
