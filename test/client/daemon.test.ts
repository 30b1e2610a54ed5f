import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectDaemon } from '../../src/client/daemon.ts';
import { connectHost } from '../../src/client/host.ts';
import type { ScreenFrame } from '../../src/schema/screen.ts';
import { runtimeFolder } from '../../src/util/paths.ts';
import { encodeFrame } from '../../src/wire/frames.ts';
import { createWorld } from '../daemon/world.ts';
import { until } from '../support/wait.ts';

const folder = () => mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'c-'));

test('without a daemon and without leave to start one: no_daemon', async () => {
  await expect(connectDaemon({ root: folder(), start: false })).rejects.toMatchObject({
    code: 'no_daemon',
    message: expect.stringContaining('no daemon runs for'),
  });
});

test('a daemon that cannot start says why', async () => {
  const root = folder();
  mkdirSync(join(root, '.boocode', 'log'), { recursive: true });
  writeFileSync(join(root, '.boocode', 'sessions'), 'in the way');
  await expect(connectDaemon({ root, start: true })).rejects.toMatchObject({
    code: 'no_daemon',
    message: expect.stringContaining('sessions is not a folder'),
  });
});

test.skipIf(process.getuid?.() === 0)('a project that cannot be written is told as such', async () => {
  const root = folder();
  chmodSync(root, 0o500);
  await expect(connectDaemon({ root, start: true })).rejects.toMatchObject({
    code: 'no_daemon',
    message: expect.stringContaining('cannot be written'),
  });
});

test('another protocol version is refused with what to do', async () => {
  const root = folder();
  const hello = { t: 'hello', protocol: 99, version: '9.9.9', role: 'daemon' };
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.write(encodeFrame(0, Buffer.from(JSON.stringify(hello))));
  }).listen(join(runtimeFolder(root), 'd.sock'));
  await expect(connectDaemon({ root, start: true })).rejects.toMatchObject({
    code: 'protocol',
    message: expect.stringContaining('(9.9.9) speaks 99'),
  });
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('a viewer of a host gets a full frame, then what changes, and types', async () => {
  const world = createWorld({ git: false });
  const client = await world.connect();
  const { state } = await client.call('subscribe', {});
  expect(state.agents).toEqual({});
  const agent = await world.start(client, 'seen');
  const { state: now } = await client.call('subscribe', {});
  const frames: ScreenFrame[] = [];
  const closed = Promise.withResolvers<void>();
  const host = await connectHost(now.hosts[0]!.socket, {
    onFrame: (frame) => frames.push(frame),
    onClose: () => closed.resolve(),
  });
  await host.watch(`${agent.id}.1`, 60);
  await until('a full frame', () => frames[0]?.header.full);
  const typed = 40;
  for (let n = 0; n < typed; n += 1) {
    const count = frames.length;
    host.input(`${agent.id}.1`, Buffer.from('x'));
    await until(`frame after key ${n}`, () => frames.length > count);
  }
  expect(frames.at(-1)!.header.full).toBe(false);
  expect((await client.call('agent.screen', { agent: 'seen', ansi: false })).lines).toContain('x'.repeat(typed));
  await world.end();
  await closed.promise;
  await expect(connectHost(now.hosts[0]!.socket, { onFrame: () => {}, onClose: () => {} })).rejects.toMatchObject({
    code: 'not_found',
  });
});
