import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

let root: string;
beforeAll(() => {
  root = makeRepository();
});
afterAll(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const run = (name: string, prompt: string, ...more: string[]) =>
  boocode(root, ['run', name, '-r', 'demo', '--prompt', prompt, ...more]);

describe('run with an agent that is driven without a screen', () => {
  test('prints what it says on standard output, what it does on standard error, and ends with it', () => {
    const { code, out, err } = run('talk', 'say one\nrun echo x\nstream 3 1\nsay two', '--auto-approve');
    expect({ code, out }).toEqual({ code: 0, out: 'one\nword1 word2 word3 \ntwo\n' });
    expect(err).toMatch(/^● echo x$/m);
    expect(err).toMatch(/talk {2}. completed {2}its work was done \(exit code 0\)$/m);
  });

  test('with --json gives one value: the conversation, tokens and cost', () => {
    const value = json<object>(
      root,
      'run',
      'sums',
      '-r',
      'demo',
      '--prompt',
      'say one\ntokens 100 10\nsay two',
      '--json',
    );
    expect(value).toMatchObject({
      agent: {
        runtime: 'demo-chat',
        status: { state: 'completed' },
        turn: { number: 1, startedAt: null },
        model: 'demo-small',
      },
      lines: ['one', 'two'],
      result: 'two',
      turns: [{ number: 1, outcome: 'completed' }],
      tokens: { input: 100, output: 10 },
      cost: { usd: 0.00045, provenance: 'reported' },
    });
  });

  test('fails where its turn fails, and where its time is over', () => {
    const failed = run('fails', 'say one\nfail no more');
    expect(failed).toMatchObject({ code: 1, out: 'one\n' });
    expect(failed.err).toContain('failed  its last turn failed');
    expect(run('slow', 'wait 60000', '--timeout', '1').code).toBe(124);
    expect(run('nothing', 'say x', '--model', 'demo-large', '--json').code).toBe(0);
    const empty = boocode(root, ['run', 'empty', '-r', 'demo']);
    expect(empty).toMatchObject({ code: 2 });
    expect(empty.err).toContain('was given nothing to do');
  });

  test('--pause-on-approval ends with 10 and says what waits; after the answer --resume goes on in the same turn', () => {
    const { code, err } = run('asks', 'say one\nrun echo "a b"\nsay two', '--pause-on-approval');
    expect(code).toBe(10);
    const [, id] = /answer: {2}boocode approve (\S+) /.exec(err)!;
    expect(err).toContain(`  ${id}  Bash  echo "a b"`);
    expect(err).toContain('go on:   boocode run --resume asks --pause-on-approval');
    const again = boocode(root, ['run', '--resume', 'asks', '--pause-on-approval', '--json']);
    expect(again.code).toBe(10);
    expect(JSON.parse(again.out).pending).toMatchObject({ question: 'echo "a b"', approvals: [{ id }] });
    expect(boocode(root, ['approve', id!]).code).toBe(0);
    const last = boocode(root, ['run', '--resume', 'asks', '--pause-on-approval']);
    expect({ code: last.code, out: last.out }).toEqual({ code: 0, out: 'two\n' });
  });

  test('--resume prints what was said between an answer and the next question, though nobody was there', async () => {
    run('twice', 'run echo a\nsay between\nrun echo b', '--pause-on-approval');
    const inbox = () => boocode(root, ['inbox']).out;
    const id = /^(\S+) +twice +Bash +\S+ +echo a/m.exec(inbox())![1]!;
    expect(boocode(root, ['approve', id]).code).toBe(0);
    await until('it asks again', () => /twice +Bash +\S+ +echo b/.test(inbox()), { seen: inbox });
    const { code, out } = boocode(root, ['run', '--resume', 'twice', '--pause-on-approval']);
    expect({ code, out }).toEqual({ code: 10, out: 'between\n' });
  });

  test('resume goes on with the session of one that is done', () => {
    run('again', 'say one');
    const { code, out } = boocode(root, ['run', '--resume', 'again', '--prompt', 'say two']);
    expect({ code, out }).toEqual({ code: 0, out: 'I remember 1 prompt.\ntwo\n' });
    const resumed = boocode(root, ['resume', 'again', '--prompt', 'say three']);
    expect(resumed.code).toBe(0);
    expect(boocode(root, ['wait', 'again', '--for', 'idle']).code).toBe(0);
    expect(boocode(root, ['interrupt', 'again'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no turn of again runs'),
    });
    expect(boocode(root, ['send', 'again', 'say four', '--wait']).out).toMatch(/^submitted; idle: turn 4 is done$/m);
  });

  test('starts nothing with an image that is none', () => {
    const bare = run('blind', 'say one', '--image', 'nowhere.png,package.json');
    expect(bare).toMatchObject({ code: 2, err: expect.stringMatching(/there is no file .*nowhere.png/) });
    expect(run('blind', 'say one', '--image', '.git/config').err).toContain('is no image that agents take');
    expect(boocode(root, ['show', 'blind']).code).toBe(3);
  });

  test('goes on with it when its daemon is killed: nothing that it says is missing or comes twice', async () => {
    const go = join(root, 'go');
    const script = `say up\nrun until [ -e ${go} ]; do sleep 0.05; done\nstream 3 1\nsay down`;
    const argv = [process.execPath, program, 'run', 'kept', '-r', 'demo', '--auto-approve', '--prompt', script];
    const terminal = openTerminal(argv, { cwd: root });
    await terminal.shows('● until');
    process.kill(json<{ pid: number }>(root, 'daemon', 'status').pid, 'SIGKILL');
    const waits = openTerminal([process.execPath, program, 'wait', 'kept'], { cwd: root });
    writeFileSync(go, '');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.text().replace(/\r/g, '')).toMatch(
      /up\n.*● until[\s\S]*word1 word2 word3 *\ndown\nkept {2}. completed/,
    );
    expect(terminal.text().match(/up|word1|down/g)).toEqual(['up', 'word1', 'down']);
    expect(await waits.ended()).toBe(0);
    terminal.kill();
    waits.kill();
  });

  test('Ctrl-C stops it', async () => {
    const argv = [process.execPath, program, 'run', 'long', '-r', 'demo', '--prompt', 'say up\nwait 60000'];
    const terminal = openTerminal(argv, { cwd: root });
    await terminal.shows('up');
    terminal.type('\x03');
    expect(await terminal.ended()).toBe(130);
    terminal.kill();
    const state = () => json<{ status: { state: string } }>(root, 'show', 'long').status.state;
    await until('it has ended', () => state() === 'cancelled', { seen: state });
  });
});
