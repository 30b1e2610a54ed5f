import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { trust } from '../../src/storage/trust.ts';
import { projectPaths, userConfigPath } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, startChat, untilAgent } from './chat.ts';
import { createWorld, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const profile = (autofix: object, runtime = 'demo-chat') =>
  JSON.stringify({ profiles: { fixer: { runtime, autofix } } });
/** The user's own config: what it runs needs no trust. */
const user = (autofix: object) => write(userConfigPath(), profile(autofix));
const fixer = { runtime: undefined, profile: 'fixer', unattended: 'auto' };
const start = (prompt: string, more: object = {}) => startChat(world, client, 'c', prompt, { ...fixer, ...more });
/** What the checks of an agent came to, by turn. */
const checks = (events: readonly AgentEvent[]) =>
  ofType(events, 'checkEnded').map(({ turn, outcome, next }) => [turn, outcome, ...(next ? [next] : [])].join(' '));
const toolUse = (input: object) => ({
  type: 'assistant',
  session_id: 's',
  message: { id: 'm', role: 'assistant', model: 'm', content: [{ type: 'tool_use', id: 't', name: 'Edit', input }] },
});
const untilChecked = (turn: number, state: NonNullable<Agent['check']>['state']) =>
  untilAgent(
    client,
    'c',
    `has ${state} after turn ${turn}`,
    ({ check }) => check?.turn === turn && check.state === state,
  );
const running = async () => {
  const { check } = await untilAgent(client, 'c', 'is checked', (agent) => agent.check?.state === 'running');
  const { pid } = check!.process!;
  await until('its command is where it stays', () => existsSync(join(world.root, `stays-${pid}`)));
  return check!.process!;
};
/** Says that nothing but a signal ends the command from here on. */
const stays = () => `touch ${world.root}/stays-$$`;
const isGone = ({ pid, start: since }: { pid: number; start: string }) =>
  until(`the check ${pid} is gone`, () => processStart(pid) !== since);

describe('a turn that edited files', () => {
  test('is checked, and its errors are the next prompt until they are gone', async () => {
    user({ command: "test -f fixed || { echo 'write fixed yes'; exit 3; }" });
    const { autofix } = await start('write broken yes');
    expect(autofix).toBe('on');
    await untilChecked(2, 'passed');
    const events = await eventsOf(client, 'c');
    expect(checks(events)).toEqual(['1 failed told', '2 passed']);
    expect(ofType(events, 'checkBegan').map(({ round, rounds, folder }) => [round, rounds, folder])).toEqual([
      [0, 3, world.root],
      [1, 3, world.root],
    ]);
    const [, second] = ofType(events, 'turnStarted');
    expect(second?.prompt).toMatch(/fails after your last edits \(exit code 3\).*\(round 1 of 3\)/);
    expect(second?.prompt).toContain('write fixed yes');
    expect(ofType(events, 'prompted').map(({ receipt }) => receipt)).toEqual(['submitted', 'submitted']);
    const { turns } = await client.call('timeline.get', { agent: 'c' });
    expect(turns.map(({ check }) => [check?.outcome, check?.round])).toEqual([
      ['failed', 0],
      ['passed', 1],
    ]);
  });

  test('is checked by the script of package.json, and an agent that mends nothing is left after so many rounds', async () => {
    user({ rounds: 2 });
    const manifest = { scripts: { build: 'cat input; echo write again x; exit 1' } };
    write(join(world.root, 'package.json'), JSON.stringify(manifest));
    const told: string[] = [];
    const listener = await world.connect({ on: { message: ({ text }) => void told.push(text) } });
    await listener.call('subscribe', {});
    await start('write broken yes');
    await untilChecked(3, 'failed');
    const events = await eventsOf(client, 'c');
    expect(checks(events)).toEqual(['1 failed told', '2 failed told', '3 failed gaveUp']);
    expect(ofType(events, 'checkBegan')[0]?.command).toBe('npm run build');
    await until('it is said', () => told.some((text) => text.includes('given up after 2 rounds')), {
      seen: () => told,
    });
    // Whoever comes afterwards is checked as at first.
    await client.call('agent.prompt', { agent: 'c', text: 'write more x', images: [] });
    await untilChecked(6, 'failed');
    expect(checks(await eventsOf(client, 'c')).slice(3)).toEqual(['4 failed told', '5 failed told', '6 failed gaveUp']);
  });

  test('alone is checked: one without edits, or with edits elsewhere, is not', async () => {
    user({ command: 'touch was-run' });
    await start('say nothing');
    await untilChecked(1, 'none');
    // In a checkout that others write to as well only what is reported is the agent's.
    await client.call('agent.prompt', { agent: 'c', text: 'run echo x > unseen', images: [] });
    await untilChecked(2, 'none');
    expect(existsSync(join(world.root, 'was-run'))).toBe(false);
    await client.call('agent.prompt', { agent: 'c', text: 'write seen x', images: [] });
    await untilChecked(3, 'passed');
    expect(existsSync(join(world.root, 'was-run'))).toBe(true);
  });

  test('in a worktree of its own is seen also where a command wrote, and what the check writes is no edit', async () => {
    user({ command: 'echo built >> built.txt' });
    const { worktree } = await start('run echo x > unseen', { worktree: true });
    await untilChecked(1, 'passed');
    for (const [turn, text] of ['run true', 'read unseen'].entries()) {
      await client.call('agent.prompt', { agent: 'c', text, images: [] });
      await untilChecked(turn + 2, 'none');
    }
    expect(readFileSync(join(worktree!, 'built.txt'), 'utf8')).toBe('built\n');
  });
});

describe('while a check runs', () => {
  const slow = () => `if test -f calm; then exit 0; fi; trap "" TERM; ${stays()}; while true; do sleep 0.1; done`;

  test('somebody else begins a turn: it is ended, nothing is pushed in between, and it is made anew after that', async () => {
    user({ command: slow() });
    await start('write broken yes');
    const first = await running();
    await client.call('agent.prompt', { agent: 'c', text: 'say hello', images: [] });
    await isGone(first);
    // The second turn edited nothing, yet what the first one did has not been checked.
    const second = await running();
    expect(second.pid).not.toBe(first.pid);
    writeFileSync(join(world.root, 'calm'), '');
    await client.call('agent.prompt', { agent: 'c', text: 'say again', images: [] });
    await untilChecked(3, 'passed');
    const events = await eventsOf(client, 'c');
    expect(checks(events)).toEqual(['1 overtaken', '2 overtaken', '3 passed']);
    expect(ofType(events, 'turnStarted').map(({ prompt }) => prompt)).toEqual([
      'write broken yes',
      'say hello',
      'say again',
    ]);
    await isGone(second);
  });

  test.each(['stop', 'remove'] as const)('its agent is ended (%s): nothing of it is left', async (how) => {
    user({ command: slow() });
    await start('write broken yes', { worktree: true });
    const check = await running();
    if (how === 'stop') await client.call('agent.stop', { agent: 'c' });
    else await client.call('agent.rm', { agent: 'c' });
    expect(processStart(check.pid)).not.toBe(check.start);
    if (how === 'stop') expect(checks(await eventsOf(client, 'c'))).toEqual(['1 cancelled']);
  });

  test('others wait for their turn, and are ended while they do', async () => {
    user({ command: `${stays()}; sleep 1000` });
    const names = Array.from({ length: Math.max(2, Math.floor(availableParallelism() / 2)) + 1 }, (_, n) => `a${n}`);
    for (const name of names) await startChat(world, client, name, `write ${name} x`, fixer);
    const states = async () =>
      (await client.call('agent.list', { all: false })).agents.map(({ check }) => check?.state);
    await until(
      'all but one are checked',
      async () => {
        const known = await states();
        return known.filter((state) => state === 'running').length === names.length - 1 && known.includes('due');
      },
      { seen: states },
    );
    const { agents } = await client.call('agent.list', { all: false });
    const waits = agents.find(({ check }) => check?.state === 'due')!;
    await client.call('agent.stop', { agent: waits.name });
    const { agent } = await client.call('agent.get', { agent: waits.name });
    expect(agent.check).toMatchObject({ state: 'cancelled' });
    expect(ofType(await eventsOf(client, waits.name), 'checkBegan')).toEqual([]);
  });

  test('its agent dies: it is ended', async () => {
    user({ command: slow() });
    await start('write broken yes');
    const check = await running();
    const { agent } = await client.call('agent.get', { agent: 'c' });
    process.kill(agent.pid!, 'SIGKILL');
    await untilChecked(1, 'cancelled');
    await isGone(check);
  });

  test('time is over: it is ended though it does not listen, and nobody is told to mend that', async () => {
    user({ command: slow(), timeoutSec: 2 });
    await start('write broken yes');
    const { check } = await untilAgent(client, 'c', 'is checked', (agent) => agent.check?.process !== undefined);
    await untilChecked(1, 'timedOut');
    await isGone(check!.process!);
    expect((await client.call('agent.get', { agent: 'c' })).agent.queue).toBeUndefined();
  });

  test('the daemon is killed: it is made anew, and told once', async () => {
    user({
      command: `echo run >> runs; if test -f go; then echo say mended; exit 1; fi; ${stays()}; sleep 1000`,
      rounds: 1,
    });
    await start('write broken yes');
    const first = await running();
    await kill(await world.daemonPid(client));
    expect(processStart(first.pid)).toBe(first.start);
    writeFileSync(join(world.root, 'go'), '');
    client = await world.connect();
    await untilChecked(2, 'none');
    expect(processStart(first.pid)).not.toBe(first.start);
    const events = await eventsOf(client, 'c');
    expect(checks(events)).toEqual(['1 failed told', '2 none']);
    expect(ofType(events, 'checkBegan')).toHaveLength(2);
    expect(ofType(events, 'prompted')).toHaveLength(2);
    expect(readFileSync(join(world.root, 'runs'), 'utf8')).toBe('run\nrun\n');
  });

  test('it prints megabytes: the beginning and the end are kept', async () => {
    user({ command: 'echo first; seq 1 400000; echo write fixed x; test -f fixed' });
    await start('write broken yes');
    await untilChecked(2, 'passed');
    const [failed] = ofType(await eventsOf(client, 'c'), 'checkEnded');
    expect(failed!.output.length).toBeLessThanOrEqual(8000);
    expect(failed!.output).toMatch(/^first\n1\n2\n/);
    expect(failed!.output).toMatch(/\n400000\nwrite fixed x\n$/);
  });

  test('it prints without end: it is ended', async () => {
    user({ command: 'yes a line that is long enough to be many of them' });
    await start('write broken yes');
    await untilChecked(1, 'unable');
    const [ended] = ofType(await eventsOf(client, 'c'), 'checkEnded');
    expect(ended).toMatchObject({ reason: 'it printed without end' });
  });
});

test('a program that ends with its turn is begun again with the errors; where it is gone by then, nobody waits for it', async () => {
  // What Claude Code prints of one turn with an edit.
  const lines = [
    {
      type: 'system',
      subtype: 'init',
      cwd: world.root,
      session_id: 's',
      tools: [],
      model: 'm',
      permissionMode: 'default',
    },
    toolUse({ file_path: join(world.root, 'file.txt'), old_string: 'a', new_string: 'b' }),
    {
      type: 'user',
      session_id: 's',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] },
    },
    { type: 'result', subtype: 'success', is_error: false, session_id: 's', result: 'done', duration_ms: 1 },
  ].map((line) => JSON.stringify(line));
  const program = join(world.root, 'once.sh');
  writeFileSync(program, `#!/bin/sh\ncat <<'EOF'\n${lines.join('\n')}\nEOF\n`, { mode: 0o755 });
  const autofix = { command: `test -f again && rm ${program}; touch again; exit 1` };
  write(
    userConfigPath(),
    JSON.stringify({ profiles: { fixer: { runtime: 'claude-exec', command: program, autofix } } }),
  );
  await start('change it', { unattended: undefined });
  const { epoch, status } = await untilChecked(2, 'cancelled');
  expect({ epoch, state: status.state }).toEqual({ epoch: 3, state: 'failed' });
  expect(ofType(await eventsOf(client, 'c'), 'checkEnded').map(({ outcome, reason }) => reason ?? outcome)).toEqual([
    'failed',
    'failed',
    'it could not be begun again',
  ]);
});

