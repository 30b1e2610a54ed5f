import { type GraphRow, graphRows, layered } from '../../../core/runs/graph.ts';
import type { Step } from './steps.ts';

/** Where the steps of a flow stand in its graph. */
export interface GraphLayout {
  /** Places in the steps that it was made of, in the order in which they are drawn. */
  order: readonly number[];
  rows: readonly GraphRow[];
  /** Cells that the widest row takes before its label. */
  width: number;
}

let last: { run: string; steps: readonly Step[]; layout: GraphLayout } | undefined;

/**
 * The graph of these steps. It is made again only when a step has come or hangs on others: of 10,000 steps that costs 100 ms and
 * more, and a state changes many times a second.
 */
export function layoutOfSteps(run: string, steps: readonly Step[]): GraphLayout {
  if (last?.run === run && sameShape(last.steps, steps)) {
    last.steps = [...steps];
    return last.layout;
  }
  const at = new Map(steps.map(({ id }, index) => [id, index]));
  const order = layered(steps);
  const rows = graphRows(order);
  const width = rows.reduce((most, { before, after }) => Math.max(most, before.length + 1 + after.length), 1);
  // A copy: a run is changed in place.
  last = { run, steps: [...steps], layout: { order: order.map(({ id }) => at.get(id)!), rows, width } };
  return last.layout;
}

/** The same ids hanging on the same ones. A step that nothing was told of is the same object still. */
const sameShape = (before: readonly Step[], now: readonly Step[]): boolean =>
  before.length === now.length &&
  now.every((step, index) => {
    const other = before[index]!;
    if (other === step) return true;
    const { deps } = other;
    return step.id === other.id && step.deps.length === deps.length && step.deps.every((dep, at) => dep === deps[at]);
  });
