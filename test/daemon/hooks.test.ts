import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { type Agent, childId } from '../../src/schema/agent.ts';
import type { Approval } from '../../src/schema/approval.ts';
import { entryPath } from '../../src/util/entry.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { createWorld, env, type World } from './world.ts';

let world: World;
let client: DaemonClient;
let agent: Agent;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
  agent = await world.start(client, 'tui');
});
afterEach(() => world.end());

/** What an agent's hook does. */
function hook(hook_event_name: string, more: object = {}, source = 'claude') {
  const child = spawn(process.execPath, [entryPath('hook'), source], {
    env: { ...env(), BOOCODE_CHILD: childId(agent), BOOCODE_PROJECT: world.root },
  });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  child.stdin.end(JSON.stringify({ session_id: 's-1', hook_event_name, ...more }));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
  return { ended, kill: () => child.kill('SIGKILL') };
}

const bash = { tool_name: 'Bash', tool_input: { command: 'make' } };
const now = async () => (await client.call('agent.get', { agent: 'tui' })).agent;
const requestOf = async (): Promise<Approval> => {
  let found: Approval | undefined;
  await until('a request', async () => {
    found = (await client.call('approvals.list', {})).approvals[0]?.approval;
    return found;
  });
  return found!;
};
const nothingWaits = () =>
  until('nothing waits', async () => (await client.call('approvals.list', {})).approvals.length === 0);
const types = async () => {
  const { lines } = await client.call('session.events', {
    agent: 'tui',
    after: 0,
    before: null,
    limit: 100,
    activity: true,
  });
  return lines.map(({ event }) => event.type);
};

test('what a hook tells is on record when it ends: the session at once, the turn, its status', async () => {
  expect(await hook('SessionStart').ended).toEqual({ code: 0, output: '' });
  expect((await now()).sessionId).toBe('s-1');
  await hook('UserPromptSubmit', { prompt: 'go' }).ended;
  expect((await now()).turn).toMatchObject({ number: 1 });
  await until('it works', async () => (await now()).status.evidence.source === 'hook');
  await hook('Stop', { last_assistant_message: 'Done.' }).ended;
  expect(await types()).toEqual(expect.arrayContaining(['turnStarted', 'said', 'turnEnded']));
});

test('a request is held until a person has answered, and prints the decision', async () => {
  await hook('UserPromptSubmit', { prompt: 'go' }).ended;
  const held = hook('PermissionRequest', bash);
  const { id, command } = await requestOf();
  expect(command).toBe('make');
  await until('it waits', async () => (await now()).status.state === 'waiting');
  await client.call('approvals.answer', { id, answer: { verdict: 'deny', reason: 'not now' } });
  const { output } = await held.ended;
  expect(JSON.parse(output).hookSpecificOutput.decision).toEqual({ behavior: 'deny', message: 'not now' });
  await expect(client.call('approvals.answer', { id, answer: { verdict: 'once' } })).rejects.toThrow();
});

test('a prompt that was typed into its screen is a turn worth jumping to, one that was sent is not told twice', async () => {
  await client.call('agent.send', { agent: 'tui', text: 'sent' });
  await hook('UserPromptSubmit', { prompt: 'sent' }).ended;
  await hook('Stop', { last_assistant_message: 'Done.' }).ended;
  await hook('UserPromptSubmit', { prompt: 'typed' }).ended;
  const { marks } = await client.call('agent.marks', { agent: 'tui' });
  expect(marks.map(({ kind, text }) => [kind, text])).toEqual([
    ['prompt', 'sent'],
    ['turn', 'typed'],
  ]);
});

test('answered in its own screen: the hook ends without a word', async () => {
  await hook('UserPromptSubmit', { prompt: 'go' }).ended;
  await hook('PreToolUse', { ...bash, tool_use_id: 't' }).ended;
  const held = hook('PermissionRequest', bash);
  await requestOf();
  await hook('PostToolUse', { ...bash, tool_use_id: 't', tool_response: { stdout: 'made' } }).ended;
  expect(await held.ended).toEqual({ code: 0, output: '' });
  await nothingWaits();
});

test('a hook that is gone leaves no request behind', async () => {
  const held = hook('PermissionRequest', bash);
  await requestOf();
  held.kill();
  await nothingWaits();
});

test('a daemon that is killed while a hook is held: the next one answers it, once', async () => {
  const held = hook('PermissionRequest', bash);
  const { id } = await requestOf();
  process.kill(await world.daemonPid(client), 'SIGKILL');
  client = await world.connect();
  expect((await requestOf()).id).toBe(id);
  await until('the hook is held again', async () => {
    try {
      await client.call('approvals.answer', { id, answer: { verdict: 'once' } });
      return true;
    } catch {
      return false;
    }
  });
  expect((await held.ended).output).toContain('"allow"');
  expect((await types()).filter((type) => type === 'asked')).toHaveLength(1);
});

