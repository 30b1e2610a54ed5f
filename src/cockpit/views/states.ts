import type { Agent } from '../../schema/agent.ts';
import type { StatusState } from '../../schema/status.ts';
import type { Tone } from '../theme/tones.ts';

interface Look {
  glyph: string;
  word: string;
  tone: Tone;
}

/** A glyph, a word and a colour for each state; every glyph is one cell wide everywhere. */
export const STATES: Record<StatusState, Look> = {
  pending: { glyph: '◌', word: 'pending', tone: 'dim' },
  preparing: { glyph: '◌', word: 'preparing', tone: 'busy' },
  running: { glyph: '●', word: 'working', tone: 'busy' },
  waiting: { glyph: '◆', word: 'waiting', tone: 'wait' },
  idle: { glyph: '○', word: 'idle', tone: 'calm' },
  paused: { glyph: '‖', word: 'paused', tone: 'calm' },
  unknown: { glyph: '?', word: 'unknown', tone: 'dim' },
  stalled: { glyph: '!', word: 'stalled', tone: 'wait' },
  completed: { glyph: '✓', word: 'done', tone: 'good' },
  failed: { glyph: '✖', word: 'failed', tone: 'bad' },
  cancelled: { glyph: '⊘', word: 'stopped', tone: 'dim' },
  timed_out: { glyph: '◷', word: 'timed out', tone: 'bad' },
};

export const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
/** Their glyph moves. */
export const isMoving = (state: StatusState): boolean => state === 'running' || state === 'preparing';

/** As `stateWords`, where every cell counts and the glyph stands beside it: `approval`, `exit 2`, `working`. */
export const shortWords = (agent: Agent): string =>
  (!agent.archived && agent.status.state === 'waiting' && agent.status.waitingFor) || stateWords(agent);

/** The state in a word or two, with what is waited for or how it ended; of one that rests, whether its edits are being checked. */
export function stateWords(agent: Agent): string {
  const { state, waitingFor } = agent.status;
  if (agent.archived) return 'archived';
  if (state === 'waiting') return waitingFor ? `waits: ${waitingFor}` : 'waiting';
  if (state === 'failed' && agent.exit) return agent.exit.signal ?? `exit ${agent.exit.code ?? '?'}`;
  return state === 'idle' && agent.check?.state === 'running' ? 'checks' : STATES[state].word;
}
