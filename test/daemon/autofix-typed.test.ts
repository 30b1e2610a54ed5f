import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { connectHost } from '../../src/client/host.ts';
import { type Agent, childId } from '../../src/schema/agent.ts';
import { entryPath } from '../../src/util/entry.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, untilAgent } from './chat.ts';
import { createWorld, env, kill, type World } from './world.ts';

/** What stands where Claude Code would: it reads its terminal, and says what it read. What its hooks tell, the test tells. */
const PROGRAM = '#!/bin/sh\nwhile IFS= read -r line; do echo "got $line"; done\n';
const CHECK = "test -f fixed || { echo 'a.txt(1): error'; exit 3; }";

let world: World;
let client: DaemonClient;
let agent: Agent;
const said: string[] = [];
beforeEach(async () => {
  said.length = 0;
  world = createWorld();
  const command = join(world.root, '.boocode-claude');
  writeFileSync(command, PROGRAM);
  chmodSync(command, 0o755);
  mkdirSync(dirname(userConfigPath()), { recursive: true });
  const fixer = { runtime: 'claude', command, hooks: true, tools: false, autofix: { command: CHECK } };
  writeFileSync(userConfigPath(), JSON.stringify({ profiles: { fixer } }));
  client = await world.connect({ on: { message: ({ text }) => void said.push(text) } });
  await client.call('subscribe', {});
  const how = { argv: undefined, profile: 'fixer', worktree: false };
  agent = await world.start(client, 'c', undefined, how);
});
afterEach(() => world.end());

async function hook(hook_event_name: string, more: object = {}): Promise<void> {
  const child = spawn(process.execPath, [entryPath('hook'), 'claude'], {
    env: { ...env(), BOOCODE_CHILD: childId(agent), BOOCODE_PROJECT: world.root },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ session_id: 's-1', hook_event_name, ...more }));
  expect(await once(child, 'close')).toEqual([0, null]);
}

/** A turn that edits a file. */
async function turn(prompt: string, inside: () => unknown = () => {}): Promise<void> {
  await hook('UserPromptSubmit', { prompt });
  const edit = {
    tool_name: 'Write',
    tool_input: { file_path: join(world.root, 'a.txt'), content: 'x\n' },
    tool_use_id: 't',
  };
  await hook('PreToolUse', edit);
  await hook('PostToolUse', { ...edit, tool_response: { type: 'create', filePath: join(world.root, 'a.txt') } });
  await inside();
  await hook('Stop', { last_assistant_message: 'Done.' });
}
const checks = async () =>
  ofType(await eventsOf(client, 'c'), 'checkEnded').map(({ turn: number, outcome, next, reason }) =>
    [number, outcome, next ?? reason].filter(Boolean).join(' '),
  );
const prompted = async () => ofType(await eventsOf(client, 'c'), 'prompted').filter(({ id }) => id !== undefined);
const untilPrompted = () => until('the errors are typed', async () => (await prompted()).length > 0);

/** A person at the agent's screen. */
async function typist() {
  const { hosts } = (await client.call('subscribe', {})).state;
  const { host } = (await client.call('agent.get', { agent: 'c' })).agent;
  const { socket } = hosts.find(({ id }) => id === host)!;
  return connectHost(socket, { onFrame() {}, onClose() {} });
}

test('errors are typed into the own screen of an agent that tells of its turns, and are checked again', async () => {
  expect(agent).toMatchObject({ runtime: 'claude', autofix: 'on' });
  await turn('go');
  await untilPrompted();
  const [first] = await prompted();
  expect(first?.text).toMatch(/fails after your last edits \(exit code 3\)[\s\S]*a\.txt\(1\): error/);
  const { lines } = await client.call('agent.screen', { agent: 'c', ansi: false });
  expect(lines.join('\n')).toContain('got `test -f fixed');
  writeFileSync(join(world.root, 'fixed'), '');
  await turn(first!.text);
  await untilAgent(client, 'c', 'has mended it', ({ check }) => check?.turn === 2 && check.state === 'passed');
  expect(await checks()).toEqual(['1 failed told', '2 passed']);
  const now = (await client.call('agent.get', { agent: 'c' })).agent;
  expect(now).toMatchObject({ check: { round: 1 } });
  expect(now.queue).toBeUndefined();
});

test('nothing is typed while somebody writes there, which is said; what was sent is no draft', async () => {
  const person = await typist();
  const type = (text: string) => person.input(childId(agent), Buffer.from(text));
  type('go\r');
  await turn('go', async () => {
    type('wait, I');
    await until('it stands on the screen', async () =>
      (await client.call('agent.screen', { agent: 'c', ansi: false })).lines.join().includes('wait, I'),
    );
  });
  await until('it is said', () => said.some((text) => /failed, and somebody writes in its screen/.test(text)), {
    seen: () => said,
  });
  expect(await prompted()).toEqual([]);
  await until('it is on record', async () => (await checks()).length === 2);
  expect(await checks()).toEqual(['1 failed told', '1 cancelled somebody writes in its screen']);
  expect((await client.call('agent.get', { agent: 'c' })).agent.queue).toBeUndefined();
  type(' have it\r');
  await until('it is sent', async () =>
    (await client.call('agent.screen', { agent: 'c', ansi: false })).lines.join().includes('got wait, I have it'),
  );
  await turn('wait, I have it');
  await untilPrompted();
  person.close();
});

test('what was typed before the daemon was killed is not typed again', async () => {
  await turn('go');
  await untilPrompted();
  await kill(await world.daemonPid(client));
  client = await world.connect();
  const [first] = await prompted();
  writeFileSync(join(world.root, 'fixed'), '');
  await turn(first!.text);
  await untilAgent(client, 'c', 'has mended it', ({ check }) => check?.turn === 2 && check.state === 'passed');
  expect(await prompted()).toHaveLength(1);
  expect(await checks()).toEqual(['1 failed told', '2 passed']);
});
