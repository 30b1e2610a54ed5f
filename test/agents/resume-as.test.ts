import { beforeEach, expect, test } from 'vitest';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import { until } from '../support/wait.ts';
import { type Cli, cli } from './cli.ts';
import { startProject } from './project.ts';
import { forget, realCli } from './settings.ts';

/** Without a screen, in its own, and without one again. `minute`: it names the files of its sessions by the minute, so that another one is waited for. */
const WAYS: { cli: Cli; headless: string; terminal: string; silent?: true; minute?: true }[] = [
  { cli: 'claude', headless: 'claude-stream', terminal: 'claude' },
  { cli: 'codex', headless: 'codex-app', terminal: 'codex' },
  { cli: 'gemini', headless: 'gemini-acp', terminal: 'gemini', silent: true, minute: true },
  { cli: 'opencode', headless: 'opencode-acp', terminal: 'opencode', silent: true },
  { cli: 'qwen', headless: 'qwen-acp', terminal: 'qwen' },
];

for (const { cli: name, headless, terminal, silent, minute } of WAYS) {
  const program = await cli(name);
  beforeEach(() => forget(name));

  test.skipIf(program === null)(
    `${name}: a session goes on in its own screen, and then without one again`,
    async () => {
      const script = { flows: [], after: { text: 'I see.' } };
      await using project = await startProject(realCli(name, program, headless), script);
      const { env } = project;
      await project.start('r', 'remember the number 7', { worktree: false });
      const first = await untilTurn(project.client, 'r', 1);
      const began = Math.floor(Date.now() / 60_000);
      if (minute) await until('another minute', () => Math.floor(Date.now() / 60_000) > began, { timeout: 70_000 });
      const as = (runtime: string, prompt: string) =>
        project.client.call('agent.resume', { agent: 'r', runtime, prompt, env });
      const newest = () => JSON.stringify(project.models.asked.findLast(({ side }) => !side)!.body);
      expect((await as(terminal, 'which number on the screen?')).notes).toEqual([]);
      const screen = async () => {
        const { lines } = await project.client.call('agent.screen', { agent: 'r', ansi: false });
        return lines.join('\n');
      };
      let shown = '';
      await until(
        'the model is asked from its own screen',
        async () => {
          shown = await screen();
          // Codex offers another model first.
          if (/Use existing model/.test(shown)) {
            await project.client.call('agent.keys', { agent: 'r', keys: ['Down', 'Enter'] });
          }
          return newest().includes('which number on the screen?');
        },
        { seen: () => shown },
      );
      expect(newest()).toContain('remember the number 7');
      await until(
        'its screen tells of both',
        async () => /number 7[\s\S]*I see\.[\s\S]*on the screen/.test(await screen()),
        {
          seen: screen,
        },
      );
      if (!silent) await untilTurn(project.client, 'r', 2);
      expect((await as(headless, 'and once more?')).notes).toEqual([]);
      const last = await untilTurn(project.client, 'r', silent ? 2 : 3);
      expect(last).toMatchObject({ runtime: headless, sessionId: first.sessionId });
      expect(newest()).toContain('remember the number 7');
      expect(newest()).toContain('which number on the screen?');
      await untilAgent(project.client, 'r', 'is idle', ({ status }) => status.state === 'idle');
      expect(ofType(await eventsOf(project.client, 'r'), 'turnEnded').map(({ outcome }) => outcome)).toEqual([
        ...(silent ? [] : ['completed']),
        ...['completed', 'completed'],
      ]);
    },
  );
}
