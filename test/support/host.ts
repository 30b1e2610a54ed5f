import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { Host } from '../../src/host/host.ts';
import { decodeScreenFrame } from '../../src/schema/frame.ts';
import { type hostClientTopics, hostMethods, hostTopics, type SpawnParams } from '../../src/schema/host.ts';
import { encodeInput, type ScreenFrame } from '../../src/schema/screen.ts';
import { FRAME_INPUT } from '../../src/schema/wire.ts';
import { memoryPair } from '../../src/wire/memory.ts';
import { createPeer } from '../../src/wire/peer.ts';

type Event = z.infer<typeof hostTopics.event>;
type Pulse = z.infer<typeof hostTopics.pulse>;

/** A client of a host for tests: keeps what it hears; acknowledges frames unless told not to. */
export function hostClient(stream: Duplex) {
  const events: Event[] = [];
  const pulses: Pulse[] = [];
  const frames: ScreenFrame[] = [];
  const state = { acknowledge: true, closed: false };
  let onFrame = (_frame: ScreenFrame) => {};
  let onPulse = (_pulse: Pulse) => {};
  const heard = (pulse: Pulse) => {
    pulses.push(pulse);
    onPulse(pulse);
  };
  const peer = createPeer<Record<never, never>, typeof hostMethods, typeof hostTopics, typeof hostClientTopics>(
    stream,
    {
      role: 'test',
      call: hostMethods,
      hear: { topics: hostTopics, on: { event: (event) => events.push(event), pulse: (pulse) => heard(pulse) } },
      onBinary(_kind, payload) {
        const frame = decodeScreenFrame(payload);
        frames.push(frame);
        onFrame(frame);
        if (state.acknowledge) seen(frame);
      },
      onClose() {
        state.closed = true;
      },
    },
  );
  const seen = (frame: ScreenFrame) => peer.say('seen', { child: frame.header.child, version: frame.header.version });
  return {
    peer,
    call: peer.call,
    events,
    pulses,
    frames,
    state,
    seen,
    onFrame(listener: (frame: ScreenFrame) => void) {
      onFrame = listener;
    },
    onPulse(listener: (pulse: Pulse) => void) {
      onPulse = listener;
    },
    type: (child: string, bytes: string | Uint8Array) =>
      peer.connection.sendBinary(FRAME_INPUT, encodeInput(child, Buffer.from(bytes))),
    text: async (child: string) => (await peer.call('screen', { child, ansi: false })).lines.join('\n').trimEnd(),
    of: (child: string, type: Event['event']['type']) =>
      events.filter((one) => one.child === child && one.event.type === type).map((one) => one.event),
    close: () => peer.connection.destroy(),
  };
}
export type HostClient = ReturnType<typeof hostClient>;

/** A host in this process, and one client subscribed to its events. */
export async function startTestHost() {
  const logged: string[] = [];
  const state = { done: false };
  const host = new Host({
    id: `t${randomUUID().slice(0, 8)}`,
    folder: testFolder('h'),
    onDone: () => {
      state.done = true;
    },
    log: (text) => logged.push(text),
  });
  const connect = () => {
    const [near, far] = memoryPair();
    host.serve(far);
    return hostClient(near);
  };
  const client = connect();
  await client.peer.ready;
  await client.call('events', { after: 0 });
  return {
    host,
    client,
    connect,
    logged,
    state,
    async stop() {
      await host.stopAll(300);
      host.close();
    },
  };
}

/** Parameters of a spawn: a PTY of 80×24 that runs `argv` in a folder of the test. */
export function spawnParams(child: string, argv: string[], more: Partial<SpawnParams> = {}): SpawnParams {
  return {
    child,
    kind: 'pty',
    argv,
    cwd: process.env.BOOCODE_TEST_ROOT!,
    env: { PATH: process.env.PATH!, HOME: process.env.HOME!, TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ' },
    size: { cols: 80, rows: 24 },
    historyLines: 5000,
    recording: null,
    stdin: null,
    background: 'dark',
    ...more,
  };
}

/** A new folder that goes with the test. */
export const testFolder = (name: string) => mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, `${name}-`));
