import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Run } from '../../src/schema/run.ts';
import { putWorkflow, trustIt } from '../daemon/running.ts';
import { env, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';

/** Starts a flow (without its name) with this input, in the project of a world. */
export async function startFlow(
  world: World,
  client: DaemonClient,
  flow: object,
  { args = {}, ...more }: { args?: object } & Record<string, unknown> = {},
): Promise<Agent> {
  putWorkflow(world.root, 'flows/work.json', JSON.stringify({ name: 'work', ...flow }, null, 2));
  await trustIt(client, 'work');
  const ask = { workflow: 'work', args: { ...args }, cwd: world.root, env: env(), runtime: 'demo-chat', ...more };
  return (await client.call('run.start', ask)).agent;
}

export const runOf = async (client: DaemonClient, { id }: Agent): Promise<Run> =>
  (await client.call('run.get', { agent: id })).run;

/** The run as it is once this holds. */
export async function untilRun(
  client: DaemonClient,
  agent: Agent,
  what: string,
  fits: (run: Run) => boolean,
): Promise<Run> {
  let seen: Run | undefined;
  await until(
    `the run ${what}`,
    async () => {
      seen = await runOf(client, agent);
      return fits(seen);
    },
    { timeout: 120_000, seen: () => seen },
  );
  return seen!;
}

export const untilOver = (client: DaemonClient, agent: Agent): Promise<Run> =>
  untilRun(client, agent, 'is over', ({ outcome }) => outcome !== null);

/** `id status` of every step, in order. */
export const statuses = (run: Run): string[] => run.steps.map(({ id, status }) => `${id} ${status}`);
