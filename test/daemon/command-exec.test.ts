import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { TEXT_LIMIT } from '../../src/schema/activity.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, untilAgent } from './chat.ts';
import { createWorld, env, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const start = (name: string, prompt: string, more: object = {}) =>
  world.start(client, name, undefined, { argv: undefined, runtime: 'command-exec', prompt, ...more });
const ended = (name: string) => untilAgent(client, name, 'has ended', ({ endedAt }) => endedAt !== null);
const printed = async (name: string, stream: string) =>
  ofType(await eventsOf(client, name), 'raw').flatMap((event) => (event.stream === stream ? [event.text] : []));
/** A file in which a command wrote the ids of processes, one a line. */
const pidsIn = (file: string, count: number) =>
  until(`${count} processes in ${file}`, () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    return lines.length === count ? lines.map(Number) : null;
  });

describe('a shell command as an agent', () => {
  test('the folder in the environment that it is given is its own, not that of the command that started it', async () => {
    const given = "tr '\\0' '\\n' </proc/$$/environ | grep PWD=";
    const agent = await start('c', given, { worktree: true, env: { ...env(), PWD: world.root, OLDPWD: '/' } });
    await ended('c');
    expect(await printed('c', 'stdout')).toEqual([`PWD=${agent.worktree}`]);
  });

  test('tells each line as it comes, all of its output at its end, and ends well by its exit code', async () => {
    const script = `echo "it's in $PWD"; echo second; echo aside >&2; echo; printf 'no end'`;
    await start('c', script);
    const agent = await ended('c');
    expect(agent).toMatchObject({
      status: { state: 'completed' },
      exit: { code: 0 },
      turn: { number: 1, startedAt: null },
    });
    expect(await printed('c', 'stdout')).toEqual([`it's in ${world.root}`, 'second', '', 'no end']);
    expect(await printed('c', 'stderr')).toEqual(['aside']);
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'turnStarted')).toMatchObject([{ turn: 1, prompt: script }]);
    expect(ofType(events, 'said')).toMatchObject([{ text: `it's in ${world.root}\nsecond\n\nno end`, plain: true }]);
    expect(ofType(events, 'turnEnded')).toMatchObject([{ turn: 1, outcome: 'completed', message: null }]);
    expect(ofType(events, 'prompted')).toMatchObject([{ text: script, receipt: 'submitted' }]);
  });

  test('works in its worktree, and a silent one ends too', async () => {
    const { cwd } = await start('c', 'echo new > made.txt', { worktree: true });
    await ended('c');
    expect(cwd).not.toBe(world.root);
    expect(readFileSync(join(cwd, 'made.txt'), 'utf8')).toBe('new\n');
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'said')).toEqual([]);
    expect(ofType(events, 'turnEnded')).toMatchObject([{ outcome: 'completed' }]);
  });

  test('its screen has each line once, and how it ended', async () => {
    const { id, epoch } = await start('c', 'echo first; echo second; echo aside >&2; exit 3');
    await ended('c');
    const screen = await until('its end is on the screen', async () => {
      const { lines } = await client.call('agent.screen', { agent: id, ansi: false, epoch });
      return lines.some((line) => line.startsWith('failed:')) ? lines : null;
    });
    // Which of the two streams is read first is not said.
    expect(screen.filter((line) => /^(first|second|aside)$/.test(line)).sort()).toEqual([
      'aside',
      'aside',
      'first',
      'second',
    ]);
  });

  test('fails with its exit code and what it said on standard error', async () => {
    await start('c', 'echo half; echo "no such thing" >&2; exit 3');
    expect(await ended('c')).toMatchObject({ status: { state: 'failed' }, exit: { code: 3 } });
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'said').map(({ text }) => text)).toEqual(['half']);
    expect(ofType(events, 'turnEnded')).toMatchObject([
      { outcome: 'failed', message: 'the command ended with exit code 3\nno such thing' },
    ]);
  });

  test('reads nothing, and is given no more of its output than a record holds: the beginning and the end', async () => {
    await start('c', 'cat; i=0; while [ $i -lt 3000 ]; do printf "%s %01000d\\n" $i 0; i=$((i+1)); done');
    expect(await ended('c')).toMatchObject({ status: { state: 'completed' } });
    const [said] = ofType(await eventsOf(client, 'c'), 'said');
    const lines = said!.text.split('\n');
    expect(said!.text.length).toBeLessThanOrEqual(TEXT_LIMIT + 100);
    expect(lines[0]).toMatch(/^0 0+$/);
    expect(lines.at(-1)).toMatch(/^2999 0+$/);
    const left = lines.find((line) => line.includes('left out'));
    expect(Number(/\d+/.exec(left!)![0]) + lines.length - 1).toBe(3000);
  });

  test.each(['is stopped', 'takes too long'])('that %s ends with everything it started', async (how) => {
    const file = join(world.root, 'pids');
    const script = `echo $$ >> ${file}; (echo $(sh -c 'echo $PPID') >> ${file}; sleep 1000) & echo begun; sleep 1000; sleep 1000`;
    await start('c', script, how === 'is stopped' ? {} : { timeouts: { total: 6000 } });
    const pids = await pidsIn(file, 2);
    if (how === 'is stopped') await client.call('agent.stop', { agent: 'c' });
    const { status } = await ended('c');
    expect(status.state).toBe(how === 'is stopped' ? 'cancelled' : 'timed_out');
    await until('all of it is gone', () => pids.every((pid) => processStart(pid) === null));
    expect(ofType(await eventsOf(client, 'c'), 'turnEnded')).toHaveLength(1);
  });

  test('goes on while no daemon runs, and nothing that it printed is lost or told twice', async () => {
    const go = join(world.root, 'go');
    const over = join(world.root, 'over');
    await start(
      'c',
      `for i in 1 2 3; do echo line $i; done; until [ -e ${go} ]; do sleep 0.05; done; echo last; : > ${over}`,
    );
    await until('three lines', async () => (await printed('c', 'stdout')).length === 3);
    await kill(await world.daemonPid(client));
    writeFileSync(go, '');
    await until('it is at its end', () => existsSync(over));
    client = await world.connect();
    expect(await ended('c')).toMatchObject({ status: { state: 'completed' } });
    expect(await printed('c', 'stdout')).toEqual(['line 1', 'line 2', 'line 3', 'last']);
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'said').map(({ text }) => text)).toEqual(['line 1\nline 2\nline 3\nlast']);
    expect(ofType(events, 'turnEnded')).toMatchObject([{ outcome: 'completed' }]);
  });
});
