import type { Flow } from '../../schema/flow.ts';
import { branchesOf, graphOf } from './graph.ts';

/** One thing wrong with a flow. `path` leads to it: `steps[3].deps[0]`. */
export interface FlowProblem {
  path: string;
  message: string;
}

/** What zod cannot see: ids that are unknown or there twice, cycles, steps that can never run. Empty: it can be run. */
export function checkFlow(flow: Pick<Flow, 'steps'>): FlowProblem[] {
  const problems = [...doubled(flow), ...unknown(flow), ...contents(flow)];
  if (problems.length > 0) return problems;
  return [...cycles(flow), ...unreachable(flow)];
}

function doubled({ steps }: Pick<Flow, 'steps'>): FlowProblem[] {
  const first = new Map<string, number>();
  return steps.flatMap(({ id }, at) => {
    const other = first.get(id);
    if (other === undefined) first.set(id, at);
    return other === undefined ? [] : [{ path: `steps[${at}].id`, message: `${id} is the id of steps[${other}] too` }];
  });
}

function unknown({ steps }: Pick<Flow, 'steps'>): FlowProblem[] {
  const ids = new Set(steps.map(({ id }) => id));
  const known = (id: string, path: string) =>
    ids.has(id) ? [] : [{ path, message: `there is no step ${id}; there are: ${[...ids].slice(0, 20).join(', ')}` }];
  return steps.flatMap((step, at) => {
    const deps = step.deps.flatMap((id, i) => known(id, `steps[${at}].deps[${i}]`));
    if (step.kind !== 'switch') return deps;
    const cases = step.cases.flatMap(({ to }, c) =>
      to.flatMap((id, i) => known(id, `steps[${at}].cases[${c}].to[${i}]`)),
    );
    return [...deps, ...cases, ...(step.default ?? []).flatMap((id, i) => known(id, `steps[${at}].default[${i}]`))];
  });
}

function contents({ steps }: Pick<Flow, 'steps'>): FlowProblem[] {
  return steps.flatMap((step, at) => {
    const path = step.kind === 'batch' ? `steps[${at}].do` : `steps[${at}]`;
    const work = step.kind === 'batch' ? step.do : step;
    if (work.kind !== 'code') return [];
    const both = work.run !== undefined && work.transform !== undefined;
    if (both) return [{ path, message: 'run and transform exclude each other' }];
    if (work.transform !== undefined && work.from === undefined && step.kind !== 'batch')
      return [{ path, message: `from is missing: what ${work.transform} is to work on` }];
    return work.run === undefined && work.transform === undefined
      ? [{ path, message: 'it has neither run nor transform' }]
      : [];
  });
}

/** Each cycle once, told by the ids on it in the order in which they wait for each other. */
function cycles(flow: Pick<Flow, 'steps'>): FlowProblem[] {
  const { steps, before } = graphOf(flow);
  const state = new Uint8Array(steps.length);
  const found: FlowProblem[] = [];
  for (let root = 0; root < steps.length; root++) {
    if (state[root] !== 0) continue;
    const path: number[] = [root];
    const next: number[] = [0];
    state[root] = 1;
    while (path.length > 0) {
      const at = path.at(-1)!;
      const dep = before[at]![next[next.length - 1]!++];
      if (dep === undefined) {
        state[at] = 2;
        path.pop();
        next.pop();
      } else if (state[dep] === 1) {
        const ring = [...path.slice(path.indexOf(dep)), dep].map((one) => steps[one]!.id);
        found.push({ path: `steps[${dep}]`, message: `these wait for each other: ${ring.join(' ▶ ')}` });
      } else if (state[dep] === 0) {
        state[dep] = 1;
        path.push(dep);
        next.push(0);
      }
    }
  }
  return found;
}

/** Behind a case that always holds no other is ever chosen. */
function unreachable(flow: Pick<Flow, 'steps'>): FlowProblem[] {
  return flow.steps.flatMap((step, at) => {
    if (step.kind !== 'switch') return [];
    const constant = step.cases.findIndex(({ when }) => when.trim() === 'true');
    if (constant < 0) return [];
    const taken = new Set(step.cases.slice(0, constant + 1).flatMap(({ to }) => to));
    const late = branchesOf(step)
      .slice(constant + 1)
      .flat();
    const never = [...new Set(late)].filter((id) => !taken.has(id));
    return never.map((id) => ({
      path: `steps[${at}].cases[${constant}]`,
      message: `${id} can never run: this case always holds, and it is chosen by a later one`,
    }));
  });
}
