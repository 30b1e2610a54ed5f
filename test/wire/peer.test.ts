import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { FRAME_INPUT, FRAME_JSON, PROTOCOL_VERSION } from '../../src/schema/wire.ts';
import { BooError } from '../../src/util/errors.ts';
import { encodeFrame } from '../../src/wire/frames.ts';
import { memoryPair } from '../../src/wire/memory.ts';
import { createPeer, Encoded } from '../../src/wire/peer.ts';
import { until } from '../support/wait.ts';

const methods = {
  double: { params: z.object({ n: z.number() }), result: z.object({ n: z.number() }) },
  wrong: { params: z.object({}), result: z.object({ n: z.number() }) },
  never: { params: z.object({}), result: z.object({}) },
  look: { reads: true, params: z.object({}), result: z.object({}) },
};
const topics = { tick: z.object({ n: z.number() }) };

function serve() {
  const [near, far] = memoryPair();
  const defects: unknown[] = [];
  const binary: [number, string][] = [];
  const server = createPeer<typeof methods, Record<never, never>, Record<never, never>, typeof topics>(near, {
    role: 'server',
    say: topics,
    serve: {
      methods,
      handlers: {
        double: ({ n }) => {
          if (n < 0) throw new BooError('not_found', 'nothing below zero', 'Give a positive number.');
          if (n === 13) throw new Error('a defect');
          return n === 7 ? new Encoded('{"n":14}') : n === 8 ? new Encoded('{"n":"16"}') : { n: n * 2 };
        },
        wrong: () => ({ n: 'not a number' }) as never,
        never: () => new Promise<Record<string, never>>(() => {}),
        look: () => new Promise<Record<string, never>>(() => {}),
      },
    },
    onBinary: (kind, payload) => binary.push([kind, payload.toString()]),
    onDefect: (error) => defects.push(error),
  });
  return { server, far, defects, binary };
}

const client = (far: ReturnType<typeof serve>['far'], ticks: number[] = []) =>
  createPeer<Record<never, never>, typeof methods, typeof topics>(far, {
    role: 'client',
    call: methods,
    hear: { topics, on: { tick: ({ n }) => ticks.push(n) } },
  });

test('answers, expected failures with their hint, defects without their stack', async () => {
  const { far, defects } = serve();
  const { call } = client(far);
  expect(await call('double', { n: 21 })).toEqual({ n: 42 });
  await expect(call('double', { n: -1 })).rejects.toMatchObject({ code: 'not_found', hint: 'Give a positive number.' });
  await expect(call('double', { n: 13 })).rejects.toMatchObject({ code: 'failed', message: 'a defect' });
  expect(defects).toHaveLength(1);
});

// The first messages of a connection are checked in another way than those after them.
test('the hundredth message is checked as the first', async () => {
  const { far } = serve();
  const { call } = client(far);
  for (let n = 20; n < 120; n++) {
    expect(await call('double', { n, more: 1 } as never)).toEqual({ n: 2 * n });
    await expect(call('wrong', {})).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('n: '),
    });
    await expect(call('double', { n: 'x' } as never)).rejects.toMatchObject({ code: 'usage' });
  }
});

test('an answer that is JSON already is sent as it is, and checked as any other', async () => {
  const { far } = serve();
  const { call } = client(far);
  expect(await call('double', { n: 7 })).toEqual({ n: 14 });
  await expect(call('double', { n: 8 })).rejects.toMatchObject({ code: 'protocol' });
  expect(await call('double', { n: 9 })).toEqual({ n: 18 });
});

test('both directions are checked at the door', async () => {
  const { far } = serve();
  const { call } = client(far);
  await expect(call('double', { n: 'x' } as never)).rejects.toMatchObject({ code: 'usage', message: /double: n/ });
  await expect(call('wrong', {})).rejects.toMatchObject({ code: 'protocol', message: /answer to wrong/ });
  await expect(call('absent' as never, {} as never)).rejects.toMatchObject({ code: 'protocol' });
});

