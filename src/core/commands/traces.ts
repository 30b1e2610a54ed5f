import type { Command, CommandContext } from './context.ts';
import { linked } from './reasons.ts';

/** What can be done in the view of tool calls. */
export type TraceMove =
  | 'leave'
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'nextGroup'
  | 'previousGroup'
  | 'open'
  | 'whole'
  | 'jump'
  | 'group'
  | 'errors'
  | 'filter'
  | 'whose'
  | 'exact';

/** What can be done in the timeline and the totals. */
export type TimelineMove =
  | 'leave'
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'jump'
  | 'traces'
  | 'part'
  | 'whose'
  | 'exact';

/** Where one stands in both. */
export interface TraceContext {
  /** Tool calls that fit, and turns that are shown. */
  calls: number;
  turns: number;
  part: 'turns' | 'totals';
}

type More = Pick<Command, 'hint' | 'disabled'>;
const dashed = (move: string) => move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const trace = (move: TraceMove, keys: string[], title: string, more: More = {}): Command => ({
  ...{ id: `traces-${dashed(move)}`, keys, title, group: 'Traces', when: 'traces', ...more },
  intent: { type: 'traces', move },
});
const turn = (move: TimelineMove, keys: string[], title: string, more: More = {}): Command => ({
  ...{ id: `timeline-${dashed(move)}`, keys, title, group: 'Traces', when: 'timeline', ...more },
  intent: { type: 'timeline', move },
});

const noCall = ({ traces }: CommandContext) => (traces.calls === 0 ? 'no tool call fits' : null);
const noTurn = ({ traces }: CommandContext) =>
  traces.part === 'totals' ? 'the totals are shown' : traces.turns === 0 ? 'there is no turn yet' : null;
const asks = (context: CommandContext) => linked(context) ?? noCall(context);

/** What keys do in the view of tool calls. */
const traceCommands: Command[] = [
  trace('leave', ['Escape', 'q', 'C-c'], 'Back: out of the filter, out of the traces', {
    hint: { label: 'back', rank: 2 },
  }),
  trace('open', ['Enter', 'Right'], 'See input and output of this call, or no more', {
    hint: { label: 'open', rank: 1 },
    disabled: asks,
  }),
  trace('whole', ['w'], 'All of its input and output', { hint: { label: 'whole', rank: 4 }, disabled: asks }),
  trace('jump', ['o'], "Go to its turn in the agent's output", {
    hint: { label: 'go there', rank: 5 },
    disabled: asks,
  }),
  trace('group', ['b'], 'In groups by turn or by tool', { hint: { label: 'turn/tool', rank: 3 } }),
  trace('errors', ['e'], 'What failed first', { hint: { label: 'errors first', rank: 3 } }),
  trace('filter', ['/', 'f'], 'Only calls with these words', { hint: { label: 'filter', rank: 4 } }),
  trace('whose', ['a'], "The selected agent's calls, or all agents'", { hint: { label: 'all', rank: 4 } }),
  trace('exact', ['x'], 'Numbers in full, or short', { hint: { label: 'exact', rank: 6 } }),
  trace('down', ['j', 'Down'], 'The next call', { disabled: noCall }),
  trace('up', ['k', 'Up'], 'The call before', { disabled: noCall }),
  trace('nextGroup', ['J', ']'], 'The next group', { disabled: noCall }),
  trace('previousGroup', ['K', '['], 'The group before', { disabled: noCall }),
  trace('pageDown', ['NPage', 'C-f'], 'A page of calls down', { disabled: noCall }),
  trace('pageUp', ['PPage', 'C-b'], 'A page of calls up', { disabled: noCall }),
  trace('first', ['g', 'Home'], 'To the first call', { disabled: noCall }),
  trace('last', ['G', 'End'], 'To the last call', { disabled: noCall }),
];

/** What keys do in the timeline and the totals. */
const timelineCommands: Command[] = [
  turn('leave', ['Escape', 'q', 'C-c'], 'Back', { hint: { label: 'back', rank: 2 } }),
  turn('jump', ['Enter', 'o'], "Go to this turn in the agent's output", {
    hint: { label: 'go there', rank: 1 },
    disabled: (context) => linked(context) ?? noTurn(context),
  }),
  turn('traces', ['Right'], 'The tool calls of this agent', {
    hint: { label: 'its calls', rank: 4 },
    disabled: noTurn,
  }),
  turn('part', ['s', 't'], 'Totals per agent, model and day, or the turns', { hint: { label: 'totals', rank: 3 } }),
  turn('whose', ['a'], "The selected agent's turns, or all agents'", { hint: { label: 'all', rank: 4 } }),
  turn('exact', ['x'], 'Numbers in full, or short', { hint: { label: 'exact', rank: 5 } }),
  turn('down', ['j', 'Down'], 'The next turn'),
  turn('up', ['k', 'Up'], 'The turn before'),
  turn('pageDown', ['NPage', 'C-f'], 'A page down'),
  turn('pageUp', ['PPage', 'C-b'], 'A page up'),
  turn('first', ['g', 'Home'], 'To the first turn'),
  turn('last', ['G', 'End'], 'To the last turn'),
];

const whole = ({ single }: CommandContext) => (single ? 'only one pane is open here' : null);

/** What shows them, from wherever one is. */
const viewCommands: Command[] = [
  {
    ...{ id: 'view-traces', keys: ['4'], title: 'Every tool call: what, how long, tokens, cost', group: 'Screen' },
    ...{ when: 'moving', disabled: whole, intent: { type: 'view', view: 'traces' } },
  },
  {
    ...{ id: 'view-timeline', keys: ['5'], title: 'Every turn, and totals', group: 'Screen' },
    ...{ when: 'moving', disabled: whole, intent: { type: 'view', view: 'timeline' } },
  },
];

export const tracesCommands: Command[] = [...viewCommands, ...traceCommands, ...timelineCommands];
