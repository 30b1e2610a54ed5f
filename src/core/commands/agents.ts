import { isStructured } from '../structured.ts';
import type { Command } from './context.ts';
import { chosen, first, linked, living, type Reason } from './reasons.ts';

const shown: Reason = ({ single }) => (single === 'sessions' ? 'this pane shows only the sessions' : null);
/** The session of an agent without a screen goes on with a prompt, also after its end. */
const listening: Reason = (context) =>
  context.agent && isStructured(context.agent) && !context.agent.archived ? null : living(context);
const present: Reason = ({ agent }) => (agent?.archived ? `${agent.name} is archived already` : null);

/** What is done to agents. */
export const agentCommands: Command[] = [
  {
    id: 'new',
    keys: ['n'],
    title: 'Start a new agent',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'new', rank: 1 },
    disabled: linked,
    intent: { type: 'open', dialog: 'new' },
  },
  {
    id: 'type',
    keys: ['Enter'],
    title: 'Type to the selected agent',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'type to it', rank: 2 },
    disabled: first(shown, chosen, listening),
    intent: { type: 'typing', on: true },
  },
  {
    id: 'leave',
    keys: ['C-]'],
    title: 'Stop typing to the agent',
    group: 'Agents',
    when: 'typing',
    hint: { label: 'stop typing', rank: 1 },
    intent: { type: 'typing', on: false },
  },
  {
    id: 'message',
    keys: ['m'],
    title: 'Send the agent a prompt',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'message', rank: 6 },
    disabled: first(linked, chosen, living),
    intent: { type: 'open', dialog: 'prompt' },
  },
  {
    id: 'stop',
    keys: ['x'],
    title: 'Stop the agent; its worktree stays',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'stop', rank: 7 },
    disabled: first(linked, chosen, living),
    intent: { type: 'ask', ask: 'stop' },
  },
  {
    id: 'restart',
    keys: ['r'],
    title: 'Restart the agent in the same place',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'restart', rank: 8 },
    disabled: first(linked, chosen),
    intent: { type: 'restart' },
  },
  {
    id: 'archive',
    keys: ['A'],
    title: 'Archive the agent: save its work, remove its worktree',
    group: 'Agents',
    when: 'moving',
    disabled: first(linked, chosen, present),
    intent: { type: 'ask', ask: 'archive' },
  },
  {
    id: 'remove',
    keys: ['D'],
    title: 'Remove the agent: as archive, and it is no longer listed',
    group: 'Agents',
    when: 'moving',
    disabled: first(linked, chosen),
    intent: { type: 'ask', ask: 'remove' },
  },
  {
    id: 'merge',
    keys: ['M'],
    title: 'Merge the agent back',
    group: 'Agents',
    when: 'moving',
    disabled: first(linked, chosen, ({ agent }) =>
      agent?.worktree === null ? `${agent.name} works in the project itself` : null,
    ),
    intent: { type: 'merge' },
  },
  {
    id: 'restore',
    keys: ['R'],
    title: 'Restore an archived or removed agent',
    group: 'Agents',
    when: 'moving',
    disabled: linked,
    intent: { type: 'open', dialog: 'restore' },
  },
  {
    id: 'info',
    keys: ['i'],
    title: 'All about the agent, and why its status is what it is',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'info', rank: 9 },
    disabled: chosen,
    intent: { type: 'open', dialog: 'info' },
  },
  {
    id: 'history',
    keys: ['h'],
    title: 'Read what the agent printed before',
    group: 'Agents',
    when: 'moving',
    hint: { label: 'history', rank: 7 },
    disabled: first(linked, chosen),
    intent: { type: 'read', move: 'pageUp' },
  },
  {
    id: 'copy',
    keys: ['y'],
    title: "Copy the agent's name",
    group: 'Agents',
    when: 'moving',
    disabled: chosen,
    intent: { type: 'copy' },
  },
];
