import type { TraceOrder } from '../../schema/trace.ts';
import { type Call, isError } from './entry.ts';
import { latencyOf } from './tell.ts';

/** Calls that belong together, and where they stand among all. */
export interface Group {
  calls: readonly Call[];
  from: number;
  errors: number;
  /** Milliseconds of those that have ended. */
  totalMs: number;
  longestMs: number;
}

export interface Ordered {
  calls: readonly Call[];
  groups: readonly Group[];
  errors: number;
}

/**
 * Calls (oldest first) as they are shown: by turn with the newest turn first and each in the order of time, or by tool with the
 * dearest first and each with its newest first. Failed calls first on request: those of a group, and the groups that have any.
 */
export function ordered(calls: Iterable<Call>, { group, errorsFirst }: TraceOrder): Ordered {
  const groups = (group === 'turn' ? byTurn(calls) : byTool(calls)).map(summed);
  groups.sort(group === 'turn' ? newestFirst : dearestFirst);
  if (errorsFirst) groups.sort((a, b) => Math.min(1, b.errors) - Math.min(1, a.errors));
  const all: Call[] = [];
  let errors = 0;
  for (const one of groups) {
    const list = group === 'turn' ? one.calls : one.calls.toReversed();
    one.from = all.length;
    one.calls = errorsFirst && one.errors > 0 ? failedFirst(list) : list;
    for (const call of one.calls) all.push(call);
    errors += one.errors;
  }
  return { calls: all, groups, errors };
}

const newestFirst = (a: Group, b: Group) => b.calls[0]!.startedAt - a.calls[0]!.startedAt;
const dearestFirst = (a: Group, b: Group) => b.totalMs - a.totalMs || b.calls.length - a.calls.length;

const failedFirst = (calls: readonly Call[]): Call[] => [
  ...calls.filter(({ outcome }) => isError(outcome)),
  ...calls.filter(({ outcome }) => !isError(outcome)),
];

function byTurn(calls: Iterable<Call>): Call[][] {
  const owners = new Map<Call['owner'], Map<number, Call[]>>();
  const groups: Call[][] = [];
  for (const call of calls) {
    const turns = owners.get(call.owner) ?? new Map<number, Call[]>();
    if (turns.size === 0) owners.set(call.owner, turns);
    const group = turns.get(call.turn);
    if (group) group.push(call);
    else {
      const begun = [call];
      turns.set(call.turn, begun);
      groups.push(begun);
    }
  }
  return groups;
}

const byTool = (calls: Iterable<Call>): Call[][] => [...Map.groupBy(calls, ({ tool }) => tool).values()];

function summed(calls: Call[]): Group {
  let errors = 0;
  let totalMs = 0;
  let longestMs = 0;
  for (const call of calls) {
    const latency = latencyOf(call) ?? 0;
    totalMs += latency;
    if (latency > longestMs) longestMs = latency;
    if (isError(call.outcome)) errors += 1;
  }
  return { calls, from: 0, errors, totalMs, longestMs };
}

/** The groups that reach into rows `at` … `at + count`. */
export function groupsAt({ groups }: Ordered, at: number, count: number): Group[] {
  let low = 0;
  let high = groups.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { from, calls } = groups[middle]!;
    if (from + calls.length <= at) low = middle + 1;
    else high = middle;
  }
  const found: Group[] = [];
  for (let index = low; index < groups.length && groups[index]!.from < at + count; index++) found.push(groups[index]!);
  return found;
}
