import { expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { until } from '../support/wait.ts';
import { both, byShape, claude, programs } from './by-shape.ts';
import { type Project, startProject } from './project.ts';

const SCRIPT = { flows: [{ when: '.', replies: [], answer: byShape }] };

async function ended(project: Project, workflow: string, args: Record<string, unknown>) {
  const { client, world, env } = project;
  const ask = { workflow, args, runtime: 'claude-stream', unattended: 'auto' as const, cwd: world.root, env };
  const { agent } = await client.call('run.start', ask);
  const get = () => client.call('run.get', { agent: agent.id });
  return until(
    `${workflow} has ended`,
    async () => {
      const sight = await get();
      return sight.run.outcome !== null && sight.agent.endedAt !== null ? sight : null;
    },
    { timeout: 220_000, seen: get },
  );
}

const runtimesOf = (children: readonly Agent[]) => [...new Set(children.map(({ runtime }) => runtime))].sort();

/** Small enough that a handful of real CLIs carries it out. */
const RUNS: Record<string, Record<string, unknown>> = {
  'bounty-hunt': { focuses: 'crashes' },
  'deep-research': { question: 'Why?', angles: 1, rounds: 1 },
  'find-issues': { finders: 1, rounds: 1 },
  'multi-review': {},
  'plan-verify': { task: 'Do it', rounds: 1 },
  'review-code': { areas: 1, verify: 1 },
};

test.skipIf(programs.claude === null).each(Object.entries(RUNS))(
  '%s is carried out by the real Claude Code: every answer has its shape, the report is written',
  async (workflow, args) => {
    await using project = await startProject(claude, SCRIPT);
    const { run, children } = await ended(project, workflow, args);
    expect({ outcome: run.outcome, error: run.error }).toEqual({ outcome: 'completed', error: null });
    expect(run.steps.map(({ status, attempt }) => [status, attempt])).toEqual(run.steps.map(() => ['completed', 1]));
    expect(JSON.parse(run.result!).report).toMatch(/^# \S/);
    expect(runtimesOf(children)).toEqual(['claude-stream']);
    // Each was asked once: nothing had to be asked for again.
    expect(children.map(({ turn }) => turn?.number)).toEqual(children.map(() => 1));
    expect(children.length).toBe(run.steps.length);
    expect(project.models.unknown).toEqual([]);
  },
);

test.skipIf(programs.claude === null || programs.codex === null)(
  'one run has agents of two CLIs: the views of multi-review by Claude Code and Codex in turn',
  async () => {
    await using project = await startProject(both, SCRIPT);
    const { run, children } = await ended(project, 'multi-review', { runtimes: 'claude-stream, codex-app' });
    expect({ outcome: run.outcome, error: run.error }).toEqual({ outcome: 'completed', error: null });
    expect(runtimesOf(children)).toEqual(['claude-stream', 'codex-app']);
    expect(JSON.parse(run.result!).report).toContain('seen by correctness and security and upkeep');
  },
);