test('notes and binary frames arrive, a note of the wrong shape does not', async () => {
  const { server, far, binary } = serve();
  const ticks: number[] = [];
  const peer = client(far, ticks);
  await peer.ready;
  server.say('tick', { n: 1 });
  server.say('tick', { n: 'no' } as never);
  server.say('tick', { n: 2 });
  peer.connection.sendBinary(FRAME_INPUT, Buffer.from('keys'));
  await until('two ticks and a binary frame', () => ticks.length === 2 && binary.length === 1);
  expect(ticks).toEqual([1, 2]);
  expect(binary).toEqual([[FRAME_INPUT, 'keys']]);
});

test('a peer of another protocol version is refused with what to do', async () => {
  const { far, server } = serve();
  const hello = { t: 'hello', protocol: PROTOCOL_VERSION + 1, version: '9.9.9', role: 'client' };
  far.resume();
  far.write(encodeFrame(FRAME_JSON, Buffer.from(JSON.stringify(hello))));
  await expect(server.ready).rejects.toMatchObject({ code: 'protocol', hint: /daemon stop/ });
  await until('the connection is closed', () => server.connection.closed);
});

test.each([
  ['no JSON', encodeFrame(FRAME_JSON, Buffer.from('{oops'))],
  ['JSON of no known shape', encodeFrame(FRAME_JSON, Buffer.from('{"t":"strange"}'))],
  [
    'a request before hello',
    encodeFrame(FRAME_JSON, Buffer.from('{"t":"req","id":1,"method":"double","params":{"n":1}}')),
  ],
  ['a length beyond the limit', Buffer.from([0xff, 0xff, 0xff, 0xff])],
])('%s ends the connection, nothing else', async (_name, bytes) => {
  const { far, server } = serve();
  far.resume();
  far.write(Buffer.concat([bytes, Buffer.alloc(8)]));
  await until('the connection is closed', () => server.connection.closed);
});

test('calls under way fail when the connection ends, later ones at once', async () => {
  const { far, server } = serve();
  const peer = client(far);
  await peer.ready;
  const call = peer.call('never', {});
  server.connection.destroy();
  await expect(call).rejects.toMatchObject({ code: 'no_daemon', hint: expect.stringContaining('may have been done') });
  await until('the connection is closed', () => peer.connection.closed);
  await expect(peer.call('double', { n: 1 })).rejects.toMatchObject({ code: 'no_daemon' });
});

test.each([
  ['has only read', [], undefined],
  ['has changed something before', ['double'], expect.stringContaining('may have been done')],
] as const)('what a lost connection says to who reads and %s', async (_name, before, hint) => {
  const { far, server } = serve();
  const peer = client(far);
  await peer.ready;
  for (const method of before) await peer.call(method, { n: 1 });
  const call = peer.call('look', {});
  server.connection.destroy();
  await expect(call).rejects.toMatchObject({ code: 'no_daemon', hint });
});

test('a stream of notes leaves in few writes, in order with all else, and none is left behind at the end', async () => {
  const { server, far } = serve();
  const ticks: number[] = [];
  const seen: string[] = [];
  const peer = createPeer<Record<never, never>, typeof methods, typeof topics>(far, {
    role: 'client',
    call: methods,
    hear: { topics, on: { tick: ({ n }) => void ticks.push(n) } },
    onBinary: () => void seen.push(`binary after ${ticks.length}`),
  });
  await peer.ready;
  let writes = 0;
  let said = 0;
  far.on('data', () => {
    writes += 1;
  });
  const say = (count: number) => {
    for (const end = said + count; said < end; said++) server.say('tick', { n: said });
  };
  say(3);
  await until('the few', () => ticks.length === 3);
  expect(writes).toBe(3);
  for (let turn = 0; turn < 100; turn++) {
    say(10);
    await delay(1);
  }
  server.connection.sendBinary(FRAME_INPUT, Buffer.from('behind them'));
  await until('what came behind the notes', () => seen.length === 1);
  expect(seen).toEqual(['binary after 1003']);
  expect(writes).toBeLessThan(500);
  say(100);
  server.connection.close();
  await until('the connection is closed', () => peer.connection.closed);
  expect(ticks).toEqual(Array.from({ length: 1103 }, (_, n) => n));
});
