import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { untilAgent } from './chat.ts';
import { createWorld, kill, type World } from './world.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/boocode.js');

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

test('a daemon that an agent happened to start goes on when that agent ends, with all other agents', async () => {
  const [go, done] = [join(world.root, 'go'), join(world.root, 'done')];
  const command = `until [ -e ${go} ]; do sleep 0.05; done; ${process.execPath} ${PROGRAM} ls; : > ${done}; exec sleep 1000`;
  await world.start(client, 'starter', ['sh', '-c', command]);
  await kill(await world.daemonPid(client));
  writeFileSync(go, '');
  await until('the agent has asked', () => existsSync(done));
  client = await world.connect({ start: false });
  const daemon = await world.daemonPid(client);
  await world.start(client, 'other', ['sleep', '1000']);
  const { agent } = await client.call('agent.stop', { agent: 'starter' });
  expect(agent.status.state).toBe('cancelled');
  expect(await world.daemonPid(client)).toBe(daemon);
  expect(processStart(daemon)).not.toBeNull();
  await untilAgent(client, 'other', 'goes on', ({ status, endedAt }) => endedAt === null && status.state !== 'pending');
});
