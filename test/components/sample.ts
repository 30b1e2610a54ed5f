import type { Data } from '../../src/cockpit/store/model.ts';
import { type Agent, DEFAULT_SIZE } from '../../src/schema/agent.ts';
import type { StatusState } from '../../src/schema/status.ts';

/** An agent as the daemon would have it. */
export function agent(name: string, state: StatusState, more: Partial<Agent> = {}): Agent {
  const now = Date.now();
  return {
    id: `id-${name}`,
    name,
    task: name,
    runtime: 'claude',
    profile: null,
    epoch: 1,
    status: { state, evidence: { source: 'output', detail: 'it printed something' }, since: now - 130_000 },
    argv: ['claude'],
    prompt: null,
    cwd: `/data/worktrees/${name}`,
    branch: `boo/${name}`,
    base: 'main',
    baseCommit: null,
    worktree: `/data/worktrees/${name}`,
    timeouts: { inactivity: null, total: null, grace: 5000 },
    size: DEFAULT_SIZE,
    pid: null,
    host: null,
    sessionId: null,
    parentId: null,
    createdAt: now - 200_000,
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
    waiting: state === 'waiting' ? 1 : 0,
    unread: false,
    ...more,
  } as Agent;
}

const waiting = agent('auth-fix', 'waiting', { createdAt: 1, collisions: 2 });
waiting.status.waitingFor = 'approval';

/** The agents of the drawing in the README. */
export const team: Agent[] = [
  waiting,
  agent('api-tests', 'running', { createdAt: 2, runtime: 'codex', changes: { files: 1, added: 10, removed: 0 } }),
  agent('lint-sub', 'running', { createdAt: 3, parentId: 'id-api-tests' }),
  agent('docs', 'idle', { createdAt: 4, runtime: 'gemini', changes: { files: 4, added: 88, removed: 12 } }),
  agent('migrate', 'failed', { createdAt: 5, runtime: 'shell', exit: { code: 2, signal: null } }),
];

export const project = (agents: Agent[] = team): Partial<Data> => ({
  link: 'connected',
  project: {
    version: 1,
    project: { root: '/tmp/shop-api', name: 'shop-api', git: true, createdAt: 0 },
    agents: Object.fromEntries(agents.map((one) => [one.id, one])),
    hosts: [],
  },
  refs: { branches: ['main', 'maintenance'], current: 'main', ahead: 2, behind: 0 },
  runtimes: [
    { id: 'shell', title: 'your shell', found: true, path: '/bin/bash', version: '5.2', install: null },
    { id: 'command', title: 'any command line', found: true, path: null, version: null, install: null },
    { id: 'claude', title: 'Claude Code', found: true, path: '/bin/claude', version: '2.0.1', install: null },
    { id: 'codex', title: 'Codex', found: false, path: null, version: null, install: 'npm install -g @openai/codex' },
  ],
});
