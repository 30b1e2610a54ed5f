import type { Agent } from '../../src/schema/agent.ts';

/** An agent as the daemon creates one, with what a test wants different. */
export const agentWith = (over: Partial<Agent> = {}): Agent => ({
  id: '019a0000-0000-7000-8000-000000000001',
  name: 'auth-fix',
  task: 'auth-fix',
  runtime: 'shell',
  profile: null,
  epoch: 1,
  status: { state: 'pending', evidence: { source: 'user', detail: 'asked for' }, since: 1000 },
  argv: ['/bin/sh'],
  prompt: null,
  cwd: '/repo',
  branch: null,
  base: null,
  baseCommit: null,
  worktree: null,
  timeouts: { inactivity: null, total: null, grace: 5000 },
  size: null,
  pid: null,
  host: null,
  sessionId: null,
  parentId: null,
  createdAt: 1000,
  startedAt: null,
  endedAt: null,
  exit: null,
  title: '',
  archived: false,
  savedRef: null,
  tokens: null,
  cost: null,
  rateLimits: [],
  changes: null,
  collisions: 0,
  waiting: 0,
  unread: false,
  ...over,
});

/** A small seeded generator (mulberry32): property tests fail the same way twice. */
export function random(seed: number): { below(n: number): number; pick<T>(from: readonly T[]): T } {
  let a = seed;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: (from) => from[below(from.length)]! };
}
