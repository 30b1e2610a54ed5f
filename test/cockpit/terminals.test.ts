import { randomUUID } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectHost } from '../../src/client/host.ts';
import { createTerminals } from '../../src/cockpit/terminals/terminals.ts';
import type { Terminals } from '../../src/cockpit/types.ts';
import { Host } from '../../src/host/host.ts';
import { Content, WORDS_PER_CELL } from '../../src/schema/screen.ts';
import { listenSocket } from '../../src/wire/socket.ts';
import { spawnParams, testFolder } from '../support/host.ts';
import { until } from '../support/wait.ts';

const close: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

/** A host on a real socket. */
async function hostAt(path: string) {
  const host = new Host({ id: `t${randomUUID().slice(0, 8)}`, onDone: () => {}, log: () => {} });
  const server = await listenSocket(path, (socket) => host.serve(socket));
  close.push(async () => {
    await host.stopAll(300);
    host.close();
    server.close();
  });
  return host;
}

/** A line between viewer and host that can be cut and repaired; the host knows nothing of it. */
function lineAt(path: string, to: string) {
  const open = new Set<Socket>();
  let server: Server | undefined;
  const line = {
    repair: () =>
      new Promise<void>((resolve) => {
        server = createServer((near) => {
          const far = connect(to);
          for (const [one, other] of [
            [near, far],
            [far, near],
          ] as const) {
            open.add(one);
            one.pipe(other);
            one.on('error', () => other.destroy()).on('close', () => other.destroy());
          }
        }).listen(path, resolve);
      }),
    cut: () =>
      new Promise<void>((resolve) => {
        server?.close(() => resolve());
        for (const socket of open) socket.destroy();
        open.clear();
      }),
  };
  close.push(line.cut);
  return line;
}

/** The letters of a screen, a line each; blank cells are left out. */
function textOf(terminals: Terminals, child: string): string {
  const grid = terminals.grid(child);
  if (!grid) return '';
  const row = (y: number) =>
    Array.from({ length: grid.cols }, (_, x) => {
      const code = grid.cells[(y * grid.cols + x) * WORDS_PER_CELL]! & Content.CODEPOINT;
      return code > 0x20 ? String.fromCodePoint(code) : '';
    }).join('');
  return Array.from({ length: grid.rows }, (_, y) => row(y)).join('\n');
}

async function viewer() {
  const folder = testFolder('t');
  const [socket, through] = [join(folder, 'host'), join(folder, 'line')];
  const host = await hostAt(socket);
  await host.spawn(spawnParams('c.1', ['cat']));
  const line = lineAt(through, socket);
  await line.repair();
  const terminals = createTerminals({ connectHost });
  close.push(() => terminals.close());
  const states: string[] = [];
  terminals.onChange((child, what) => what === 'state' && states.push(terminals.state(child)!));
  terminals.show([{ child: 'c.1', socket: through, fps: 60 }]);
  const type = (text: string) => terminals.input('c.1', Buffer.from(text));
  const shows = (text: string) => until(`the screen has ${text}`, () => textOf(terminals, 'c.1').includes(text));
  const is = (state: string) => until(`the screen is ${state}`, () => terminals.state('c.1') === state);
  await is('live');
  return { line, socket, terminals, states, type, shows, is };
}

test('a host that is lost and comes back: the screen is whole again and can be typed to', async () => {
  const { line, socket, terminals, states, type, shows, is } = await viewer();
  type('before\r');
  await shows('before\nbefore');
  await line.cut();
  await is('lost');
  // What was there stays to be read; what is typed now goes nowhere, not to a later moment.
  expect(textOf(terminals, 'c.1')).toContain('before');
  type('into the void\r');
  const other = await connectHost(socket, { onFrame() {}, onClose() {} });
  other.input('c.1', Buffer.from('meanwhile\r'));
  other.close();
  await line.repair();
  await is('live');
  await shows('meanwhile\nmeanwhile');
  type('after\r');
  await shows('after\nafter');
  expect(textOf(terminals, 'c.1')).not.toContain('void');
  expect(states).toEqual(['live', 'lost', 'live']);
});
