import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { type Project, type RealCli, startProject } from './project.ts';

const programs = { claude: await cli('claude'), codex: await cli('codex') };
const WORK = {
  flows: [
    {
      when: 'make',
      replies: [
        {
          text: 'One.',
          tools: [{ tool: 'bash' as const, command: 'touch one.txt' }],
          usage: { input: 100, output: 40 },
        },
        {
          text: 'Two.',
          tools: [{ tool: 'bash' as const, command: 'touch two.txt' }],
          usage: { input: 50, output: 20 },
        },
        { text: 'Both are made.', usage: { input: 20, output: 12 } },
      ],
    },
  ],
};

const claude: RealCli = {
  program: programs.claude ?? '',
  runtime: 'claude',
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
};

const begin = (project: Project, settings: () => void, more: object) => {
  settings();
  return project.start('t', 'make two files', { worktree: false, ...more });
};

test.skipIf(programs.claude === null)(
  'Claude Code in its own screen: one request answered from the inbox, over a kill of the daemon, one in its dialog',
  async () => {
    await using project = await startProject(claude, WORK);
    const trusted = { [project.world.root]: { hasTrustDialogAccepted: true } };
    const seeded = {
      ...{ hasCompletedOnboarding: true, theme: 'dark', projects: trusted },
      customApiKeyResponses: { approved: ['not-a-key'], rejected: [] },
    };
    const settings = () => writeFileSync(join(process.env.HOME!, '.claude.json'), JSON.stringify(seeded));
    await begin(project, settings, { mode: 'manual' });
    const asks = (command: string) =>
      untilAgent(project.client, 't', `asks for ${command}`, ({ approvals }) => approvals?.[0]?.command === command);
    const { approvals } = await asks('touch one.txt');
    expect(approvals).toMatchObject([{ via: { type: 'hook' }, tool: 'Bash' }]);
    await project.killDaemon();
    await until('its hook is back', () => project.answer('t', 'once').catch(() => null));
    await asks('touch two.txt');
    const { lines } = await project.client.call('agent.screen', { agent: 't', ansi: false });
    expect(lines.join('\n')).toContain('Do you want to proceed');
    await project.client.call('agent.keys', { agent: 't', keys: ['Enter'] });
    const agent = await untilTurn(project.client, 't', 1);
    const events = await eventsOf(project.client, 't');
    expect(ofType(events, 'asked').map(({ approval }) => approval.via.type)).toEqual(['hook', 'hook']);
    expect(ofType(events, 'answered').map(({ by }) => by.who)).toEqual(['person', 'elsewhere']);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(ofType(events, 'turnEnded')).toMatchObject([{ turn: 1, outcome: 'completed' }]);
    expect(ofType(events, 'said').at(-1)!.text).toBe('Both are made.');
    expect(agent.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    await untilAgent(project.client, 't', 'told its cost', ({ cost }) => (cost?.usd ?? 0) > 0);
  },
);

const codex: RealCli = {
  program: programs.codex ?? '',
  runtime: 'codex',
  env: () => ({ SCRIPTED_KEY: 'not-a-key' }),
};

test.skipIf(programs.codex === null)(
  'Codex in its own screen: its hooks are trusted by themselves, it tells its turn, and its dialog is not kept waiting',
  async () => {
    await using project = await startProject(codex, WORK);
    const settings = () => {
      const folder = join(process.env.HOME!, '.codex');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const config = [
        ...[
          'model="gpt-5.5"',
          'model_provider="scripted"',
          'approval_policy="on-request"',
          'sandbox_mode="danger-full-access"',
        ],
        ...['[model_providers.scripted]', 'name="Scripted"', `base_url="${project.models.url}/v1"`],
        ...['env_key="SCRIPTED_KEY"', 'wire_api="responses"'],
        ...[`[projects."${project.world.root}"]`, 'trust_level="trusted"'],
      ];
      writeFileSync(join(folder, 'config.toml'), config.join('\n'));
    };
    await begin(project, settings, {});
    const meets = async () => (await project.client.call('agent.screen', { agent: 't', ansi: false })).lines.join('\n');
    await until('its turn, or the offer of another model', async () => {
      const { agent } = await project.client.call('agent.get', { agent: 't' });
      if (/Use existing model/.test(await meets())) {
        await project.client.call('agent.keys', { agent: 't', keys: ['Down', 'Enter'] });
      }
      return agent.turn;
    });
    const agent = await untilTurn(project.client, 't', 1);
    const events = await eventsOf(project.client, 't');
    expect(agent.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(ofType(events, 'turnStarted')).toMatchObject([{ prompt: 'make two files', model: 'gpt-5.5' }]);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(ofType(events, 'said').at(-1)!.text).toBe('Both are made.');
  },
);
