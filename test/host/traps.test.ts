import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPipe } from '../../src/host/children/pipe.ts';
import { openPty } from '../../src/host/children/pty.ts';
import type { Starter } from '../../src/host/starter/starter.ts';
import type { Exit } from '../../src/schema/agent.ts';
import { BooError } from '../../src/util/errors.ts';
import { connectSocket } from '../../src/wire/socket.ts';
import { spawnParams, startTestHost, testFolder } from '../support/host.ts';
import { until } from '../support/wait.ts';

let t: Awaited<ReturnType<typeof startTestHost>>;
beforeEach(async () => {
  t = await startTestHost();
});
afterEach(() => t.stop());
const exited = (child: string) => until(`${child} has ended`, () => t.client.of(child, 'exited').length === 1);

describe('what a child wrote last is never lost', () => {
  test('when it ends while the host is busy for longer than node-pty waits', async () => {
    await t.client.call('spawn', spawnParams('late', ['sh', '-c', 'sleep 0.1; seq 1 300; printf LAST']));
    const end = performance.now() + 700;
    while (performance.now() < end);
    await exited('late');
    const { lines } = await t.client.call('history', { child: 'late', from: 1, count: 1000, styled: false });
    expect(lines[0]!.text).toBe('1');
    expect(await t.client.text('late')).toMatch(/300\nLAST$/);
  });

  test('when many end at once right after writing', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `c${i}`);
    await Promise.all(ids.map((id) => t.client.call('spawn', spawnParams(id, ['sh', '-c', 'seq 1 2000; echo LAST']))));
    for (const id of ids) {
      await exited(id);
      const { total } = await t.client.call('history', { child: id, from: null, count: 1, styled: false });
      expect(total).toBe(2001 - 23);
      expect(await t.client.text(id)).toMatch(/2000\nLAST$/);
    }
  });

  test('when it ends while it is not its turn to be read, for longer than node-pty waits', async () => {
    const turns = { flood: () => {}, typed: () => {}, printed: () => {}, remove: () => {} };
    let output = '';
    let read = 0;
    const ended = Promise.withResolvers<void>();
    const env = { PATH: process.env.PATH! };
    // A first piece that counts as a flood's, then as much as a terminal holds for nobody.
    const argv = ['sh', '-c', 'stty raw -echo; printf %02000d 1; read a; printf %03000d 2; printf LAST'];
    const program = await openPty(
      { file: '/bin/sh', argv, cwd: '/', env, size: { cols: 80, rows: 24 }, stdin: null },
      { onOutput: (bytes) => void (output += bytes.toString()), onEnd() {}, onExit: () => ended.resolve() },
      { turns: { ...turns, flood: () => void read++ } },
    );
    await until('it counts as a flood', () => read === 1);
    program.write(Buffer.from('\n'));
    await ended.promise;
    expect(output).toHaveLength(2000 + 3000 + 'LAST'.length);
    expect(output.endsWith('2LAST')).toBe(true);
  });
});

test('the end of a program on pipes is told also when it printed nothing and had ended before its start was known', async () => {
  const starter: Starter = {
    pid: undefined,
    async start({ on }) {
      const path = 'socket' in on ? on.socket : '';
      const streams = await Promise.all([1, 2, 3].map(() => connectSocket(path)));
      const closed = streams.map((stream) => once(stream, 'close'));
      for (const stream of streams) stream.end().resume();
      await Promise.all(closed);
      // What the host has of them closes in these turns.
      for (let n = 0; n < 20; n++) await turn();
      return { pid: process.pid, exited: Promise.resolve({ code: 4, signal: null }) };
    },
    close() {},
  };
  const ended = Promise.withResolvers<Exit>();
  await openPipe(
    { file: '/bin/true', argv: ['true'], cwd: '/', env: {}, size: { cols: 80, rows: 24 }, stdin: null },
    { onOutput() {}, onEnd() {}, onExit: ended.resolve },
    { starter, folder: testFolder('p') },
  );
  expect(await ended.promise).toEqual({ code: 4, signal: null });
});

