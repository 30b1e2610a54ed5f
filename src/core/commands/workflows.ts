import type { Command, CommandContext } from './context.ts';
import { linked } from './reasons.ts';

/** What can be done in the view of workflows and their runs. */
export type WorkflowMove =
  | 'leave'
  | 'enter'
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'part'
  | 'partBack'
  | 'fold'
  | 'start'
  | 'source'
  | 'answer'
  | 'shown'
  | 'cancel'
  | 'resume'
  | 'combine'
  | 'copy';

/** Where one stands in it. */
export interface WorkflowContext {
  /** What is chosen, or (run) looked at. */
  at: 'none' | 'workflow' | 'run';
  /** It has ended, and (done) as it should; false where no run is chosen. */
  ended: boolean;
  done: boolean;
  /** Requests of the run and its agents that wait for a person. */
  waiting: number;
}

type More = Pick<Command, 'hint' | 'disabled'>;

const workflow = (move: WorkflowMove, keys: string[], title: string, more: More = {}): Command => ({
  id: `workflow-${move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  ...{ keys, title, group: 'Workflows', when: 'workflows', ...more },
  intent: { type: 'workflow', move },
});

const run = ({ workflows: { at } }: CommandContext) => (at === 'run' ? null : 'no run is chosen');
const something = ({ workflows: { at } }: CommandContext) => (at === 'none' ? 'there is no workflow yet' : null);
const going = (context: CommandContext) =>
  linked(context) ?? run(context) ?? (context.workflows.ended ? 'the run has ended already' : null);
const over = (context: CommandContext) =>
  linked(context) ??
  run(context) ??
  (context.workflows.done ? 'it has done all it had to' : context.workflows.ended ? null : 'the run goes on');

const inView: Command[] = [
  workflow('leave', ['Escape', 'q', 'C-c'], 'Back: out of the run, out of the workflows', {
    hint: { label: 'back', rank: 2 },
  }),
  workflow('enter', ['Enter'], "To the run, to the start of a workflow, to a step's agent", {
    hint: { label: 'open', rank: 1 },
    disabled: something,
  }),
  workflow('start', ['n'], 'Start this workflow: shows what it takes', {
    hint: { label: 'start', rank: 3 },
    disabled: (context) => linked(context) ?? something(context),
  }),
  workflow('answer', ['a'], 'Go to what waits for somebody in this run', {
    hint: { label: 'answer', rank: 2 },
    disabled: (context) => run(context) ?? (context.workflows.waiting === 0 ? 'nothing waits in this run' : null),
  }),
  workflow('part', ['Tab', 'Right'], 'Steps, log, result', { hint: { label: 'log, result', rank: 4 }, disabled: run }),
  workflow('partBack', ['BTab', 'Left'], 'Result, log, steps', { disabled: run }),
  workflow('shown', ['e'], 'All steps, those that go on, those that went wrong', {
    hint: { label: 'all/open/wrong', rank: 6 },
    disabled: run,
  }),
  workflow('fold', ['f'], 'Fold the phase or the batch, or show what is in it', { disabled: run }),
  workflow('cancel', ['x'], 'Cancel the run and its agents', { hint: { label: 'cancel', rank: 5 }, disabled: going }),
  workflow('resume', ['r'], 'Resume the run: what is finished is not done again', {
    hint: { label: 'resume', rank: 5 },
    disabled: over,
  }),
  workflow('combine', ['M'], 'Merge what its agents changed into one branch', {
    disabled: (context) => linked(context) ?? run(context) ?? (context.workflows.ended ? null : 'the run goes on'),
  }),
  workflow('copy', ['y'], 'Copy the result', { disabled: run }),
  workflow('source', ['v'], "See the workflow's source", {
    hint: { label: 'source', rank: 7 },
    disabled: (context) => linked(context) ?? something(context),
  }),
  workflow('down', ['j', 'Down'], 'Down'),
  workflow('up', ['k', 'Up'], 'Up'),
  workflow('pageDown', ['NPage', 'C-f'], 'A page down'),
  workflow('pageUp', ['PPage', 'C-b'], 'A page up'),
  workflow('first', ['g', 'Home'], 'To the first'),
  workflow('last', ['G', 'End'], 'To the last'),
];

export const workflowCommands: Command[] = [
  {
    ...{ id: 'view-workflows', keys: ['8'], title: 'Workflows: start them, watch their runs', group: 'Screen' },
    when: 'moving',
    disabled: ({ single }) => (single ? 'only one pane is open here' : null),
    intent: { type: 'view', view: 'workflows' },
  },
  ...inView,
];
