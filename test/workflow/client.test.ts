import { expect, test } from 'vitest';
import { openClient } from '../../src/workflow/client.ts';
import { startChat } from '../daemon/chat.ts';
import { createWorld, kill } from '../daemon/world.ts';
import { until } from '../support/wait.ts';

/** Has fields of its own, as what hears has. */
class Hearing {
  #events = 0;
  #states = 0;
  state() {
    this.#states += 1;
  }
  event() {
    this.#events += 1;
  }
  get heard() {
    return { events: this.#events > 0, states: this.#states };
  }
}

test('a run hears of its project on one connection; after the daemon was killed it asks the next one', async () => {
  const world = createWorld();
  const client = await world.connect();
  const hearing = new Hearing();
  const own = await openClient(world.root, hearing);
  await startChat(world, client, 'one', 'say hi');
  await until('it has heard something', () => hearing.heard.events, { timeout: 20_000 });
  const { agent } = await own.call('agent.get', { agent: 'one' });
  expect(hearing.heard).toEqual({ events: true, states: 1 });
  await kill(await world.daemonPid(client));
  expect((await own.call('agent.get', { agent: 'one' })).agent.id).toBe(agent.id);
  expect(hearing.heard.states).toBe(2);
  own.close();
  await world.end();
});

test('a run waits for a daemon that is killed again and again while it comes up', { timeout: 120_000 }, async () => {
  const world = createWorld();
  const opening = openClient(world.root, new Hearing());
  // A test that fails before that leaves no rejection behind.
  opening.catch(() => {});
  const killed = new Set<number>();
  while (killed.size < 4) {
    const next = await until('a daemon comes up', () => world.processes().find((pid) => !killed.has(pid)));
    killed.add(next);
    await kill(next);
  }
  const own = await opening;
  expect((await own.call('status', {})).pid).not.toBeNull();
  own.close();
  await world.end();
});
