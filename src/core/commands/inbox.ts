import type { Verdict } from '../../schema/approval.ts';
import type { Command, CommandContext } from './context.ts';
import type { InboxMove } from './inbox-context.ts';
import { linked } from './reasons.ts';

type More = Pick<Command, 'hint' | 'disabled'>;

const inbox = (id: string, move: InboxMove, keys: string[], title: string, more: More = {}): Command => ({
  id,
  keys,
  title,
  group: 'Inbox',
  when: 'inbox',
  ...more,
  intent: { type: 'inbox', move },
});

const nobody = ({ inbox: { count } }: CommandContext) => (count === 0 ? 'nobody waits' : null);

/** Why what is chosen cannot be answered at all. */
function unanswerable(context: CommandContext): string | null {
  const { chosen } = context.inbox;
  if (!chosen) return 'nobody waits';
  if (chosen.gone) return chosen.gone;
  if (chosen.kind === 'look') return `${chosen.name} asks on its own screen: Enter goes there`;
  return chosen.busy ? 'an answer is on its way' : linked(context);
}

const REACHES: Record<Verdict, string> = {
  once: 'be allowed just once',
  session: 'be allowed for the session',
  always: 'be allowed for good',
  deny: 'be denied',
};

const offers = (verdict: Verdict) => (context: CommandContext) =>
  unanswerable(context) ??
  (context.inbox.chosen!.verdicts.includes(verdict) ? null : `this request cannot ${REACHES[verdict]}`);

const asks = (context: CommandContext) =>
  unanswerable(context) ?? (context.inbox.chosen!.kind === 'question' ? null : 'this is no question');

const hint = (label: string, rank: number): More['hint'] => ({ label, rank });

/** What keys do in the inbox. Each answer goes to the request that is seen when its key is pressed, and to no other. */
export const inboxCommands: Command[] = [
  inbox('approval-allow', 'once', ['a'], 'Allow it, this once', {
    hint: hint('allow', 1),
    disabled: offers('once'),
  }),
  inbox('approval-session', 'session', ['A'], 'Allow it for the rest of the session', {
    hint: hint('session', 3),
    disabled: offers('session'),
  }),
  inbox('approval-always', 'always', ['w', 'C-a'], 'Allow it for good: shows the rule, and asks', {
    hint: hint('always', 4),
    disabled: offers('always'),
  }),
  inbox('approval-deny', 'deny', ['d'], 'Deny it', { hint: hint('deny', 1), disabled: offers('deny') }),
  inbox('approval-deny-reason', 'reason', ['D'], 'Deny it with a reason, which the agent is told', {
    hint: hint('deny, why', 3),
    // Also where nobody would be told: who begins to write at once would answer by the letters otherwise.
    disabled: offers('deny'),
  }),
  inbox('approval-text', 'text', ['t'], 'Answer the question in your own words', {
    hint: hint('own words', 2),
    disabled: asks,
  }),
  inbox('approval-question', 'question', ['Right', ']'], 'The next question of the same request', { disabled: asks }),
  inbox('approval-question-before', 'questionBack', ['Left', '['], 'The question before', { disabled: asks }),
  inbox('inbox-enter', 'enter', ['Enter'], "Answer as chosen, or go to the agent's screen", {
    hint: hint('go there', 5),
    disabled: nobody,
  }),
  inbox('inbox-next', 'next', ['Space'], 'The next one that waits', { hint: hint('next', 2), disabled: nobody }),
  inbox('inbox-down', 'down', ['j', 'Down'], 'Down', { disabled: nobody }),
  inbox('inbox-up', 'up', ['k', 'Up'], 'Up', { disabled: nobody }),
  inbox('inbox-first', 'first', ['g', 'Home'], 'To the one that has waited longest', { disabled: nobody }),
  inbox('inbox-last', 'last', ['G', 'End'], 'To the newest', { disabled: nobody }),
  inbox('inbox-page-down', 'pageDown', ['NPage', 'C-f'], 'A page of the request down', {
    hint: hint('page', 6),
    disabled: nobody,
  }),
  inbox('inbox-page-up', 'pageUp', ['PPage', 'C-b'], 'A page of the request up', { disabled: nobody }),
  inbox('inbox-row-down', 'rowDown', ['J', 'C-e'], 'A row of the request down', { disabled: nobody }),
  inbox('inbox-row-up', 'rowUp', ['K', 'C-y'], 'A row of the request up', { disabled: nobody }),
  inbox('inbox-right', 'right', ['L', '>'], 'Move long lines of its diff to the left', { disabled: nobody }),
  inbox('inbox-left', 'left', ['H', '<'], 'Move them back', { disabled: nobody }),
  inbox('inbox-tab', 'tab', ['Tab'], 'Next pane'),
  inbox('inbox-tab-back', 'tabBack', ['BTab'], 'Previous pane'),
  inbox('inbox-leave', 'leave', ['Escape', 'q', 'C-c'], 'Leave the inbox', { hint: hint('back', 2) }),
];

/** Choices of a question have numbers; more than nine are reached in one's own words. */
export const CHOICE_KEYS = 9;

/** What numbers do while the chosen request is a question. */
export const choiceCommands: Command[] = Array.from({ length: CHOICE_KEYS }, (_, index) => ({
  id: `approval-choice-${index + 1}`,
  keys: [`${index + 1}`],
  title: `Take choice ${index + 1} of the question, or give it back`,
  group: 'Inbox',
  when: 'question',
  disabled: (context) =>
    unanswerable(context) ??
    (index < (context.inbox.chosen?.choices ?? 0) ? null : `the question has no choice ${index + 1}`),
  ...(index === 0 && { hint: { label: 'choose', rank: 1 } }),
  intent: { type: 'choose', index },
}));

const beside = ({ single }: CommandContext) => (single ? 'only one pane is open here' : null);

export const answerCommand: Command = {
  id: 'answer',
  keys: ['a'],
  title: "Answer what waits, the selected agent's first",
  group: 'Agents',
  when: 'moving',
  hint: { label: 'answer', rank: 1 },
  disabled: (context) => beside(context) ?? nobody(context),
  intent: { type: 'view', view: 'inbox' },
};

export const inboxViewCommand: Command = {
  id: 'view-inbox',
  keys: ['7'],
  title: 'The inbox: everything that waits for you',
  group: 'Screen',
  when: 'moving',
  disabled: beside,
  intent: { type: 'view', view: 'inbox' },
};