describe('a child that closes its terminal before its end', () => {
  test('is not hung up on: it ends as it wants to, and what it prints after opening it again is there', async () => {
    const script = 'echo FIRST; exec 0<&- 1>&- 2>&-; sleep 0.4; echo AGAIN > /dev/tty; sleep 0.3; exit 3';
    await t.client.call('spawn', spawnParams('closed', ['sh', '-c', script]));
    await exited('closed');
    expect(t.client.of('closed', 'exited')).toEqual([{ type: 'exited', exit: { code: 3, signal: null } }]);
    expect(await t.client.text('closed')).toMatch(/FIRST\nAGAIN/);
  });

  test('is told from one that was hung up, also when it ends right away', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `t${i}`);
    // touch closes all three before it ends.
    for (const id of ids) await t.client.call('spawn', spawnParams(id, ['touch', join(testFolder('touch'), id)]));
    for (const id of ids) await exited(id);
    const exits = ids.flatMap((id) => t.client.of(id, 'exited'));
    expect(exits).toEqual(ids.map(() => ({ type: 'exited', exit: { code: 0, signal: null } })));
  });
});

describe('children of two hosts that have the same name', () => {
  test('end each by itself', async () => {
    const other = await startTestHost();
    try {
      const { pid } = await other.client.call('spawn', spawnParams('same', ['sleep', '1000']));
      await t.client.call('spawn', spawnParams('same', ['sleep', '1000']));
      await t.client.call('stop', { child: 'same', graceMs: 1000 });
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect((await other.client.call('children', {})).children).toMatchObject([{ child: 'same', exit: null }]);
    } finally {
      await other.stop();
    }
  });
});

describe('a child that does not read', () => {
  test('costs no core while a large paste waits, and gets all of it when it reads again', async () => {
    const argv = ['sh', '-c', 'stty raw -echo; echo ready; kill -STOP $$; head -c 300000 | wc -c'];
    await t.client.call('spawn', spawnParams('deaf', argv));
    await until('it is ready', async () => (await t.client.text('deaf')).includes('ready'));
    const { queued } = await t.client.call('input', { child: 'deaf', text: 'x'.repeat(300_000) });
    expect(queued).toBeGreaterThan(250_000);
    const before = process.cpuUsage();
    const start = performance.now();
    await until('a second is over', () => performance.now() - start > 1000);
    const { user, system } = process.cpuUsage(before);
    // The waiting itself polls every 10 ms; a spinning write takes a whole core.
    expect((user + system) / 1e6).toBeLessThan(0.5);
    await t.client.call('signal', { child: 'deaf', signal: 'SIGCONT' });
    await until('all was read', async () => (await t.client.text('deaf')).includes('300000'));
  });

  test('has a bounded queue', async () => {
    await t.client.call('spawn', spawnParams('full', ['sh', '-c', 'stty raw -echo; sleep 100']));
    const text = 'x'.repeat(4 * 1024 * 1024);
    await t.client.call('input', { child: 'full', text });
    await expect(t.client.call('input', { child: 'full', text: text + text })).rejects.toThrow(
      /does not read its input/,
    );
  });
});

describe('a child that cannot be started', () => {
  const failing = (argv: string[], more = {}) =>
    t.client.call('spawn', spawnParams('x', argv, more)).catch((error: BooError) => error);
  test.each([
    ['a missing program', ['no-such-program-here'], {}, /no program no-such-program-here on the PATH/],
    ['a missing path', ['/nowhere/prog'], {}, /\/nowhere\/prog cannot be run: it does not exist/],
    ['a folder as program', ['/tmp'], {}, /not a file/],
    ['a file without the right', ['/etc/passwd'], {}, /not executable/],
    ['a missing folder', ['true'], { cwd: '/nowhere' }, /cannot work in \/nowhere: it does not exist/],
    ['a file as folder', ['true'], { cwd: '/etc/passwd' }, /not a folder/],
  ])('%s is named, and nothing is left', async (_what, argv, more, message) => {
    const error = await failing(argv, more);
    expect(error).toBeInstanceOf(BooError);
    expect((error as BooError).message).toMatch(message);
    expect((await t.client.call('children', {})).children).toEqual([]);
  });
});

