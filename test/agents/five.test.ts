import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Reply, Script } from '../support/models/script.ts';
import { ACP } from './acp-agents.ts';
import { type Cli, cli } from './cli.ts';
import { openInbox } from './inbox.ts';
import { startProject } from './project.ts';
import { realCli } from './settings.ts';

interface One {
  cli: Cli;
  runtime: string;
  start?: { mode?: string; model?: string };
}

/** By their names in the project. */
const FIVE: Record<string, One> = {
  ann: { cli: 'claude', runtime: 'claude-stream' },
  bob: { cli: 'codex', runtime: 'codex-app', start: { mode: 'untrusted' } },
  cid: { cli: 'gemini', runtime: 'gemini-acp', start: ACP['gemini-acp'].start },
  dot: { cli: 'opencode', runtime: 'opencode-acp' },
  eve: { cli: 'qwen', runtime: 'qwen-acp' },
};
const NAMES = Object.keys(FIVE);

const LOOK: Reply = { text: 'I look.', tools: [{ tool: 'read', path: 'file.txt' }] };

const SCRIPT: Script = {
  flows: NAMES.flatMap((name) => [
    {
      when: `CHANGE for ${name}`,
      replies: [
        // Codex reads by a command, and would ask for that too.
        ...(FIVE[name]!.cli === 'codex' ? [] : [LOOK]),
        { text: 'I change it.', tools: [{ tool: 'edit', path: 'file.txt', old: 'first', new: `of-${name}` }] },
        { tools: [{ tool: 'bash', command: `touch made-by-${name}` }] },
        { tools: [{ tool: 'bash', command: `rm file.txt # ${name}` }] },
        { text: 'Then it stays.' },
      ],
    },
  ]),
};

const programs = new Map<Cli, string | null>();
for (const { cli: name } of Object.values(FIVE)) programs.set(name, await cli(name));
const real = ({ cli: name, runtime }: One) => realCli(name, programs.get(name)!, runtime);

test.skipIf([...programs.values()].includes(null))(
  'five different agents at once: a person answers all of them from the inbox and opens none',
  async () => {
    await using project = await startProject(real(FIVE.ann!), SCRIPT);
    const worktrees = new Map<string, string>();
    for (const [name, one] of Object.entries(FIVE)) {
      const how = { worktree: true, ...one.start };
      const { worktree } = await project.start(name, `CHANGE for ${name}`, how, real(one));
      worktrees.set(name, worktree!);
    }
    using inbox = await openInbox(project, { cols: 120, rows: 40 }, NAMES.length);
    // In the order in which they come, whosever they are: by what the screen shows of the one that is chosen.
    const answers = NAMES.flatMap((name) => [
      { what: new RegExp(`\\+of-${name}`), key: 'a' },
      { what: new RegExp(`│ touch made-by-${name}`), key: 'a' },
      { what: new RegExp(`│ rm file\\.txt # ${name}`), key: 'd' },
    ]);
    await inbox.answerAll(answers);
    for (const name of NAMES) {
      await untilTurn(project.client, name, 1);
      const folder = worktrees.get(name)!;
      expect([name, readFileSync(join(folder, 'file.txt'), 'utf8')]).toEqual([name, `of-${name}\n`]);
      expect([name, existsSync(join(folder, `made-by-${name}`))]).toEqual([name, true]);
      const events = await eventsOf(project.client, name);
      expect(ofType(events, 'answered').map(({ by, answer }) => [by.who, answer?.verdict])).toEqual([
        ...[
          ['person', 'once'],
          ['person', 'once'],
          ['person', 'deny'],
        ],
      ]);
      await untilAgent(project.client, name, 'is idle', ({ status }) => status.state === 'idle');
    }
    await inbox.shows('Nobody waits');
  },
);
