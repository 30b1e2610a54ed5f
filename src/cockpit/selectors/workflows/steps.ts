import { isLive } from '../../../core/lifecycle.ts';
import type { GraphRow } from '../../../core/runs/graph.ts';
import type { Run } from '../../../schema/run.ts';
import type { Cockpit } from '../../store/model.ts';
import type { ShownRun, StepsShown } from '../../store/workflows.ts';
import { layoutOfSteps } from './layout.ts';

export type Step = Run['steps'][number];

/** How many steps of a part are known, done, went wrong, are at work. */
export interface Tally {
  known: number;
  done: number;
  wrong: number;
  running: number;
}

/** One row of the steps: the head of a phase, or a step. */
export type StepRow = { key: string; depth: number } & (
  | { phase: string; detail: string | null; tally: Tally; open: boolean }
  /** `lanes`: of the graph that it stands in without being a part of it, as the items of a batch do. */
  | { step: Step; graph: GraphRow | null; lanes: string; inside: Tally | null; open: boolean }
);

export interface StepRows {
  rows: readonly StepRow[];
  /** Cells of the graph before the labels of its steps; 0: none is drawn. */
  graph: number;
  /** The first step that is at work; -1: none. */
  busy: number;
}

const NOTHING: StepRows = { rows: [], graph: 0, busy: -1 };

export const isWrong = ({ status }: Step): boolean =>
  status === 'failed' || status === 'timed_out' || status === 'cancelled';
const isOpen = ({ status }: Step) => status === 'running' || status === 'pending';
const FITS: Record<StepsShown, (step: Step) => boolean> = { all: () => true, open: isOpen, wrong: isWrong };

/** Items of a batch that are seen without being asked for. */
const FEW = 12;
/** Deeper ones are not indented further: a batch in a nested workflow is the deepest there is. */
const DEEPEST = 4;

const memo = new WeakMap<Run, { key: string; rows: StepRows }>();

/** The run that is looked at, as far as it has come. */
export function shownRun({ data, ui }: Pick<Cockpit, 'data' | 'ui'>): ShownRun | null {
  const { shown } = data.workflows;
  return shown && shown.agent === ui.workflows.run ? shown : null;
}

/** The rows of its steps; made once for each change of the run. */
export function stepRows(state: Pick<Cockpit, 'data' | 'ui'>): StepRows {
  const shown = shownRun(state);
  if (!shown) return NOTHING;
  const { steps, flipped } = state.ui.workflows;
  const key = JSON.stringify([shown.version, steps, flipped]);
  const known = memo.get(shown.run);
  if (known?.key === key) return known.rows;
  const rows = makeRows(shown.run, steps, new Set(flipped));
  memo.set(shown.run, { key, rows });
  return rows;
}

function makeRows(run: Run, shown: StepsShown, flipped: ReadonlySet<string>): StepRows {
  const below = belowOf(run);
  const made = new Maker(below, FITS[shown], flipped);
  const tops = below.get('') ?? [];
  let graph = 0;
  if (run.form === 'script') byPhase(run, tops, made, shown);
  else if (shown === 'all') {
    const layout = layoutOfSteps(run.id, tops);
    graph = layout.width;
    for (const [row, index] of layout.order.entries()) made.push(tops[index]!, 0, layout.rows[row]!);
  } else for (const step of tops) made.push(step, 0, null);
  const busy = made.rows.findIndex((row) => 'step' in row && row.step.status === 'running');
  return { rows: made.rows, graph, busy };
}

/** Steps by what they belong to; '': to nothing. One whose batch is not known stands for itself. */
function belowOf({ steps }: Run): ReadonlyMap<string, readonly Step[]> {
  if (steps.every(({ parent }) => parent === null)) return new Map([['', steps]]);
  const ids = new Set(steps.map(({ id }) => id));
  return Map.groupBy(steps, ({ parent }) => (parent !== null && ids.has(parent) ? parent : ''));
}

