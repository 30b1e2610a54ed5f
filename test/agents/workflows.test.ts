import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { answerFor, schemaIn } from '../../src/demo/chat/answer.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Ask, Reply } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { type Project, type RealCli, startProject } from './project.ts';

const programs = { claude: await cli('claude'), codex: await cli('codex') };

const claude: RealCli = {
  program: programs.claude ?? '',
  runtime: 'claude-stream',
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
};

/** Claude and Codex, both asking the same models. */
const both: RealCli = {
  ...claude,
  env(models) {
    const folder = join(process.env.HOME!, '.codex');
    mkdirSync(folder, { recursive: true });
    const provider = `name="Scripted"\nbase_url="${models.url}/v1"\nenv_key="SCRIPTED_KEY"\nwire_api="responses"\n`;
    const config = `model="gpt-5.5"\nmodel_provider="scripted"\n[model_providers.scripted]\n${provider}`;
    writeFileSync(join(folder, 'config.toml'), config);
    const PATH = [programs.claude, programs.codex].map((one) => dirname(one ?? '')).join(':');
    return { ...claude.env(models), SCRIPTED_KEY: 'not-a-key', PATH: `${PATH}:${process.env.PATH}` };
  },
};

/** A model that reads a file, and then gives JSON of the shape that it is asked for. */
function byShape(ask: Ask): Reply {
  const schema = schemaIn(ask.prompt);
  if (!schema) return { text: 'I was asked for no shape.' };
  if (ask.answered === 0) return { text: 'I look.', tools: [{ tool: 'read', path: 'file.txt' }] };
  return { text: JSON.stringify(answerFor(schema, import.meta.dirname)) };
}
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
