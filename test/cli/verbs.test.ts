import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

interface Shown {
  id: string;
  name: string;
  pid: number;
  branch: string;
  worktree: string;
  status: { state: string; evidence: { source: string; detail: string }; since: string };
  exit: { code: number | null } | null;
}

const root = makeRepository();
afterAll(() => void boocode(root, ['daemon', 'stop', '--agents', '--yes']));

describe('the life of an agent from the shell', () => {
  test('new prints it, ls and show know it, by name, id and prefix', () => {
    const made = json<Shown>(root, 'new', 'sum', '--', 'sh', '-c', 'read x; echo "got $x"; exec cat');
    expect(made).toMatchObject({ name: 'sum', branch: 'boo/sum' });
    expect(json<{ agents: Shown[] }>(root, 'ls').agents.map((agent) => agent.name)).toEqual(['sum']);
    for (const query of ['sum', made.id, made.id.slice(0, 20)])
      expect(json<Shown>(root, 'show', query).id).toBe(made.id);
    expect(boocode(root, ['ls']).out).toMatch(/NAME +STATUS[\s\S]*sum/);
    expect(boocode(root, ['doctor']).out).toMatch(/ 1 agent on 1 host$/m);
  });

  test('an agent can be asked for from a folder below, from its own worktree, and with --project', () => {
    const { worktree } = json<Shown>(root, 'show', 'sum');
    for (const folder of [join(root, '.git', '..'), worktree])
      expect(json<Shown>(folder, 'show', 'sum').name).toBe('sum');
    expect(json<Shown>('/', 'show', 'sum', '--project', root).name).toBe('sum');
  });

  test('the same pair is refused with the state it is in; an unknown agent lists the known ones', () => {
    const again = boocode(root, ['new', 'sum', '--', 'cat']);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/sum/);
    const missing = boocode(root, ['show', 'nobody']);
    expect(missing.code).toBe(3);
    expect(missing.err).toMatch(/there is no agent "nobody"; known: sum/);
  });

  test('send gives a receipt, keys are pressed, output and screen show what came', async () => {
    expect(json(root, 'send', 'sum', 'three').receipt).toBe('submitted');
    await until('the answer', () => boocode(root, ['output', 'sum']).out.includes('got three'));
    expect(boocode(root, ['keys', 'sum', 'a', 'b', 'Enter']).code).toBe(0);
    await until('the echo', () => /^ab$/m.test(boocode(root, ['screen', 'sum']).out));
    expect(boocode(root, ['send', 'sum', '-'], { input: 'from a pipe\n' }).out).toMatch(/^(submitted|accepted): /);
    await until('the piped text', () => boocode(root, ['output', 'sum', '-n', '5']).out.includes('from a pipe'));
    expect(boocode(root, ['screen', 'sum', '--ansi']).out).toContain('got three');
  });

  test('wait ends with the state, with 124, or with 1 when it ended otherwise', () => {
    expect(boocode(root, ['wait', 'sum', '--timeout', '0.3']).code).toBe(124);
    expect(json<Shown>(root, 'stop', 'sum').status.state).toBe('cancelled');
    expect(boocode(root, ['show', 'sum']).out).toMatch(/^ended +\S+ ago, ended by SIG[A-Z]+$/m);
    expect(boocode(root, ['wait', 'sum']).code).toBe(0);
    expect(boocode(root, ['wait', 'sum', '--for', 'completed']).code).toBe(1);
  });

  test('restart is a new life; stop --all needs an answer', async () => {
    expect(json<Shown>(root, 'restart', 'sum').name).toBe('sum');
    await until('it runs again', () => json<Shown>(root, 'show', 'sum').pid);
    const refused = boocode(root, ['stop', '--all']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('sum');
    expect(json<{ agents: Shown[] }>(root, 'stop', '--all', '--yes').agents.map((agent) => agent.name)).toEqual([
      'sum',
    ]);
  });

  test('rm asks, saves, and restore brings the work back', () => {
    const { worktree } = json<Shown>(root, 'show', 'sum');
    writeFileSync(join(worktree, 'draft.txt'), 'unsaved\n');
    writeFileSync(join(worktree, 'bad\x1b]0;title\x07'), '');
    appendFileSync(join(root, '.git', 'info', 'exclude'), '*.env\n');
    writeFileSync(join(worktree, 'own.env'), 'secret');
    const refused = boocode(root, ['rm', 'sum']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('draft.txt');
    expect(refused.err).toContain('What git ignores is not saved: own.env.');
    // Names are an agent's: what they hold never reaches the terminal as it is.
    expect(refused.err).not.toContain('\x1b');
    expect(existsSync(join(worktree, 'draft.txt'))).toBe(true);
    expect(json<{ saved: { ref: string } }>(root, 'rm', 'sum', '--yes').saved.ref).toMatch(/^refs\/boocode\/saved\//);
    expect(existsSync(worktree)).toBe(false);
    expect(json<{ agents: Shown[] }>(root, 'ls', '--all').agents).toEqual([]);
    const back = json<Shown>(root, 'restore', 'sum');
    expect(existsSync(join(back.worktree, 'draft.txt'))).toBe(true);
  });
});

describe('run', () => {
  test('prints what the command says, line by line, and ends with it', () => {
    const done = boocode(root, ['run', 'count', '--', 'sh', '-c', 'for i in $(seq 1 300); do echo "line $i"; done']);
    expect(done.code).toBe(0);
    expect(done.out).toBe(Array.from({ length: 300 }, (_, i) => `line ${i + 1}\n`).join(''));
  });

  test('1 when it fails, 124 when its time is over, and one JSON value with --json', () => {
    expect(boocode(root, ['run', 'bad', '--', 'sh', '-c', 'echo no; exit 7']).code).toBe(1);
    expect(boocode(root, ['run', 'slow', '--timeout', '0.5', '--', 'sleep', '30']).code).toBe(124);
    const value = json<{ agent: Shown; lines: string[] }>(root, 'run', 'said', '--', 'echo', 'hello');
    expect(value).toMatchObject({ agent: { name: 'said', exit: { code: 0 } }, lines: ['hello'] });
  });

  test('Ctrl-C stops it and gives 130', async () => {
    const terminal = openTerminal([process.execPath, program, 'run', 'long', '--', 'sh', '-c', 'echo up; sleep 60'], {
      cwd: root,
    });
    await terminal.shows(/^up/m);
    terminal.type('\x03');
    expect(await terminal.ended()).toBe(130);
    terminal.kill();
    expect(json<Shown>(root, 'show', 'long').status.state).toBe('cancelled');
  });
});

test('output -f goes on until the agent ends', async () => {
  json(root, 'new', 'ticks', '--', 'sh', '-c', 'echo one; read x; echo two; echo three');
  await until('the first line', () => boocode(root, ['output', 'ticks']).out.includes('one'));
  const terminal = openTerminal([process.execPath, program, 'output', 'ticks', '-f'], { cwd: root });
  await terminal.shows('one');
  boocode(root, ['keys', 'ticks', 'Enter']);
  expect(await terminal.ended()).toBe(0);
  expect(terminal.text()).toMatch(/one[\s\S]*two\s+three/);
  terminal.kill();
});

test('daemon stop leaves agents running, and the next command finds them', () => {
  json(root, 'new', 'stays', '--', 'cat');
  const { pid } = json<Shown>(root, 'wait', 'stays', '--for', 'running,idle,unknown', '--timeout', '10');
  expect(json(root, 'daemon', 'status').agents).toBeGreaterThan(0);
  expect(json(root, 'daemon', 'stop')).toEqual({ stopped: true, agents: false });
  const found = json<Shown>(root, 'show', 'stays');
  expect(found.pid).toBe(pid);
  expect(() => process.kill(pid, 0)).not.toThrow();
  expect(boocode(root, ['completion', '--agents']).out.split('\n')).toContain('stays');
  expect(boocode(root, ['daemon', 'stop']).out).toBe('The daemon has ended; 1 agent goes on.\n');
});

test('daemon stop --agents also ends agents that go on without a daemon', async () => {
  json(root, 'new', 'alone', '--', 'cat');
  const { pid } = json<Shown>(root, 'wait', 'alone', '--for', 'running,idle,unknown', '--timeout', '10');
  json(root, 'daemon', 'stop');
  expect(boocode(root, ['daemon', 'stop', '--agents', '--yes']).code).toBe(0);
  await until('its process is gone', () => !existsSync(`/proc/${pid}`));
  await until('no process of this project is left', () => processesWith(process.env.BOOCODE_TEST_ROOT!).length === 0, {
    seen: () => processesWith(process.env.BOOCODE_TEST_ROOT!),
  });
});

test('what brings an agent back can be typed as it is written, whatever the name', () => {
  const { worktree } = json<Shown>(root, 'new', 'two words', '--', 'cat');
  writeFileSync(join(worktree, 'draft.txt'), 'x\n');
  expect(boocode(root, ['rm', 'two words', '--yes']).out).toContain("; boocode restore 'two words' brings it back.");
});
