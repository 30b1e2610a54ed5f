import type { CheckOutcome } from '../../schema/check.ts';

/** How the command of a check ended. */
export interface End {
  /** Null: by a signal. */
  code: number | null;
  timedOut: boolean;
  /** It printed more than is read of it. */
  flooded: boolean;
  bare: boolean;
}

/** By the shell: what was to be run is not there, or must not be run. */
const NOT_FOUND = 127;
const NOT_RUN = 126;

/** What the end of a command says of the edits. */
export function verdictOf({ code, timedOut, flooded, bare }: End): { outcome: CheckOutcome; reason?: string } {
  if (timedOut) return { outcome: 'timedOut' };
  if (flooded) return { outcome: 'unable', reason: 'it printed without end' };
  if (code === 0) return { outcome: 'passed' };
  if (bare || code === NOT_FOUND || code === NOT_RUN) {
    const why = bare ? 'node_modules is missing' : 'what it runs was not found';
    return { outcome: 'unable', reason: `${why} (worktrees.setup can install it; exit code ${code ?? 'unknown'})` };
  }
  if (code === null) return { outcome: 'unable', reason: 'a signal ended it' };
  return { outcome: 'failed' };
}

/** What follows: its errors are the next prompt, as often as they may be. */
export const nextOf = (outcome: CheckOutcome, round: number, rounds: number): 'told' | 'gaveUp' | undefined =>
  outcome !== 'failed' ? undefined : round < rounds ? 'told' : 'gaveUp';
