import { Ledger } from '../../../src/core/traces/ledger.ts';
import type { Tokens } from '../../../src/schema/activity.ts';
import type { AgentEvent, RecordLine } from '../../../src/schema/event.ts';
import { agentWith } from '../agents.ts';

type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

export const tokens = (input: number, output: number, more: Partial<Tokens> = {}): Tokens => ({
  input,
  output,
  cacheRead: 0,
  cacheWrite: 0,
  reasoning: 0,
  ...more,
});

/** Events of an agent's record, as short as a test wants to read them. `at` in milliseconds. */
export const made = (over: Parameters<typeof agentWith>[0] = {}): AgentEvent => {
  const agent = agentWith(over);
  return { type: 'created', at: agent.createdAt, epoch: agent.epoch, agent };
};
export const turnStarted = (turn: number, at: number, more: Partial<Of<'turnStarted'>> = {}): Of<'turnStarted'> => ({
  type: 'turnStarted',
  at,
  epoch: 1,
  turn,
  prompt: `prompt ${turn}`,
  model: null,
  ...more,
});
export const turnEnded = (turn: number, at: number, more: Partial<Of<'turnEnded'>> = {}): Of<'turnEnded'> => ({
  type: 'turnEnded',
  at,
  epoch: 1,
  turn,
  outcome: 'completed',
  message: null,
  durationMs: null,
  ...more,
});
export const toolStarted = (
  call: string,
  turn: number,
  at: number,
  more: Partial<Of<'toolStarted'>> = {},
): Of<'toolStarted'> => ({
  type: 'toolStarted',
  at,
  epoch: 1,
  call,
  turn,
  tool: 'Bash',
  kind: 'execute',
  title: `title of ${call}`,
  input: '{"command":"npm test"}',
  locations: [],
  ...more,
});
export const toolFinished = (call: string, at: number, more: Partial<Of<'toolFinished'>> = {}): Of<'toolFinished'> => ({
  type: 'toolFinished',
  at,
  epoch: 1,
  call,
  outcome: 'done',
  output: 'ok',
  error: null,
  diff: null,
  durationMs: null,
  ...more,
});
/** Asks to do something, about a call where it is named. */
export const asked = (id: string, at: number, call: string | null = null, turn: number | null = 1): Of<'asked'> => ({
  type: 'asked',
  at,
  epoch: 1,
  approval: {
    ...{ id, at, turn, kind: 'tool', tool: 'Bash', call, title: 'npm test', input: '{}', command: 'npm test' },
    ...{ paths: [], diff: null, reason: null, questions: null, verdicts: ['once', 'deny'], takesReason: false },
    ...{ cut: false, via: { type: 'protocol', request: id } },
  },
});
export const answered = (id: string, at: number, who: Of<'answered'>['by']['who'] = 'person'): Of<'answered'> => ({
  type: 'answered',
  at,
  epoch: 1,
  id,
  answer: who === 'person' ? { verdict: 'once' } : null,
  by: { who, detail: '' },
});
export const used = (key: string, turn: number, at: number, more: Partial<Of<'used'>> = {}): Of<'used'> => ({
  type: 'used',
  at,
  epoch: 1,
  turn,
  key,
  model: 'opus',
  tokens: tokens(100, 10),
  usd: 0.5,
  provenance: { tokens: 'reported', cost: 'reported' },
  ...more,
});

export const lines = (...events: AgentEvent[]): RecordLine[] =>
  events.map((event, index) => ({ seq: index + 1, event }));

/** The ledger of these events; each stands at a hundred times its number. */
export function ledgerFor(id: string, ...events: AgentEvent[]): Ledger {
  const ledger = new Ledger({ id, name: '' });
  for (const line of lines(...events)) ledger.take(line, line.seq * 100);
  return ledger;
}
export const ledgerOf = (...events: AgentEvent[]): Ledger =>
  ledgerFor('019a0000-0000-7000-8000-000000000001', ...events);