describe('input under a condition', () => {
  test('is written only while the region is as it was', async () => {
    await t.client.call(
      'spawn',
      spawnParams('q', ['sh', '-c', 'printf "ok? [y/n] "; read a; echo "got $a"; sleep 100']),
    );
    await until('question', async () => (await t.client.text('q')).includes('ok?'));
    const region = { top: 0, bottom: 0 };
    const { hash } = await t.client.call('hash', { child: 'q', region });
    expect(await t.client.call('inputIf', { child: 'q', text: 'y\r', region, hash: 'other' })).toEqual({
      written: false,
      hash,
    });
    expect(await t.client.call('inputIf', { child: 'q', text: 'y\r', region, hash })).toEqual({ written: true, hash });
    await until('answer', async () => (await t.client.text('q')).includes('got y'));
    expect((await t.client.call('inputIf', { child: 'q', text: 'y\r', region, hash })).written).toBe(false);
  });
});

describe('a recording', () => {
  test('is asciicast v3, whole characters only, rotated, and for its owner alone', async () => {
    const path = join(testFolder('cast'), 'a.cast');
    const argv = ['sh', '-c', 'for i in $(seq 1 20000); do printf "\\303\\274ber…%s " $i; done; exit 4'];
    await t.client.call('spawn', spawnParams('r', argv, { recording: { path, maxBytes: 100_000, keep: 1 } }));
    await exited('r');
    const last = (): unknown[] =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('#'))
        .map((line) => JSON.parse(line) as unknown);
    await until('end is written', () => (last().at(-1) as string[])[1] === 'x');
    const [header, ...events] = last() as [
      { version: number; term: { cols: number; rows: number } },
      ...[number, string, string][],
    ];
    expect(header).toMatchObject({ version: 3, term: { cols: 80, rows: 24, type: 'xterm-256color' } });
    expect(events.at(-1)!.slice(1)).toEqual(['x', '4']);
    const text = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8');
    expect(text).not.toContain('\ufffd');
    expect(events.every(([interval]) => interval >= 0)).toBe(true);
  });

  test('to a full disk pauses and is said once; the child goes on', async () => {
    await t.client.call(
      'spawn',
      spawnParams('f', ['sh', '-c', 'seq 1 20000; echo DONE; sleep 100'], {
        recording: { path: '/dev/full', maxBytes: 1e9, keep: 0 },
      }),
    );
    await until('it is said', () => t.client.of('f', 'recording').length > 0);
    await until('child goes on', async () => (await t.client.text('f')).includes('DONE'));
    expect(t.client.of('f', 'recording')).toEqual([
      { type: 'recording', state: 'paused', reason: expect.stringContaining('ENOSPC') },
    ]);
  });
});

describe('reports', () => {
  test('are numbered, replayed until acknowledged, and the newest subscriber wins', async () => {
    await t.client.call(
      'spawn',
      spawnParams('e', [
        'sh',
        '-c',
        'printf "\\033]2;one\\007"; sleep 0.3; printf "\\033]777;notify;T;B\\007"; exit 0',
      ]),
    );
    await exited('e');
    const seqs = t.client.events.map((one) => one.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(t.client.of('e', 'title')).toEqual([{ type: 'title', title: 'one' }]);
    expect(t.client.of('e', 'notify')).toEqual([{ type: 'notify', title: 'T', body: 'B' }]);
    await t.client.call('ack', { seq: seqs[0]! });
    const second = t.connect();
    const { first } = await second.call('events', { after: 0 });
    expect(first).toBe(seqs[1]);
    expect(second.events).toEqual(t.client.events.slice(1));
  });
});
