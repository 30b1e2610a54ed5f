import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { entryPath } from '../../src/util/entry.ts';
import { env } from '../daemon/world.ts';
import type { ToolCall } from '../support/models/script.ts';
import type { Models } from '../support/models/server.ts';
import { until } from '../support/wait.ts';
import { type Cli, cli } from './cli.ts';
import { type Project, startProject } from './project.ts';

/** One way of driving one CLI: what it needs in its HOME and its environment to speak with our models alone. */
interface Way {
  runtime: string;
  cli: Cli;
  files?(project: Project): Record<string, string | object>;
  env(models: Models): Record<string, string>;
  /** What is done before it is started. */
  prepare?(program: string): Promise<void>;
  /** The tool as its model calls it, where it is not offered by a name. */
  call?: ToolCall;
  /** Its first turn may begin before its servers are there: then it is asked again. */
  early?: boolean;
}

const claude = ({ url }: Models) => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: 'not-a-key',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
});

const codexFiles = ({ models, world }: Project) => ({
  '.codex/config.toml': [
    ...['model="gpt-5.5"', 'model_provider="scripted"', 'approval_policy="on-request"'],
    ...['[model_providers.scripted]', 'name="Scripted"', `base_url="${models.url}/v1"`],
    ...['env_key="SCRIPTED_KEY"', 'wire_api="responses"'],
    ...[`[projects."${world.root}"]`, 'trust_level="trusted"'],
  ].join('\n'),
});

const opencodeFiles = ({ models }: Project) => ({
  'opencode.json': {
    ...{ autoupdate: false, share: 'disabled', model: 'fake/fake-model', small_model: 'fake/fake-model' },
    enabled_providers: ['fake'],
    provider: {
      fake: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${models.url}/v1`, apiKey: 'key' },
        models: { 'fake-model': { limit: { context: 200_000, output: 8000 } } },
      },
    },
  },
});
const opencode = () => ({
  OPENCODE_CONFIG: join(process.env.HOME!, 'opencode.json'),
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
});

const geminiFiles = () => ({
  '.gemini/settings.json': {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    general: { disableAutoUpdate: true },
    privacy: { usageStatisticsEnabled: false },
  },
});

const qwenFiles = () => ({ '.qwen/settings.json': { security: { auth: { selectedType: 'openai' } } } });
const qwen = ({ url }: Models) => ({
  ...{ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'fake-model' },
});

const WAYS: Way[] = [
  { runtime: 'claude-exec', cli: 'claude', env: claude },
  { runtime: 'claude-acp', cli: 'claude-acp', env: (models) => ({ ...claude(models), IS_SANDBOX: '' }) },
  ...['codex-app', 'codex-exec'].map(
    (runtime): Way => ({
      ...{ runtime, cli: 'codex', files: codexFiles, env: () => ({ SCRIPTED_KEY: 'not-a-key' }) },
      call: { name: 'list_agents', namespace: 'mcp__boocode', input: {} },
    }),
  ),
  {
    runtime: 'gemini-acp',
    cli: 'gemini',
    files: geminiFiles,
    env: ({ url }) => ({ GEMINI_API_KEY: 'key', GOOGLE_GEMINI_BASE_URL: url }),
  },
  ...['gemini', 'gemini-exec'].map(
    (runtime): Way => ({
      ...{ runtime, cli: 'gemini', files: geminiFiles },
      // What its person does once: it takes servers from its settings alone.
      prepare: async (program) => {
        const server = ['boocode', process.execPath, entryPath('main'), 'mcp'];
        await promisify(execFile)(program, ['mcp', 'add', '--scope', 'user', '--trust', ...server], { env: env() });
      },
      env: ({ url }) => ({ GEMINI_API_KEY: 'key', GOOGLE_GEMINI_BASE_URL: url }),
    }),
  ),
  ...['opencode-exec', 'opencode-acp'].map(
    (runtime): Way => ({ runtime, cli: 'opencode', files: opencodeFiles, env: opencode }),
  ),
  ...['qwen-exec', 'qwen-acp'].map(
    (runtime): Way => ({
      ...{ runtime, cli: 'qwen', files: qwenFiles, env: qwen },
      // It has one of its own of that name, and offers ours when it is searched for.
      call: { name: 'mcp__boocode__list_agents', input: {} },
      // Over ACP it begins before its servers are there.
      early: runtime === 'qwen-acp',
    }),
  ),
];

const scriptOf = ({ call = { ending: 'list_agents', input: {} } }: Way) => ({
  flows: [{ when: 'LOOK', replies: [{ tools: [call] }, { text: 'I have looked.' }] }],
});

for (const way of WAYS) {
  const program = await cli(way.cli);
  test.skipIf(program === null)(`${way.runtime} is given the tools, and sees itself among the agents`, async () => {
    const real = { program: program!, runtime: way.runtime, env: way.env };
    await using project = await startProject(real, scriptOf(way));
    for (const [path, content] of Object.entries(way.files?.(project) ?? {})) {
      const file = join(process.env.HOME!, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    await way.prepare?.(program!);
    await project.start('looker', 'LOOK around', { worktree: false });
    const { client, models } = project;
    const bodies = () => models.asked.map(({ body }) => JSON.stringify(body));
    let turn = 1;
    await until(
      'its model is told what the tool gave',
      async () => {
        const { agent } = await client.call('agent.get', { agent: 'looker' });
        for (const { id } of agent.approvals ?? [])
          await client.call('approvals.answer', { id, answer: { verdict: 'once' } }).catch(() => {});
        if (bodies().some((body) => /\\"you\\": ?true/.test(body))) return true;
        if (way.early && agent.turn?.startedAt === null && agent.turn.number === turn) {
          turn += 1;
          await client.call('agent.prompt', { agent: 'looker', text: 'LOOK again', images: [] });
        }
        return false;
      },
      {
        timeout: 150_000,
        seen: async () => [
          bodies().map((body) => body.slice(-1500)),
          (await client.call('agent.screen', { agent: 'looker', ansi: false }).catch(() => ({ lines: [] }))).lines,
          (await client.call('agent.get', { agent: 'looker' })).agent,
        ],
      },
    );
    expect(bodies().some((body) => /\\"name\\": ?\\"looker\\"/.test(body))).toBe(true);
  });
}