test('what is told while no daemon is there is taken by the next one, once and in order', async () => {
  process.kill(await world.daemonPid(client), 'SIGKILL');
  await until('it is gone', () => client.closed);
  for (const event of ['UserPromptSubmit', 'Stop']) {
    expect(await hook(event, { prompt: 'go', last_assistant_message: 'Done.' }).ended).toEqual({ code: 0, output: '' });
  }
  const folder = projectPaths(world.root).hooks;
  expect(readdirSync(folder)).toHaveLength(2);
  client = await world.connect();
  expect(await types()).toEqual(expect.arrayContaining(['turnStarted', 'said', 'turnEnded']));
  expect((await types()).filter((type) => type === 'turnStarted')).toHaveLength(1);
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});

test('a hook of an earlier life, of nobody, or without a project changes nothing and ends well', async () => {
  const before = await types();
  agent = { ...agent, epoch: 7 };
  expect(await hook('UserPromptSubmit', { prompt: 'go' }).ended).toEqual({ code: 0, output: '' });
  agent = { ...agent, id: 'nobody', epoch: 1 };
  expect(await hook('PermissionRequest', bash).ended).toEqual({ code: 0, output: '' });
  expect(await types()).toEqual(before);
});

test('Codex, which shows its dialog only afterwards, is not kept waiting', async () => {
  const held = hook('PermissionRequest', bash, 'codex');
  expect(await held.ended).toEqual({ code: 0, output: '' });
  await nothingWaits();
});

describe("a Codex that runs a notify program at the end of each turn, and the person's own", () => {
  const threads = { own: randomUUID(), review: randomUUID() };
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'codex-'));
    const folder = join(home, 'sessions/2026/01/02');
    mkdirSync(folder, { recursive: true });
    for (const [id, source] of [
      [threads.own, 'cli'],
      [threads.review, { subagent: 'review' }],
    ]) {
      const meta = {
        type: 'session_meta',
        payload: { id, source, base_instructions: { text: 'Work. '.repeat(5000) } },
      };
      writeFileSync(join(folder, `rollout-2026-01-02T03-04-05-${id}.jsonl`), `${JSON.stringify(meta)}\n{"type":"x"}\n`);
    }
  });

  /** As Codex does: it waits for none. */
  function notify(thread: string, own: string[] = []) {
    const payload = { type: 'agent-turn-complete', 'thread-id': thread, 'last-assistant-message': `of ${thread}` };
    const words = [entryPath('hook'), 'codex-notify', ...own, JSON.stringify(payload)];
    const child = spawn(process.execPath, words, {
      env: { ...env(), BOOCODE_CHILD: childId(agent), BOOCODE_PROJECT: world.root, CODEX_HOME: home },
      stdio: 'ignore',
    });
    return new Promise<number | null>((resolve) => child.once('close', resolve));
  }

  test("tells its session, not that of a review, and the status stays its screen's", async () => {
    for (const thread of [threads.own, threads.review, 'unheard-of']) expect(await notify(thread)).toBe(0);
    const { sessionId, turn, status } = await now();
    expect(sessionId).toBe(threads.own);
    expect(turn).toBeUndefined();
    expect(status.evidence.source).not.toBe('hook');
    expect((await types()).filter((type) => type === 'said')).toHaveLength(3);
  });

  test('leaves it for the next daemon', async () => {
    process.kill(await world.daemonPid(client), 'SIGKILL');
    await until('it is gone', () => client.closed);
    expect(await notify(threads.own)).toBe(0);
    client = await world.connect();
    expect((await now()).sessionId).toBe(threads.own);
  });

  test("runs the person's own with the payload as its last word, and is held up neither by one that hangs nor by one that is not there", async () => {
    const script = join(home, 'own.cjs');
    const heard = join(home, 'heard.json');
    writeFileSync(
      script,
      `const fs = require('fs'); fs.writeFileSync('${heard}.new', JSON.stringify([process.pid, ...process.argv.slice(2)]));
       fs.renameSync('${heard}.new', '${heard}'); setInterval(() => {}, 1000);`,
    );
    expect(await notify(threads.own, [process.execPath, script, "a 'word' $HOME"])).toBe(0);
    await until('it has heard', () => existsSync(heard));
    const [pid, word, payload, ...more] = JSON.parse(readFileSync(heard, 'utf8'));
    expect([word, JSON.parse(payload)['thread-id'], more]).toEqual(["a 'word' $HOME", threads.own, []]);
    process.kill(pid, 'SIGKILL');
    expect(await notify(threads.own, [join(home, 'is-not-there'), 'x'])).toBe(0);
    expect((await types()).filter((type) => type === 'said')).toHaveLength(2);
  });
});
