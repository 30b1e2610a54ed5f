import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { until } from '../support/wait.ts';
import type { World } from './world.ts';

/** Starts the scripted chat agent (src/demo/chat) with a prompt, which is its script. */
export const startChat = (world: World, client: DaemonClient, name: string, prompt: string | null, more: object = {}) =>
  world.start(client, name, undefined, {
    argv: undefined,
    runtime: 'demo-chat',
    ...(prompt === null ? {} : { prompt }),
    ...more,
  });

export const eventsOf = async (client: DaemonClient, agent: string): Promise<AgentEvent[]> => {
  const ask = { agent, after: 0, before: null, limit: 20_000, activity: false };
  return (await client.call('session.events', ask)).lines.map(({ event }) => event);
};

export type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

export const ofType = <T extends AgentEvent['type']>(events: readonly AgentEvent[], type: T) =>
  events.filter((event): event is Of<T> => event.type === type);

/** Its agent as it is once this holds. */
export async function untilAgent(
  client: DaemonClient,
  name: string,
  what: string,
  fits: (agent: Agent) => boolean,
): Promise<Agent> {
  let seen: Agent | undefined;
  await until(
    `${name} ${what}`,
    async () => {
      seen = (await client.call('agent.get', { agent: name })).agent;
      return fits(seen);
    },
    { seen: () => JSON.stringify({ ...seen, env: undefined }) },
  );
  return seen!;
}

/** Nothing runs and nothing waits: so many turns are over. */
export const untilTurn = (client: DaemonClient, name: string, turn: number) =>
  untilAgent(
    client,
    name,
    `has ended turn ${turn}`,
    (agent) => agent.turn?.number === turn && agent.turn.startedAt === null,
  );
