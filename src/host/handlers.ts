import { constants } from 'node:os';
import type { hostMethods } from '../schema/host.ts';
import { FRAME_SCREEN } from '../schema/wire.ts';
import { BooError, errnoOf, messageOf } from '../util/errors.ts';
import { VERSION } from '../util/version.ts';
import type { Handlers } from '../wire/peer.ts';
import type { Child } from './children/child.ts';
import type { Client, Host } from './host.ts';
import { signalGroup } from './processes/stop.ts';
import { screenAnsi, screenHash, screenText } from './screen/text.ts';

/** Answers to the methods of schema/host. */
export const hostHandlers = (host: Host): Handlers<typeof hostMethods, Client, 'search'> => ({
  info: () => ({
    pid: process.pid,
    version: VERSION,
    seq: host.events.seq,
    children: host.children.size,
    rss: process.memoryUsage.rss(),
  }),
  spawn: async (params) => ({ pid: (await host.spawn(params)).root.pid }),
  memo: ({ child }) => ({ memo: host.child(child).memo }),
  children: () => ({ children: [...host.children.values()].map((child) => child.info()) }),
  signal: ({ child, signal }) => sendSignal(host, child, signal),
  stop: async ({ child, graceMs }) => ({ exit: await host.stop(host.child(child), graceMs) }),
  collect: ({ child }) => host.collect(host.child(child)) ?? {},
  resize: ({ child, size }) => host.child(child).resize(size) ?? {},
  input({ child, text, once, end }) {
    const { input } = host.child(child);
    const taken = input.push(Buffer.from(text), once);
    if (taken && end) input.end();
    return { queued: input.queued, ...(!taken && { again: true }) };
  },
  async inputIf({ child, text, region, hash, once }) {
    const { emulator, input } = host.child(child);
    await emulator.drained();
    const now = screenHash(emulator, region);
    const again = now === hash && !input.push(Buffer.from(text), once);
    return { written: now === hash && !again, hash: now, ...(again && { again }) };
  },
  async hash({ child, region }) {
    const { emulator } = host.child(child);
    await emulator.drained();
    return { hash: screenHash(emulator, region) };
  },
  watch({ child, maxFps }, client) {
    const send = (payload: Buffer) => client.connection.sendBinary(FRAME_SCREEN, payload);
    host.child(child).watch(client, maxFps, send);
    return {};
  },
  unwatch: ({ child }, client) => host.children.get(child)?.unwatch(client) ?? {},
  screen: ({ child, ansi }) => screenOf(host.child(child), ansi),
  async history({ child, ...request }) {
    const { emulator, history } = host.child(child);
    await emulator.drained();
    return history.page(request);
  },
  search: (wish) => host.searches.search(wish),
  marks: ({ child }) => ({ marks: host.child(child).screen.marks.list() }),
  events: ({ after }, client) => ({ first: host.subscribe(client, after) }),
  ack: ({ seq }) => host.events.ack(seq) ?? {},
  async shutdown({ graceMs }) {
    await host.stopAll(graceMs);
    // The answer leaves first.
    setImmediate(() => host.close());
    return {};
  },
});

async function screenOf(child: Child, ansi: boolean) {
  const { emulator, history } = child;
  await emulator.drained();
  const { cursor, size, title } = emulator;
  const { outputAt, startedAt } = child.info();
  const texts = { ...screenText(emulator, history, ansi), ansi: ansi ? screenAnsi(emulator) : null };
  return { ...texts, cursor, size, title, at: outputAt ?? startedAt };
}

function sendSignal(host: Host, id: string, signal: string): Record<string, never> {
  const child = host.child(id);
  if (!Object.hasOwn(constants.signals, signal)) throw new BooError('usage', `there is no signal ${signal}`);
  if (child.exit) throw new BooError('conflict', `child ${id} has ended`);
  try {
    signalGroup(child.root.pid, signal as NodeJS.Signals);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw new BooError('failed', `${signal} could not be sent: ${messageOf(error)}`);
  }
  return {};
}
