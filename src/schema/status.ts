import * as z from './z.ts';

/** What an agent is doing. `unknown` is said whenever nothing certain is known; a guess is never made. */
export const StatusState = z.enum([
  'pending',
  'preparing',
  'running',
  'waiting',
  'idle',
  'paused',
  'unknown',
  'stalled',
  'completed',
  'failed',
  'cancelled',
  'timed_out',
]);
export type StatusState = z.infer<typeof StatusState>;

export { TERMINAL_STATES } from './plain.ts';

/** Where a piece of evidence came from, strongest first within one kind of fact. */
export const EvidenceSource = z.enum([
  'user', // a person or a command asked for it
  'exit', // the process ended
  'process', // the process exists, or its host is gone
  'timeout', // a configured time ran out
  'protocol', // a structured runtime reported it
  'hook', // a hook of a terminal agent reported it
  'prompt', // a rule of core/detect read it off the screen
  'osc133', // shell integration marks
  'progress', // OSC 9;4
  'title', // OSC 0/2
  'bell',
  'output', // bytes came, or stopped coming
  'none', // nothing is known
]);
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** Why a status is what it is: `detail` is one short human clause, e.g. `exit code 2` or `title "✳ Claude"`. */
export const Evidence = z.object({ source: EvidenceSource, detail: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/** `waitingFor` is set only while `state` is `waiting`. `since` is in milliseconds since the epoch. */
export const Status = z.object({
  state: StatusState,
  evidence: Evidence,
  since: z.number(),
  waitingFor: z.enum(['approval', 'question', 'input']).optional(),
});
export type Status = z.infer<typeof Status>;
