import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/schema/status.ts';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { type Project, type RealCli, startProject } from './project.ts';
import { forget, realCli } from './settings.ts';

const programs = {
  claude: await cli('claude'),
  codex: await cli('codex'),
  old: await cli('codex-old'),
  notify: await cli('codex-notify'),
  qwen: await cli('qwen'),
};
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

const screenOf = async ({ client }: Project) =>
  (await client.call('agent.screen', { agent: 't', ansi: false })).lines.join('\n');

const claude = realCli('claude', programs.claude, 'claude');

test.skipIf(programs.claude === null)(
  'Claude Code in its own screen: one request answered from the inbox, over a kill of the daemon, one in its dialog',
  async () => {
    await using project = await startProject(claude, WORK);
    await project.start('t', 'make two files', { mode: 'manual' });
    const asks = (command: string) =>
      untilAgent(project.client, 't', `asks for ${command}`, ({ approvals }) => approvals?.[0]?.command === command);
    const { approvals } = await asks('touch one.txt');
    expect(approvals).toMatchObject([{ via: { type: 'hook' }, tool: 'Bash' }]);
    await project.killDaemon();
    await until('its hook is back', () => project.answer('t', 'once').catch(() => null));
    await asks('touch two.txt');
    await until('its dialog', async () => /Do you want to proceed/.test(await screenOf(project)));
    await project.client.call('agent.keys', { agent: 't', keys: ['Enter'] });
    const agent = await untilTurn(project.client, 't', 1);
    const events = await eventsOf(project.client, 't');
    // A new daemon may see the dialog before the hook is back: what its screen asks gives way to what the hook asks.
    const hooks = ofType(events, 'asked').filter(({ approval }) => approval.via.type === 'hook');
    const answers = hooks.map(
      ({ approval: { id } }) => ofType(events, 'answered').find((one) => one.id === id)?.by.who,
    );
    expect(answers).toEqual(['person', 'elsewhere']);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(ofType(events, 'turnEnded')).toMatchObject([{ turn: 1, outcome: 'completed' }]);
    expect(ofType(events, 'said').at(-1)!.text).toBe('Both are made.');
    expect(agent.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    await untilAgent(project.client, 't', 'told its cost', ({ cost }) => (cost?.usd ?? 0) > 0);
  },
);

/** What it runs needs no sandbox, and is asked for as usual. */
const codexOf = (program: string | null, policy: string): RealCli => {
  const scripted = realCli('codex', program, 'codex');
  return {
    ...scripted,
    env(models) {
      const vars = scripted.env(models);
      const path = join(vars.CODEX_HOME!, 'config.toml');
      const config = `approval_policy = "${policy}"\nsandbox_mode = "danger-full-access"\n${readFileSync(path, 'utf8')}`;
      writeFileSync(path, config);
      return vars;
    },
  };
};
const codex = codexOf(programs.codex, 'on-request');

test.skipIf(programs.codex === null)(
  'Codex in its own screen: its hooks are trusted by themselves, it tells its turn, and its dialog is not kept waiting',
  async () => {
    forget('codex');
    await using project = await startProject(codex, WORK);
    await project.start('t', 'make two files');
    await until('its turn, or the offer of another model', async () => {
      const { agent } = await project.client.call('agent.get', { agent: 't' });
      if (/Use existing model/.test(await screenOf(project))) {
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

test.skipIf(programs.old === null)(
  'an older Codex in its own screen: it asks over a kill of the daemon, a turn that no hook ends is over on its screen, and its session goes on',
  async () => {
    forget('codex');
    await using project = await startProject(codexOf(programs.old, 'untrusted'), {
      flows: [
        ...WORK.flows,
        { when: 'wait', replies: [{ text: 'Never said.', hold: 'for ever' }] },
        { when: 'hello', replies: [{ text: 'Hello.' }] },
      ],
    });
    const asks = (command: string) =>
      untilAgent(project.client, 't', `asks for ${command}`, ({ approvals }) => approvals?.[0]?.command === command);
    const prompt = (text: string) => project.client.call('agent.send', { agent: 't', text });
    await project.start('t', 'make two files', { worktree: false });
    await asks('touch one.txt');
    await project.killDaemon();
    await until('it is answered', () => project.answer('t', 'once').catch(() => null));
    await asks('touch two.txt');
    await project.answer('t', 'once');
    const { sessionId } = await untilTurn(project.client, 't', 1);
    expect(sessionId).toMatch(/^[0-9a-f-]{36}$/);
    await prompt('wait for me');
    await untilAgent(project.client, 't', 'runs', ({ status }) => status.evidence.detail === 'turn 2 runs');
    await until('it asks its model', () => project.models.asked.some(({ ask }) => ask.prompt.includes('wait for me')));
    await project.client.call('agent.keys', { agent: 't', keys: ['Escape'] });
    await untilAgent(project.client, 't', 'rests', ({ status }) => status.state === 'idle');
    await prompt('hello');
    await untilTurn(project.client, 't', 3);
    await project.client.call('agent.stop', { agent: 't' });
    await untilAgent(project.client, 't', 'has ended', ({ exit }) => Boolean(exit));
    await project.client.call('agent.resume', { agent: 't', env: project.env });
    await untilAgent(project.client, 't', 'rests', ({ status }) => status.state === 'idle');
    await prompt('hello again');
    const agent = await untilTurn(project.client, 't', 4);
    expect(agent.sessionId).toBe(sessionId);
    const events = await eventsOf(project.client, 't');
    expect(ofType(events, 'turnEnded').map(({ outcome }) => outcome)).toEqual([
      'completed',
      'interrupted',
      'completed',
      'completed',
    ]);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  },
);

test.skipIf(programs.notify === null)(
  "a Codex that has only a notify program, beside the person's own: its session goes on, not that of its review, and its screen says what it does",
  async () => {
    forget('codex');
    const own = join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'own-')), 'heard');
    const old = codexOf(programs.notify, 'never');
    await using project = await startProject(
      {
        ...old,
        env(models) {
          const vars = old.env(models);
          const path = join(vars.CODEX_HOME!, 'config.toml');
          const words = JSON.stringify(['/bin/sh', '-c', `printf '%s\\n' "$1" >> '${own}'`, 'own']);
          writeFileSync(path, `notify = ${words}\n${readFileSync(path, 'utf8')}`);
          return vars;
        },
      },
      {
        flows: [
          { when: 'hello', replies: [{ text: 'Hello.' }] },
          { when: 'Review', replies: [{ text: 'Nothing to say.' }] },
          { when: 'wait', replies: [{ text: 'Never said.', hold: 'for ever' }] },
        ],
      },
    );
    const turns = (count: number) =>
      until(
        `its own notify program was run ${count} times`,
        () => existsSync(own) && readFileSync(own, 'utf8').trim().split('\n').length === count,
      );
    const says = (state: Status['state']) =>
      untilAgent(project.client, 't', `is ${state}`, ({ status }) => status.state === state);
    const prompt = (text: string) => project.client.call('agent.send', { agent: 't', text });
    await project.start('t', 'hello', { worktree: false });
    const { sessionId } = await untilAgent(project.client, 't', 'has a session', (agent) => agent.sessionId !== null);
    await turns(1);
    await says('idle');
    await prompt('/review');
    await until('its choice', async () => /Review uncommitted changes/.test(await screenOf(project)));
    await project.client.call('agent.keys', { agent: 't', keys: ['Down', 'Enter'] });
    await turns(2);
    await says('idle');
    await prompt('wait for me');
    await until('it asks its model', () => project.models.asked.some(({ ask }) => ask.prompt.includes('wait for me')));
    await says('running');
    await project.client.call('agent.keys', { agent: 't', keys: ['Escape'] });
    await says('idle');
    await project.client.call('agent.stop', { agent: 't' });
    await untilAgent(project.client, 't', 'has ended', ({ exit }) => Boolean(exit));
    await project.client.call('agent.resume', { agent: 't', env: project.env });
    await says('idle');
    await until('its session is back', async () => /wait for me/.test(await screenOf(project)));
    await prompt('hello again');
    await turns(3);
    await until('its last word', async () => ofType(await eventsOf(project.client, 't'), 'said').length === 3);
    const events = await eventsOf(project.client, 't');
    expect(ofType(events, 'session').map((event) => event.sessionId)).toEqual([sessionId]);
    expect(ofType(events, 'turnStarted')).toEqual([]);
  },
);

test.skipIf(programs.qwen === null)(
  "Qwen Code in its own screen: it tells its turns, beside the person's own hooks; its dialog is answered from the inbox, over a kill of the daemon",
  async () => {
    forget('qwen');
    await using project = await startProject(realCli('qwen', programs.qwen, 'qwen'), {
      flows: [
        ...WORK.flows,
        {
          when: 'edit',
          replies: [{ tools: [{ tool: 'write', path: 'new.txt', content: 'new\n' }] }, { text: 'Written.' }],
        },
        { when: 'wait', replies: [{ text: 'Never said.', hold: 'for ever' }] },
      ],
    });
    const own = join(project.world.root, 'own-hooks');
    const hooks = { Stop: [{ hooks: [{ type: 'command', command: `echo stopped >> ${own}` }] }] };
    const security = { auth: { selectedType: 'openai' } };
    writeFileSync(join(process.env.HOME!, '.qwen/settings.json'), JSON.stringify({ security, hooks }));
    await project.start('t', 'make two files', { worktree: false, mode: 'default' });
    for (const file of ['one.txt', 'two.txt']) {
      const { approvals } = await untilAgent(project.client, 't', `asks for ${file}`, (agent) =>
        Boolean(agent.approvals?.[0]?.command?.includes(file)),
      );
      expect(approvals).toMatchObject([{ via: { type: 'screen' } }]);
      if (file === 'two.txt') await project.killDaemon();
      await until('it is answered', () => project.answer('t', 'once').catch(() => null));
    }
    const first = await untilTurn(project.client, 't', 1);
    expect(first.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(first).toMatchObject({ model: 'fake-model', context: { size: 200_000 } });
    await until('its own hook', () => readFileSync(own, 'utf8') === 'stopped\n');
    await project.client.call('agent.send', { agent: 't', text: 'edit a file' });
    await untilAgent(project.client, 't', 'asks to write', (agent) => Boolean(agent.approvals?.[0]));
    await project.client.call('agent.keys', { agent: 't', keys: ['Enter'] });
    await untilTurn(project.client, 't', 2);
    await untilAgent(project.client, 't', 'rests', ({ status }) => status.state === 'idle');
    await project.client.call('agent.send', { agent: 't', text: 'wait for me' });
    await until('it asks its model', () => project.models.asked.some(({ ask }) => ask.prompt.includes('wait for me')));
    await project.client.call('agent.keys', { agent: 't', keys: ['Escape'] });
    await untilTurn(project.client, 't', 3);
    const events = await eventsOf(project.client, 't');
    expect(ofType(events, 'turnStarted').map(({ prompt }) => prompt)).toEqual([
      'make two files',
      'edit a file',
      'wait for me',
    ]);
    expect(ofType(events, 'turnEnded').map(({ outcome }) => outcome)).toEqual([
      'completed',
      'completed',
      'interrupted',
    ]);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    expect(ofType(events, 'toolFinished').at(-1)!.diff).toContain('+new');
    expect(ofType(events, 'said').map(({ text }) => text)).toEqual(['Both are made.', 'Written.']);
  },
);
