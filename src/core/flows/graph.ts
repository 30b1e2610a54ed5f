import type { Flow, FlowStep } from '../../schema/flow.ts';

/** A flow with its edges as numbers: steps in the order of the file. */
export interface Graph {
  steps: readonly FlowStep[];
  index: ReadonlyMap<string, number>;
  /** Of each step: those before it (a switch that names it included), and those that hang on it. */
  before: readonly (readonly number[])[];
  after: readonly (readonly number[])[];
}

/** Steps that a switch can lead to, case by case, the default last (none: an empty list). */
export const branchesOf = (step: Extract<FlowStep, { kind: 'switch' }>): string[][] => [
  ...step.cases.map(({ to }) => to),
  step.default ?? [],
];

/** Edges of a flow whose ids are known to be right (core/flows/check). */
export function graphOf(flow: Pick<Flow, 'steps'>): Graph {
  const index = new Map(flow.steps.map(({ id }, at) => [id, at]));
  const before = flow.steps.map(({ deps }) => new Set(deps.map((id) => index.get(id)!)));
  for (const [at, step] of flow.steps.entries()) {
    if (step.kind === 'switch') for (const id of branchesOf(step).flat()) before[index.get(id)!]!.add(at);
  }
  const after: number[][] = flow.steps.map(() => []);
  for (const [at, deps] of before.entries()) for (const dep of deps) after[dep]!.push(at);
  return { steps: flow.steps, index, before: before.map((deps) => [...deps]), after };
}
