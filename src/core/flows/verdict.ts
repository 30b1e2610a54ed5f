import type { FlowStep, StepState, StepStatus, Trigger } from '../../schema/flow.ts';
import { branchesOf } from './graph.ts';

const TERMINAL: ReadonlySet<StepStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled', 'timed_out']);
export const isOver = (status: StepStatus): boolean => TERMINAL.has(status);

/** How many of the steps before one ended in which way. */
export interface Tally {
  over: number;
  good: number;
  excluded: number;
  bad: number;
}

/** May a step begin, or never, or not yet (null), by how those before it ended? */
export function verdictOf(trigger: Trigger, tally: Tally, count: number): 'ready' | StepState['skipped'] | null {
  const { over, good, excluded, bad } = tally;
  if (trigger === 'all_success' && bad > 0) return 'blocked';
  if (trigger === 'one_success' && good > 0) return 'ready';
  if (over < count) return null;
  if (count > 0 && excluded === count) return 'excluded';
  return trigger === 'one_success' && count > 0 ? 'blocked' : 'ready';
}

/** Has this step, a switch, chosen others than the one of that id, which it names? */
export function leavesOut(step: FlowStep, { status, chosen }: StepState, id: string): boolean {
  if (step.kind !== 'switch' || status !== 'completed' || chosen === undefined) return false;
  const branches = branchesOf(step);
  return branches.flat().includes(id) && !branches.at(chosen)!.includes(id);
}
