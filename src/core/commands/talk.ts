import { isLive } from '../lifecycle.ts';
import { isStructured } from '../structured.ts';
import type { Command, TalkMove } from './context.ts';
import { chosen, first, linked, type Reason } from './reasons.ts';

const talk = (
  move: TalkMove,
  keys: string[],
  title: string,
  more: Pick<Command, 'hint' | 'disabled'> = {},
): Command => ({
  id: `talk-${move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  keys,
  title,
  group: 'Conversation',
  when: 'talk',
  ...more,
  intent: { type: 'talk', move },
});

const waiting: Reason = ({ agent }) => (agent?.queue?.length ? null : 'no prompt waits in its queue');
const hasScreen: Reason = ({ agent }) =>
  agent && !isStructured(agent) ? `${agent.name} has a screen of its own, where it is asked for it` : null;
const live: Reason = ({ agent }) =>
  agent && !isLive(agent) ? `${agent.name} has ended (${agent.status.state})` : null;
const works: Reason = ({ agent }) => (agent?.turn?.startedAt || agent?.retries?.held ? null : 'no turn runs');
const choices =
  (what: 'models' | 'modes', word: string): Reason =>
  ({ agent }) =>
    agent?.[what]?.length ? null : `its runtime offers no other ${word}`;

/** What keys do in a conversation while nobody writes, and what is asked of its agent from anywhere. */
export const talkCommands: Command[] = [
  talk('type', ['i'], 'Write to the agent', { hint: { label: 'write', rank: 1 }, disabled: first(linked, chosen) }),
  talk('enter', ['Enter'], 'Unfold the chosen entry; without one: write'),
  talk('fold', ['o'], 'Unfold the chosen entry, then all of it; fold it again', { hint: { label: 'unfold', rank: 3 } }),
  talk('foldAll', ['O'], 'Unfold or fold everything', { hint: { label: 'all', rank: 6 } }),
  talk('up', ['k', 'Up'], 'The entry before', { hint: { label: 'choose', rank: 4 } }),
  talk('down', ['j', 'Down'], 'The entry after'),
  talk('pageUp', ['PPage', 'C-b'], 'A page up'),
  talk('pageDown', ['NPage', 'C-f'], 'A page down'),
  talk('halfUp', ['C-u'], 'Half a page up'),
  talk('halfDown', ['C-d'], 'Half a page down'),
  talk('first', ['g', 'Home'], 'To the oldest entry that is loaded'),
  talk('last', ['G', 'End'], 'To the end, and stay there', { hint: { label: 'end', rank: 7 } }),
  talk('previousTurn', ['['], 'The prompt before', { hint: { label: 'turn before', rank: 5 } }),
  talk('nextTurn', [']'], 'The prompt after'),
  talk('find', ['/'], 'Search in the conversation', { hint: { label: 'search', rank: 5 } }),
  talk('nextHit', ['n'], 'The next match'),
  talk('previousHit', ['N'], 'The match before'),
  talk('copy', ['y'], 'Copy the chosen entry; once more: its code alone', { hint: { label: 'copy', rank: 6 } }),
  talk('unqueue', ['u'], 'Take the newest queued prompt back', {
    hint: { label: 'take back', rank: 2 },
    disabled: first(linked, waiting),
  }),
  talk('leave', ['Escape'], 'Out of the search, the choice, back to the end'),
  {
    id: 'talk-interrupt',
    keys: ['I'],
    title: 'Interrupt the turn that runs; the agent goes on',
    group: 'Conversation',
    when: 'moving',
    hint: { label: 'interrupt', rank: 9 },
    disabled: first(linked, chosen, hasScreen, live, works),
    intent: { type: 'interrupt' },
  },
  {
    id: 'talk-model',
    keys: ['M-m'],
    title: 'Switch the agent to another model',
    group: 'Conversation',
    when: 'moving',
    disabled: first(linked, chosen, hasScreen, live, choices('models', 'model')),
    intent: { type: 'pick', what: 'model' },
  },
  {
    id: 'talk-mode',
    keys: ['M-p'],
    title: 'Switch the agent to another permission mode',
    group: 'Conversation',
    when: 'moving',
    disabled: first(linked, chosen, hasScreen, live, choices('modes', 'mode')),
    intent: { type: 'pick', what: 'mode' },
  },
];
