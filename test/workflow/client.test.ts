import { expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import type { DaemonNotes } from '../../src/schema/daemon.ts';
import { openClient } from '../../src/workflow/client.ts';
import { startChat } from '../daemon/chat.ts';
import { callAgent, startRun, turnOf } from '../daemon/running.ts';
import { createWorld, kill } from '../daemon/world.ts';
import { until } from '../support/wait.ts';

/** Has fields of its own, as what hears has. */
class Hearing {
  readonly #events: string[] = [];
  readonly #agents: string[][] = [];
  agents(agents: readonly Agent[]) {
    this.#agents.push(agents.map(({ name }) => name));
  }
  event({ agent, event }: DaemonNotes['event']) {
    this.#events.push(event.type === 'created' ? `created ${event.agent.name}` : `${event.type} ${agent}`);
  }
  get heard() {
    return { events: this.#events, agents: this.#agents };
  }
}

test('a run hears of its own agents, what they use, and nothing else; after the daemon was killed it asks the next one', async () => {
  const world = createWorld();
  const client = await world.connect();
  const run = await startRun(world, client);
  const before = await callAgent(client, run.id, 'k0', { prompt: 'tokens 3 4' });
  await turnOf(client, before.agent);
  const hearing = new Hearing();
  const own = await openClient(world.root, run.id, hearing);
  await startChat(world, client, 'other', 'tokens 1 2');
  const { agent } = await callAgent(client, run.id, 'k1', { prompt: 'tokens 5 6' });
  await until('its use was told', () => hearing.heard.events.some((event) => event === `used ${agent.id}`));
  expect(hearing.heard.agents).toEqual([['k0']]);
  expect(new Set(hearing.heard.events)).toEqual(new Set(['created k1', `used ${agent.id}`]));
  await kill(await world.daemonPid(client));
  expect((await own.call('agent.get', { agent: 'k1' })).agent.id).toBe(agent.id);
  expect(hearing.heard.agents).toEqual([['k0'], ['k0', 'k1']]);
  own.close();
  await world.end();
});

test('a run waits for a daemon that is killed again and again while it comes up', { timeout: 120_000 }, async () => {
  const world = createWorld();
  const client = await world.connect();
  const run = await startRun(world, client);
  await client.call('stop', { agents: true });
  await until('its daemon and host are gone', () => world.processes().length === 0, { seen: world.processes });
  const opening = openClient(world.root, run.id, new Hearing());
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