const NONE: readonly Step[] = [];
const leaves = new WeakMap<Step, Extract<StepRow, { step: Step }>>();

/** The same row for as long as nothing is told of its step: of 10,000 only few change at a time. */
function leafRow(step: Step, depth: number, graph: GraphRow | null, lanes: string): StepRow {
  const known = leaves.get(step);
  if (known?.graph === graph && known.depth === depth && known.lanes === lanes) return known;
  const row = { key: step.id, depth, step, graph, lanes, inside: null, open: true };
  leaves.set(step, row);
  return row;
}

class Maker {
  readonly rows: StepRow[] = [];
  readonly below: ReadonlyMap<string, readonly Step[]>;
  readonly fits: (step: Step) => boolean;
  readonly flipped: ReadonlySet<string>;

  constructor(below: Maker['below'], fits: Maker['fits'], flipped: Maker['flipped']) {
    this.below = below;
    this.fits = fits;
    this.flipped = flipped;
  }

  /** A step, and what is in it where that is seen. */
  push(step: Step, depth: number, graph: GraphRow | null, lanes = ''): void {
    const inside = this.below.get(step.id) ?? NONE;
    if (!this.fits(step) && !inside.some(this.fits)) return;
    if (inside.length === 0) return void this.rows.push(leafRow(step, depth, graph, lanes));
    const open = inside.length <= FEW !== this.flipped.has(step.id);
    this.rows.push({ key: step.id, depth, step, graph, lanes, open, inside: tallyOf(inside) });
    if (open && depth < DEEPEST) for (const one of inside) this.push(one, depth + 1, null, graph?.below ?? lanes);
  }
}

/** First what is in no phase, then each phase with its steps. */
function byPhase(run: Run, tops: readonly Step[], made: Maker, shown: StepsShown): void {
  const phases = Map.groupBy(tops, ({ phase }) => phase ?? '');
  for (const step of phases.get('') ?? []) made.push(step, 0, null);
  const details = new Map(run.phases.map(({ title, detail }) => [title, detail ?? null]));
  for (const title of new Set([...details.keys(), ...phases.keys()])) {
    const steps = phases.get(title) ?? [];
    if (title === '' || (shown !== 'all' && !steps.some(made.fits))) continue;
    const key = `phase ${title}`;
    const open = !made.flipped.has(key);
    made.rows.push({ key, depth: 0, phase: title, detail: details.get(title) ?? null, tally: tallyOf(steps), open });
    if (open) for (const step of steps) made.push(step, 1, null);
  }
}

export function tallyOf(steps: readonly Step[]): Tally {
  const tally = { known: steps.length, done: 0, wrong: 0, running: 0 };
  for (const step of steps) {
    if (isWrong(step)) tally.wrong += 1;
    else if (step.status === 'running') tally.running += 1;
    else if (step.status !== 'pending') tally.done += 1;
  }
  return tally;
}

/** Index of the chosen row; while nobody has chosen one, the first that is at work; -1: there is none. */
export function chosenRowIndex(state: Pick<Cockpit, 'data' | 'ui'>): number {
  const { rows, busy } = stepRows(state);
  const { row } = state.ui.workflows;
  const chosen = row === null ? -1 : rows.findIndex(({ key }) => key === row);
  if (chosen >= 0) return chosen;
  return busy >= 0 ? busy : Math.min(0, rows.length - 1);
}
export const chosenRow = (state: Pick<Cockpit, 'data' | 'ui'>): StepRow | null =>
  stepRows(state).rows[chosenRowIndex(state)] ?? null;

/** A person is waited for in this step: its agent asks, or the run itself does. */
export function waitsIn({ data }: Pick<Cockpit, 'data'>, run: string, step: Step): boolean {
  if (step.status !== 'running') return false;
  const agent = data.project?.agents[step.agent ?? (step.kind === 'approval' ? run : '')];
  return agent !== undefined && isLive(agent) && agent.waiting > 0;
}
