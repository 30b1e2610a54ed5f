import { expect, test } from 'vitest';
import { toldAgents } from '../../src/core/subagents.ts';
import type { Agent } from '../../src/schema/agent.ts';

const agent = (name: string, state: string, createdAt: number, parentId: string | null = null) =>
  ({ id: `id-${name}`, name, parentId, createdAt, status: { state } }) as Agent;

test('of hundreds of agents that have ended the newest are told; who lives, oneself and those below oneself always', () => {
  const agents = [
    agent('lead', 'running', 1),
    agent('mine', 'completed', 2, 'id-lead'),
    agent('lives', 'running', 3),
    ...Array.from({ length: 300 }, (_, n) => agent(`old-${n}`, 'completed', 10 + n)),
  ];
  const names = (most: number, self = 'lead') => toldAgents(agents, self, most).map(({ name }) => name);
  expect(names(5)).toEqual(['lead', 'mine', 'lives', 'old-298', 'old-299']);
  expect(names(1, 'id-lead')).toEqual(['lead', 'mine', 'lives']);
  expect(names(1000)).toHaveLength(303);
  expect(names(4, 'nobody')).toEqual(['lead', 'lives', 'old-298', 'old-299']);
});
