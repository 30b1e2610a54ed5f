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

let last: { key: string; layout: GraphLayout } | undefined;

/**
 * The graph of these steps. It is made again only when a step has come or hangs on others: of 10,000 steps that costs 100 ms and
 * more, and a state changes many times a second.
 */
export function layoutOfSteps(run: string, steps: readonly Step[]): GraphLayout {
  const key = `${run}\n${steps.map(({ id, deps }) => `${id} ${deps.join(' ')}`).join('\n')}`;
  if (last?.key === key) return last.layout;
  const at = new Map(steps.map(({ id }, index) => [id, index]));
  const order = layered(steps);
  const rows = graphRows(order);
  const width = rows.reduce((most, { before, after }) => Math.max(most, before.length + 1 + after.length), 1);
  last = { key, layout: { order: order.map(({ id }) => at.get(id)!), rows, width } };
  return last.layout;
}
