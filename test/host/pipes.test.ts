import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPipe } from '../../src/host/children/pipe.ts';
import type { Exit } from '../../src/schema/agent.ts';
import { spawnParams, startTestHost } from '../support/host.ts';
import { until } from '../support/wait.ts';

let t: Awaited<ReturnType<typeof startTestHost>>;
beforeEach(async () => {
  t = await startTestHost();
});
afterEach(() => t.stop());

const pipe = { kind: 'pipe' as const, quiet: true };

describe('a quiet program on pipes', () => {
  test('tells its lines, and its screen and history are what is shown of it', async () => {
    const { client } = t;
    await client.call('spawn', spawnParams('q', ['sh', '-c', 'echo \'{"json":1}\'; exec cat'], pipe));
    await until('its line', () => client.of('q', 'line').length === 1);
    client.peer.say('show', { child: 'q', text: 'readable\n' });
    await until('the text', async () => (await client.text('q')) === 'readable');
    const { lines } = await client.call('history', { child: 'q', from: null, count: 10, styled: false });
    expect(lines).toEqual([]);
    client.peer.say('show', { child: 'q', text: Array.from({ length: 200 }, (_, i) => `${i}\n`).join('') });
    await until('it is in the history', async () => {
      const page = await client.call('history', { child: 'q', from: 1, count: 10, styled: false });
      return page.lines[0]?.text === 'readable';
    });
  });

  test('reads what is written under one name once, also when it is asked for again; its input ends when that is asked', async () => {
    const { client } = t;
    await client.call('spawn', spawnParams('q', ['cat'], pipe));
    const write = (text: string, once: string) => client.call('input', { child: 'q', text, once });
    expect(await write('one\n', 'a')).not.toHaveProperty('again');
    expect(await write('one\n', 'a')).toMatchObject({ again: true });
    await write('two\n', 'b');
    await client.call('input', { child: 'q', text: 'three\n', end: true });
    await until('it has ended', () => client.of('q', 'exited').length === 1);
    expect(client.of('q', 'line').map((event) => event.type === 'line' && event.text)).toEqual(['one', 'two', 'three']);
    expect(client.of('q', 'exited')).toEqual([{ type: 'exited', exit: { code: 0, signal: null } }]);
  });

  test('loses no line however many nobody acknowledges', async () => {
    const { client } = t;
    await client.call('spawn', spawnParams('q', ['seq', '1', '30000'], pipe));
    await until('it has ended', () => client.of('q', 'exited').length === 1);
    const other = t.connect();
    await other.call('events', { after: 0 });
    await until('all is told again', () => other.of('q', 'exited').length === 1);
    expect(other.of('q', 'line')).toHaveLength(30_000);
  });

  test('is read no faster than its lines are acknowledged, and wholly in the end', async () => {
    const { client } = t;
    const big = `head -c 60000000 /dev/zero | tr '\\0' x | fold -w 100000; echo; echo end`;
    await client.call('spawn', spawnParams('q', ['sh', '-c', big], pipe));
    let told = 0;
    await until('it waits for us', async () => {
      const before = told;
      told = client.of('q', 'line').length;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return told > 100 && told === before;
    });
    expect(told).toBeLessThan(400);
    await until('all of it', async () => {
      await client.call('ack', { seq: client.events.at(-1)!.seq });
      return client.of('q', 'exited').length === 1;
    });
    expect(client.of('q', 'line').at(-1)).toMatchObject({ text: 'end' });
  });
});

test('where there is no starter (other systems than Linux) the host starts a program itself', async () => {
  const told = { stdout: '', stderr: '' };
  const ended = Promise.withResolvers<Exit>();
  const argv = ['sh', '-c', 'cat; echo end >&2; exit 5'];
  const env = { PATH: process.env.PATH! };
  const program = await openPipe(
    { file: '/bin/sh', argv, cwd: '/', env, size: { cols: 80, rows: 24 }, stdin: 'one\n' },
    { onOutput: (bytes, stream) => void (told[stream] += bytes.toString()), onEnd() {}, onExit: ended.resolve },
  );
  expect(program.pid).toBeGreaterThan(0);
  expect(await ended.promise).toEqual({ code: 5, signal: null });
  expect(told).toEqual({ stdout: 'one\n', stderr: 'end\n' });
  const refused = openPipe(
    { file: '/nowhere/x', argv: ['x'], cwd: '/', env, size: { cols: 80, rows: 24 }, stdin: null },
    { onOutput() {}, onEnd() {}, onExit() {} },
  );
  await expect(refused).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^x could not be started/),
  });
});
