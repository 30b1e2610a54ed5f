// A daemon that has the record of one structured agent: pages, events and deltas as a real one gives them.
import type { Delta } from '../../src/schema/activity.ts';
import type { AgentEvent, RecordLine } from '../../src/schema/event.ts';
import { answering } from './answers.ts';
import type { drawn } from './cockpit.ts';
import { agent } from './sample.ts';

/** A structured agent that works at its third turn. */
export const talker = (more: Parameters<typeof agent>[2] = {}) =>
  agent('auth-fix', 'running', {
    runtime: 'claude-stream',
    createdAt: 1,
    host: 'h1',
    model: 'sonnet',
    mode: 'default',
    models: [
      { id: 'sonnet', name: 'Sonnet 4.5' },
      { id: 'opus', name: 'Opus 4.5' },
    ],
    modes: [
      { id: 'default', name: 'Ask' },
      { id: 'plan', name: 'Plan' },
    ],
    turn: { number: 3, startedAt: Date.now() - 130_000 },
    context: { used: 41_000, size: 200_000 },
    tokens: { input: 12_000, output: 3000, cacheRead: 396_000, cacheWrite: 1000, reasoning: 200 },
    cost: { usd: 1.84, provenance: 'reported' },
    ...more,
  });

type Answers = Parameters<typeof answering>[1];

/** Serves `record`; `say` appends to it and tells it, as the daemon's topics do. */
export function recorded(open: ReturnType<typeof drawn>, record: RecordLine[], id = 'id-auth-fix', more: Answers = {}) {
  const { talks } = open.cockpit.bridge;
  type Ask = { after: number; before: number | null; limit: number };
  const asked = answering(open, {
    'session.events': (params) => {
      const { after, before, limit } = params as unknown as Ask;
      const fits = record.filter(({ seq }) => seq > after && (before === null || seq < before));
      const lines = fits.slice(-limit);
      return { lines, last: record.at(-1)?.seq ?? 0, more: fits.length > lines.length };
    },
    'agent.prompt': () => ({
      id: 'p1',
      queued: false,
      receipt: 'submitted',
      evidence: { source: 'protocol', detail: '' },
    }),
    ...more,
  });
  return {
    asked,
    say(...events: AgentEvent[]) {
      for (const event of events) {
        const seq = (record.at(-1)?.seq ?? 0) + 1;
        record.push({ seq, event });
        talks.event(id, event, seq);
      }
    },
    delta: (...deltas: Delta[]) => talks.deltas(id, deltas),
  };
}
