import type { WorkflowMove } from '../../../core/commands/workflows.ts';
import { layoutOf } from '../../selectors/screen.ts';
import {
  chosenItem,
  chosenItemIndex,
  chosenWorkflow,
  listItems,
  runAgent,
  waitingIn,
} from '../../selectors/workflows/runs.ts';
import { chosenRow, chosenRowIndex, type StepRow, shownRun, stepRows } from '../../selectors/workflows/steps.ts';
import type { Ui } from '../../store/model.ts';
import { initialWorkflows, type RunPart, type StepsShown, type WorkflowsUi } from '../../store/workflows.ts';
import { resultRows, resultText } from '../../views/workflows/result.ts';
import { headHeight } from '../../views/workflows/run.ts';
import type { Bridge } from '../bridge.ts';
import { clamp } from '../dialogs/step.ts';
import { openInbox } from '../inbox/open.ts';
import { leaveView } from '../review/keys.ts';
import { goToScreen } from '../waiting.ts';
import { combineRun, openSource, openStart, resumeRun } from './start.ts';

type Store = Pick<Bridge, 'store'>;

export const changeWorkflows = ({ store }: Store, next: Partial<WorkflowsUi>) =>
  store.setUi({ workflows: { ...store.getState().ui.workflows, ...next } });

/** Shows workflows and runs as one has left them; with `run` (an id) that one. */
export function openWorkflows({ store }: Store, run?: string) {
  const { ui } = store.getState();
  const from: Pick<Ui, 'mode' | 'focus'> = (ui.view === 'workflows' ? ui.workflows.from : null) ?? {
    mode: ui.mode,
    focus: ui.focus,
  };
  const mode = ui.mode === 'tiles' ? 'normal' : ui.mode;
  const shown = {
    view: 'workflows',
    mode,
    focus: ui.single ?? 'output',
    reading: null,
    typing: false,
    toast: null,
  } as const;
  // In the sessions it is the one that is looked at, too.
  const selected = run !== undefined && ui.pinned === null ? { selected: run } : {};
  store.setUi({
    ...shown,
    ...selected,
    workflows: { ...ui.workflows, ...(run !== undefined && atRun(ui.workflows, run)), from },
  });
}

/** A run as it is first seen; one that is looked at already stays as it is. */
const atRun = (now: WorkflowsUi, run: string): Partial<WorkflowsUi> =>
  now.run === run ? {} : { ...initialWorkflows(), from: now.from, run, item: `run ${run}` };

const PARTS: readonly RunPart[] = ['steps', 'log', 'result'];
const SHOWN: readonly StepsShown[] = ['all', 'open', 'wrong'];
const next = <T>(list: readonly T[], one: T, by = 1): T => list[(list.indexOf(one) + by + list.length) % list.length]!;

/** Carries out a command of the view of workflows. */
export function workflow(bridge: Bridge, move: WorkflowMove) {
  const { store } = bridge;
  const now = store.getState().ui.workflows;
  const page = pageOf(bridge);
  const part = (by: number) =>
    inRun(bridge, () => changeWorkflows(bridge, { part: next(PARTS, now.part, by), top: 0 }));
  const act: Record<WorkflowMove, () => unknown> = {
    leave: () => (now.run === null ? leaveView(bridge, now.from) : changeWorkflows(bridge, { run: null })),
    enter: () => enter(bridge),
    down: () => step(bridge, 1),
    up: () => step(bridge, -1),
    pageDown: () => step(bridge, page),
    pageUp: () => step(bridge, -page),
    first: () => step(bridge, Number.NEGATIVE_INFINITY),
    last: () => step(bridge, Number.POSITIVE_INFINITY),
    part: () => part(1),
    partBack: () => part(-1),
    fold: () => inRun(bridge, () => fold(bridge)),
    shown: () => inRun(bridge, () => changeWorkflows(bridge, { part: 'steps', steps: next(SHOWN, now.steps) })),
    start: () => openStart(bridge, chosenWorkflow(store.getState())),
    source: () => openSource(bridge, chosenWorkflow(store.getState())),
    answer: () => answer(bridge),
    cancel: () => cancel(bridge),
    resume: () => void resumeRun(bridge, runAgent(store.getState())),
    combine: () => void combineRun(bridge, runAgent(store.getState())),
    copy: () => copy(bridge),
  };
  return void act[move]();
}

/** What concerns the inside of a run opens it first. */
function inRun(bridge: Bridge, act: () => void) {
  const { store } = bridge;
  const run = runAgent(store.getState());
  if (store.getState().ui.workflows.run !== null) act();
  else if (run) openWorkflows(bridge, run.id);
}

