import type { Flow, FlowStep } from '../../schema/flow.ts';
import { messageOf } from '../../util/errors.ts';
import type { FlowProblem } from './check.ts';
import { expressionOf } from './expression.ts';
import { type Graph, graphOf } from './graph.ts';
import { schemaFault } from './input.ts';
import { commandOf, templateOf } from './template.ts';

/** A text of a flow that must be understood before it is run, with where it stands. */
interface Content {
  path: string;
  text: string;
  how: 'expression' | 'template' | 'command';
  batch: boolean;
}

const READ = { expression: expressionOf, template: templateOf, command: commandOf } as const;

/**
 * Expressions and templates of a flow whose graph is right: each is understood, names steps that are there, and reads only what its own
 * step waits for, so that it says the same whenever it is asked.
 */
export function checkContents(flow: Pick<Flow, 'steps' | 'result' | 'input' | 'outputFile'>): FlowProblem[] {
  const graph = graphOf(flow);
  const schemas = schemaFaults(flow);
  if (schemas.length > 0) return schemas;
  const steps = flow.steps.flatMap((step, at) =>
    contentsOf(step, `steps[${at}]`).flatMap((content) => faultsOf(content, graph, at)),
  );
  const whole: Content[] = [];
  if (flow.result !== undefined) whole.push({ path: 'result', text: flow.result, how: 'expression', batch: false });
  if (flow.outputFile !== undefined)
    whole.push({ path: 'outputFile', text: flow.outputFile, how: 'template', batch: false });
  return [...steps, ...whole.flatMap((content) => faultsOf(content, graph, null))];
}

function schemaFaults({ input, steps }: Pick<Flow, 'steps' | 'input'>): FlowProblem[] {
  const given = steps.map((step, at) => {
    const work = step.kind === 'batch' ? step.do : step;
    const path = step.kind === 'batch' ? `steps[${at}].do.schema` : `steps[${at}].schema`;
    return { path, schema: work.kind === 'agent' ? work.schema : undefined };
  });
  return [{ path: 'input', schema: input }, ...given].flatMap(({ path, schema }) => {
    const fault = schema ? schemaFault(schema) : null;
    return fault === null ? [] : [{ path, message: fault }];
  });
}

function contentsOf(step: FlowStep, path: string): Content[] {
  const found: Content[] = [];
  const add = (name: string, text: string | undefined, how: Content['how'], batch = false) => {
    if (text !== undefined) found.push({ path: `${path}.${name}`, text, how, batch });
  };
  add('when', step.when, 'expression');
  if (step.kind === 'approval') add('question', step.question, 'template');
  if (step.kind === 'switch')
    for (const [i, { when }] of step.cases.entries()) add(`cases[${i}].when`, when, 'expression');
  if (step.kind === 'batch') add('over', step.over, 'expression');
  const work = step.kind === 'batch' ? step.do : step;
  const inner = step.kind === 'batch' ? 'do.' : '';
  if (work.kind === 'agent') add(`${inner}prompt`, work.prompt, 'template', step.kind === 'batch');
  if (work.kind === 'code') {
    add(`${inner}run`, work.run, 'command', step.kind === 'batch');
    add(`${inner}from`, work.from, 'expression', step.kind === 'batch');
  }
  return found;
}

function faultsOf({ path, text, how, batch }: Content, graph: Graph, at: number | null): FlowProblem[] {
  let reads: readonly string[];
  try {
    reads = READ[how](text, { batch }).reads;
  } catch (error) {
    return [{ path, message: messageOf(error) }];
  }
  return reads.flatMap((id) => {
    const read = graph.index.get(id);
    if (read === undefined) return [{ path, message: `there is no step ${id}` }];
    if (at === null || waitsFor(graph, at, read)) return [];
    const own = graph.steps[at]!.id;
    return [{ path, message: `it reads ${id}, for which ${own} does not wait: add ${id} to its deps` }];
  });
}

/** Does a step wait for another one, directly or through others? */
function waitsFor({ before }: Graph, at: number, other: number): boolean {
  const seen = new Set<number>();
  const queue = [at];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (before[next]!.includes(other)) return true;
    for (const dep of before[next]!) {
      if (!seen.has(dep)) queue.push(dep);
      seen.add(dep);
    }
  }
  return false;
}
