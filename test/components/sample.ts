import type { Data } from '../../src/cockpit/store/model.ts';
import { type Agent, DEFAULT_SIZE } from '../../src/schema/agent.ts';
import type { StatusState } from '../../src/schema/status.ts';
import { agentWith } from '../core/agents.ts';

/** An agent as the daemon would have it. */
export function agent(name: string, state: StatusState, more: Partial<Agent> = {}): Agent {
  const now = Date.now();
  return agentWith({
    id: `id-${name}`,
    name,
    task: name,
    runtime: 'claude',
    status: { state, evidence: { source: 'output', detail: 'it printed something' }, since: now - 130_000 },
    argv: ['claude'],
    cwd: `/data/worktrees/${name}`,
    branch: `boo/${name}`,
    base: 'main',
    worktree: `/data/worktrees/${name}`,
    size: DEFAULT_SIZE,
    createdAt: now - 200_000,
    waiting: state === 'waiting' ? 1 : 0,
    ...more,
  });
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

/** A project whose agents' screens could be reached, so that one can type to them. */
export function reachable(agents: Agent[] = team): Partial<Data> {
  const data = project(agents.map((one) => ({ ...one, host: 'h1' })));
  data.project!.hosts = [{ id: 'h1', socket: '/nowhere', pid: 1, acked: 0 }];
  return data;
}