describe('what cannot be checked', () => {
  test('is said: no script, nothing installed, a command that is not there', async () => {
    user({});
    await start('write broken yes');
    await untilChecked(1, 'unable');
    const manifest = { scripts: { build: 'tsc' }, devDependencies: { typescript: '1' } };
    write(join(world.root, 'package.json'), JSON.stringify(manifest));
    await client.call('agent.prompt', { agent: 'c', text: 'write more x', images: [] });
    await untilChecked(2, 'unable');
    user({ command: 'there-is-no-such-command-here' });
    await client.call('agent.prompt', { agent: 'c', text: 'write more x', images: [] });
    await untilChecked(3, 'unable');
    const reasons = ofType(await eventsOf(client, 'c'), 'checkEnded').map(({ reason }) => reason);
    expect(reasons).toEqual([
      expect.stringContaining('there is no package.json'),
      expect.stringContaining('node_modules is missing'),
      expect.stringContaining('was not found'),
    ]);
  });

  test('is an agent in its own screen', async () => {
    user({});
    const agent = await world.start(client, 's', undefined, {
      ...{ argv: undefined, profile: 'fixer', runtime: 'demo', worktree: false },
    });
    expect(agent).toMatchObject({ runtime: 'demo', autofix: 'screen' });
  });

  test("is what a repository's own config wants, until its user has trusted it, and when that is taken back", async () => {
    write(userConfigPath(), '{}');
    const { config } = projectPaths(world.root);
    write(config, profile({ command: 'touch was-run' }));
    await expect(start('write broken yes')).rejects.toThrow(/not trusted/);
    trust(world.root, readFileSync(config));
    await start('write broken yes');
    await untilChecked(1, 'passed');
    execFileSync('rm', [join(world.root, 'was-run')]);
    write(config, profile({ command: 'touch was-run; touch worse' }));
    await client.call('agent.prompt', { agent: 'c', text: 'write more x', images: [] });
    await untilChecked(2, 'unable');
    expect(existsSync(join(world.root, 'was-run'))).toBe(false);
  });
});