/** Rows of the view that one page is. */
const pageOf = ({ store }: Store): number => Math.max(1, areaOf({ store }).height - 5);

function areaOf({ store }: Store): { width: number; height: number } {
  const rect = layoutOf(store.getState()).panes.find(({ id }) => id === 'output')?.rect ?? { width: 80, height: 24 };
  return { width: Math.max(1, rect.width - 2), height: Math.max(1, rect.height - 2) };
}

function step(bridge: Bridge, by: number) {
  const state = bridge.store.getState();
  const { run, part } = state.ui.workflows;
  if (run === null) return toItem(bridge, chosenItemIndex(state) + by);
  if (part === 'steps') return toRow(bridge, chosenRowIndex(state) + by);
  const shown = shownRun(state);
  const agent = runAgent(state);
  if (!shown || !agent) return;
  const { width, height } = areaOf(bridge);
  // The log is counted back from its end, where it grows.
  const lines = part === 'log' ? shown.run.log.length : resultRows(shown.run, width).length;
  const seen = part === 'log' ? 1 : height - headHeight(state, agent, width);
  const top = state.ui.workflows.top + (part === 'log' ? -by : by);
  changeWorkflows(bridge, { top: clamp(top, 0, lines - seen) });
}

/** Chooses what stands at this place of the list. */
export function toItem(bridge: Store, index: number) {
  const items = listItems(bridge.store.getState());
  const item = items[clamp(index, 0, items.length - 1)];
  if (item) changeWorkflows(bridge, { item: item.key });
}

/** Chooses the step or the phase at this place. */
export function toRow(bridge: Store, index: number) {
  const { rows } = stepRows(bridge.store.getState());
  const row = rows[clamp(index, 0, rows.length - 1)];
  if (row) changeWorkflows(bridge, { row: row.key });
}

function enter(bridge: Bridge) {
  const state = bridge.store.getState();
  if (state.ui.workflows.run === null) {
    const item = chosenItem(state);
    if (!item) return;
    return 'run' in item ? openWorkflows(bridge, item.run.id) : openStart(bridge, item.workflow);
  }
  if (state.ui.workflows.part !== 'steps') return changeWorkflows(bridge, { part: 'steps', top: 0 });
  const row = chosenRow(state);
  if (!row) return;
  return 'phase' in row || row.inside ? fold(bridge) : toAgent(bridge, row);
}

/** To the agent of a step: to what it asks, else to what it says. */
function toAgent(bridge: Bridge, row: Extract<StepRow, { step: unknown }>) {
  const { store } = bridge;
  const { step } = row;
  const state = store.getState();
  const run = state.ui.workflows.run!;
  const own = step.agent ?? (step.kind === 'approval' ? run : null);
  const asked = own === null ? undefined : waitingIn(state, own).find(({ agent }) => agent.id === own);
  if (asked?.approval && !state.ui.single) return openInbox(bridge, asked.id);
  if (step.agent === null) {
    const why = step.cached
      ? 'its result came from the cache'
      : step.status === 'pending'
        ? step.queued
          ? 'it begins when fewer agents of the run work'
          : 'it has not begun'
        : 'no agent carried it out';
    return store.say('info', `${step.label}: ${why}.`);
  }
  if (!state.data.project?.agents[step.agent]) return store.say('info', `The agent of ${step.label} has been removed.`);
  goToScreen(bridge, step.agent);
}

function fold(bridge: Bridge) {
  const state = bridge.store.getState();
  const row = chosenRow(state);
  if (!row || ('step' in row && !row.inside)) return;
  const { flipped } = state.ui.workflows;
  const others = flipped.filter((key) => key !== row.key);
  changeWorkflows(bridge, { row: row.key, flipped: others.length < flipped.length ? others : [...flipped, row.key] });
}

/** To what has waited longest in this run. */
function answer(bridge: Bridge) {
  const state = bridge.store.getState();
  const run = runAgent(state);
  const first = run && waitingIn(state, run.id)[0];
  if (!first) return;
  if (first.approval && !state.ui.single) openInbox(bridge, first.id);
  else goToScreen(bridge, first.agent.id);
}

function cancel({ store }: Store) {
  const run = runAgent(store.getState());
  if (!run) return;
  const blank = { risk: null, asked: false, top: 0, busy: false, error: null };
  store.openDialog({ kind: 'confirm', ask: 'cancel', agent: run.id, ...blank });
}

function copy({ store, terminal }: Bridge) {
  const result = shownRun(store.getState())?.run.result;
  if (result == null) return store.say('info', 'There is no result yet to copy.');
  terminal.copy(resultText(result));
  store.say('info', 'Copied the result, if this terminal lets programs set its clipboard.');
}
