import { expect, test } from 'vitest';
import { emptyState, reduce } from '../../src/core/reduce.ts';
import { deadlineOf } from '../../src/daemon/agents/deadline-of.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { agentWith } from '../core/agents.ts';

type Fact = Record<string, unknown>;

const MINUTE = 60_000;

/** An agent that may be silent for a minute, after what happened at these times; what it printed last it printed at 0. */
function after(events: readonly [at: number, fact: Fact][]) {
  const timeouts = { inactivity: MINUTE, total: null, grace: 5000 };
  const agent = agentWith({ timeouts, startedAt: 0 });
  let state = {
    ...emptyState({ root: '/repo', name: 'repo', git: true, createdAt: 0 }),
    agents: { [agent.id]: agent },
  };
  for (const [at, fact] of events)
    state = reduce(state, agent.id, { ...fact, at, epoch: agent.epoch } as unknown as AgentEvent);
  return state.agents[agent.id]!;
}

const approval = { id: 'a', at: 1000, turn: 1, kind: 'tool', tool: 'Bash', call: null, title: 'npm test', input: '{}' };
const began: [number, Fact] = [500, { type: 'turnStarted', turn: 1, prompt: 'do it', model: null }];
const asked: [number, Fact] = [1000, { type: 'asked', approval }];

test('while it asks a person its silence does not count, and what was allowed may be silent from then on', () => {
  const hour = 60 * MINUTE;
  expect(deadlineOf(after([began]), 0, hour)).toEqual({ at: 500 + MINUTE, why: 'silence' });
  expect(deadlineOf(after([began, asked]), 0, hour).at).toBe(hour + MINUTE);
  const by = { who: 'person', detail: '' } as const;
  const answered: [number, Fact] = [hour, { type: 'answered', id: 'a', answer: { verdict: 'once' }, by }];
  expect(deadlineOf(after([began, asked, answered]), 0, hour + 1).at).toBe(hour + MINUTE);
});
