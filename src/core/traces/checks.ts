import type { ToolOutcome } from '../../schema/activity.ts';
import type { CheckOutcome } from '../../schema/check.ts';
import type { Activity } from '../../schema/event.ts';
import type { TurnCheck } from '../../schema/trace.ts';
import { checkError } from '../autofix/words.ts';

type CheckEvent = Extract<Activity, { type: 'checkBegan' | 'checkEnded' }>;
type ToolEvent = Extract<Activity, { type: 'toolStarted' | 'toolFinished' }>;

const OUTCOMES: Record<CheckOutcome, ToolOutcome> = {
  passed: 'done',
  failed: 'failed',
  timedOut: 'failed',
  unable: 'failed',
  overtaken: 'cancelled',
  cancelled: 'cancelled',
  none: 'cancelled',
};

/** JSON, as the input of a call is. */
export const checkInput = (command: string): string => JSON.stringify({ command });

/** A check as the call that it is shown as among those of its agent; null: nothing was run. */
export function checkCall(event: CheckEvent): ToolEvent | null {
  const { at, epoch, turn, command } = event;
  if (command === undefined) return null;
  const common = { at, epoch, call: `check-${turn}` };
  if (event.type === 'checkBegan') {
    const shape = { tool: 'Check', kind: 'execute', title: command, input: checkInput(command) } as const;
    return { ...common, ...shape, type: 'toolStarted', turn, locations: [] };
  }
  const { outcome, output, durationMs } = event;
  const error = OUTCOMES[outcome] === 'failed' ? checkError(event) : null;
  return { ...common, type: 'toolFinished', outcome: OUTCOMES[outcome], output, error, diff: null, durationMs };
}

/** The newest that is known of the check after a turn; null: none was needed. */
export function checkOf(event: CheckEvent): TurnCheck | null {
  const { round, rounds, command = null } = event;
  const common = { command, round, rounds };
  if (event.type === 'checkBegan') return { ...common, outcome: null, durationMs: null, reason: null };
  const { outcome, next, durationMs, reason = null } = event;
  return outcome === 'none' ? null : { ...common, outcome, durationMs, reason, ...(next && { next }) };
}
