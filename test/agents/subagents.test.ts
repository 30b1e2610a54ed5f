import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Reply, ToolCall } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { type Project, type RealCli, startProject } from './project.ts';

const programs = { claude: await cli('claude') };

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

const ours = (name: string, input: object): ToolCall => ({ name: `mcp__boocode__${name}`, input });

/** Starts two, does something of its own while they are held, and asks for both. */
const LEAD: Reply[] = [
  {
    text: 'I have two others look.',
    tools: [
      ours('spawn_subagent', { task: 'LOOK left', name: 'left' }),
      ours('spawn_subagent', { task: 'LOOK right', name: 'right' }),
    ],
  },
  { text: 'Meanwhile I write.', tools: [{ tool: 'write', path: 'own.txt', content: 'own work\n' }] },
  { tools: [ours('subagent_status', {})] },
  {
    hold: 'written',
    tools: [ours('subagent_result', { agent: 'left' }), ours('subagent_result', { agent: 'right' })],
  },
  { text: 'Both are in.' },
];

const SCRIPT = {
  flows: [
    { when: 'LOOK left', replies: [{ text: 'Left is empty.', hold: 'children' }] },
    { when: 'LOOK right', replies: [{ text: 'Right is full.', hold: 'children' }] },
    { when: 'HAVE', replies: LEAD },
  ],
};

const agentsOf = async ({ client }: Project) =>
  (await client.call('agent.list', { all: false })).agents.map(({ name }) => name);

const said = async ({ client }: Project) => JSON.stringify((await eventsOf(client, 'lead')).slice(-6));

/** What the tools of the lead answered, as the model was told. */
const toldOf = ({ models }: Project) => JSON.stringify(models.asked.at(-1)!.body);

test.skipIf(programs.claude === null)(
  'a running Claude starts two, goes on with its own work, and collects both',
  async () => {
    await using project = await startProject(claude, SCRIPT);
    const lead = await project.start('lead', 'HAVE it looked at', { worktree: true });
    const { client, models } = project;
    // Starting somebody is asked for, looking after them is not.
    for (const name of ['left', 'right']) {
      const { tool, input } = await project.answer('lead', 'once');
      expect([tool, JSON.parse(input).name]).toEqual(['mcp__boocode__spawn_subagent', name]);
    }
    for (const name of ['left', 'right']) {
      await until(`${name} is there`, async () => (await agentsOf(project)).includes(name), {
        seen: () => said(project),
      });
      const child = await untilAgent(client, name, 'works', ({ turn }) => turn?.startedAt != null);
      expect(child).toMatchObject({ parentId: lead.id, runtime: 'claude-stream', base: lead.branch });
    }
    expect(await project.answer('lead', 'once')).toMatchObject({ tool: 'Write' });
    await untilAgent(client, 'lead', 'has written', () => existsSync(join(lead.worktree!, 'own.txt')));
    models.release('written');
    models.release('children');
    await untilTurn(client, 'lead', 1);
    const events = await eventsOf(client, 'lead');
    expect(ofType(events, 'said').at(-1)!.text).toBe('Both are in.');
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'));
    expect(toldOf(project)).toContain('Left is empty.');
    expect(toldOf(project)).toContain('Right is full.');
    for (const name of ['left', 'right'])
      await untilAgent(client, name, 'has ended', ({ status }) => status.state === 'completed');
  },
);
