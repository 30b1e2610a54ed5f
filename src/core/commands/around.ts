import type { Command, CommandContext, Intent } from './context.ts';

const many = ({ agents }: CommandContext) => (agents === 0 ? 'there is no agent yet' : null);
const whole = ({ single }: CommandContext) => (single ? 'only one pane is open here' : null);

const move = (id: string, keys: string[], title: string, to: Extract<Intent, { type: 'move' }>['to']): Command => ({
  id,
  keys,
  title,
  group: 'Moving about',
  when: 'moving',
  disabled: many,
  intent: { type: 'move', to },
});

const moving: Command[] = [
  {
    id: 'next-waiting',
    keys: ['Space'],
    title: 'Go to the next agent that waits for somebody',
    group: 'Moving about',
    when: 'moving',
    hint: { label: 'waiting', rank: 3 },
    disabled: ({ waiting }) => (waiting === 0 ? 'nobody waits' : null),
    intent: { type: 'nextWaiting' },
  },
  move('down', ['j', 'Down'], 'Down', 'down'),
  move('up', ['k', 'Up'], 'Up', 'up'),
  move('first', ['g', 'Home'], 'To the first', 'first'),
  move('last', ['G', 'End'], 'To the last', 'last'),
  move('page-down', ['NPage'], 'A page down', 'pageDown'),
  move('page-up', ['PPage'], 'A page up', 'pageUp'),
  {
    id: 'next-pane',
    keys: ['Tab'],
    title: 'Next pane',
    group: 'Moving about',
    when: 'moving',
    disabled: whole,
    intent: { type: 'focus', pane: 'next' },
  },
  {
    id: 'previous-pane',
    keys: ['BTab'],
    title: 'Previous pane',
    group: 'Moving about',
    when: 'moving',
    disabled: whole,
    intent: { type: 'focus', pane: 'previous' },
  },
  {
    id: 'filter',
    keys: ['f'],
    title: 'Filter the sessions',
    group: 'Moving about',
    when: 'moving',
    hint: { label: 'filter', rank: 10 },
    disabled: many,
    intent: { type: 'filter' },
  },
  {
    id: 'clear',
    keys: ['Escape'],
    title: 'Clear the filter, leave tiles or zoom',
    group: 'Moving about',
    when: 'moving',
    intent: { type: 'clear' },
  },
];

const screen: Command[] = [
  {
    id: 'view-output',
    keys: ['1'],
    title: "Show the agent's screen",
    group: 'Screen',
    when: 'moving',
    disabled: whole,
    intent: { type: 'focus', pane: 'output' },
  },
  {
    id: 'view-search',
    keys: ['/', '6'],
    title: 'Search everything that agents printed',
    group: 'Screen',
    when: 'moving',
    hint: { label: 'search', rank: 5 },
    // Also with no agent: archived and removed ones have printed something.
    disabled: ({ single }) => (single === 'sessions' ? 'only one pane is open here' : null),
    intent: { type: 'searchView' },
  },
  {
    id: 'tiles',
    keys: ['t'],
    title: 'Tile the live agents',
    group: 'Screen',
    when: 'moving',
    hint: { label: 'tiles', rank: 11 },
    disabled: (context) =>
      whole(context) ?? (context.live === 0 && context.mode !== 'tiles' ? 'no agent is alive' : null),
    intent: { type: 'mode', mode: 'tiles' },
  },
  {
    id: 'zoom',
    keys: ['z'],
    title: 'Give the focused pane the whole screen',
    group: 'Screen',
    when: 'moving',
    hint: { label: 'zoom', rank: 12 },
    disabled: whole,
    intent: { type: 'mode', mode: 'zoom' },
  },
  {
    id: 'sort',
    keys: ['s'],
    title: 'Sort the sessions by age, name or state',
    group: 'Screen',
    when: 'moving',
    disabled: many,
    intent: { type: 'sort' },
  },
  { id: 'theme', keys: ['T'], title: 'Change the theme', group: 'Screen', when: 'moving', intent: { type: 'theme' } },
  {
    id: 'redraw',
    keys: ['C-l'],
    title: 'Draw the screen anew',
    group: 'Screen',
    when: 'moving',
    intent: { type: 'redraw' },
  },
];

const program: Command[] = [
  {
    id: 'palette',
    keys: [':'],
    title: 'Find a command by its name',
    group: 'BooCode',
    when: 'moving',
    hint: { label: 'commands', rank: 4 },
    intent: { type: 'open', dialog: 'palette' },
  },
  {
    id: 'help',
    keys: ['?', 'F1'],
    title: 'Help: every key',
    group: 'BooCode',
    when: 'moving',
    hint: { label: 'help', rank: 1 },
    intent: { type: 'open', dialog: 'help' },
  },
  {
    id: 'log',
    keys: ['l'],
    title: 'Messages so far',
    group: 'BooCode',
    when: 'moving',
    intent: { type: 'open', dialog: 'log' },
  },
  {
    id: 'suspend',
    keys: ['C-z'],
    title: 'Suspend the cockpit (fg brings it back)',
    group: 'BooCode',
    when: 'moving',
    intent: { type: 'suspend' },
  },
  {
    id: 'quit',
    keys: ['q', 'C-c'],
    title: 'Leave; agents go on',
    group: 'BooCode',
    when: 'moving',
    hint: { label: 'leave', rank: 5 },
    intent: { type: 'quit' },
  },
  {
    id: 'stop-all',
    keys: ['Q'],
    title: 'Stop all agents and leave',
    group: 'BooCode',
    when: 'moving',
    disabled: ({ connected }) => (connected ? null : 'the daemon is not connected; it is being started again'),
    intent: { type: 'ask', ask: 'stopAll' },
  },
];

/** What moves about, changes the screen or concerns the program. */
export const aroundCommands: Command[] = [...moving, ...screen, ...program];
