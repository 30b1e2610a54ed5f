import type { Agent, Exit } from '../schema/agent.ts';
import type { Evidence, StatusState } from '../schema/status.ts';

/** How a process came to its end: its exit; its host is gone; or it never started, with the sentence the user saw. */
export type Ending = { exit: Exit } | { lost: true } | { message: string };

/** `exit code 2`, or `ended by SIGKILL`. */
export const exitText = (exit: Exit): string =>
  exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `ended by ${exit.signal}`;

function endingText(ending: Ending): string {
  if ('exit' in ending) return exitText(ending.exit);
  return 'lost' in ending ? 'its process host ended' : ending.message;
}

const timedOut = (what: string, ms: number | null, text: string): { state: StatusState; evidence: Evidence } => ({
  state: 'timed_out',
  evidence: { source: 'timeout', detail: `${what} ${ms === null ? 'too long' : `${ms / 1000} s`} (${text})` },
});

/** What the end is called. Who asked for it counts more than how the process then left; that stands in the evidence. */
export function endOf(
  { stopping, timeouts }: Pick<Agent, 'stopping' | 'timeouts'>,
  ending: Ending,
): { state: StatusState; evidence: Evidence } {
  const text = endingText(ending);
  switch (stopping) {
    case 'user':
      return { state: 'cancelled', evidence: { source: 'user', detail: `stopped on request (${text})` } };
    case 'shutdown':
      return { state: 'cancelled', evidence: { source: 'user', detail: `stopped with everything else (${text})` } };
    case 'parent':
      return { state: 'cancelled', evidence: { source: 'user', detail: `what started it has ended (${text})` } };
    case 'done':
      return { state: 'completed', evidence: { source: 'user', detail: `its work was done (${text})` } };
    case 'undone':
      return { state: 'failed', evidence: { source: 'user', detail: `its last turn failed (${text})` } };
    case 'timeout':
      return timedOut('it ran for', timeouts.total, text);
    case 'silence':
      return timedOut('it was silent for', timeouts.inactivity, text);
    default:
      if (!('exit' in ending)) return { state: 'failed', evidence: { source: 'process', detail: text } };
      return { state: ending.exit.code === 0 ? 'completed' : 'failed', evidence: { source: 'exit', detail: text } };
  }
}
