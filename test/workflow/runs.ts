import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { isLive } from '../../src/core/lifecycle.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Run } from '../../src/schema/run.ts';
import { env, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';

/** The user's own config for this test file. */
export function configure(config: object): void {
  mkdirSync(join(process.env.XDG_CONFIG_HOME!, 'boocode'), { recursive: true });
  writeFileSync(join(process.env.XDG_CONFIG_HOME!, 'boocode/config.json'), JSON.stringify(config));
}

/** Writes a script of the project; `body` is that of its `main(args)`. */
export function writeScript({ root }: World, name: string, body: string, meta: object = {}): void {
  mkdirSync(join(root, '.boocode/workflows'), { recursive: true });
  const head = `export const meta = ${JSON.stringify({ name, description: 'a test', ...meta })};`;
  const text = `${head}\nexport default async function main(args) {\n${body}\n}\n`;
  writeFileSync(join(root, `.boocode/workflows/${name}.js`), text);
}

/** Trusts what the project has, and starts one of its workflows, whose agents are demos that ask nothing. */
export async function startRun(
  world: World,
  client: DaemonClient,
  workflow: string,
  more: object = {},
): Promise<Agent> {
  const { workflows } = await client.call('workflow.list', {});
  for (const { name, hash, trusted } of workflows) if (!trusted) await client.call('workflow.trust', { name, hash });
  const ask = { workflow, args: {}, cwd: world.root, env: env(), runtime: 'demo-chat', unattended: 'auto' as const };
  return (await client.call('run.start', { ...ask, ...more })).agent;
}

export interface Ended {
  run: Run;
  agent: Agent;
  children: Agent[];
  /** What it gave, parsed. */
  result: unknown;
}

/** The run once it has told its end and its process has ended. */
export async function untilEnded(client: DaemonClient, id: string): Promise<Ended> {
  let seen: Omit<Ended, 'result'> | undefined;
  await until(
    'the run has ended',
    async () => {
      seen = await client.call('run.get', { agent: id });
      return seen.run.outcome !== null && !isLive(seen.agent);
    },
    { seen: () => ({ run: seen?.run, status: seen?.agent.status }) },
  );
  const { run, agent, children } = seen!;
  return { run, agent, children, result: run.result === null ? null : JSON.parse(run.result) };
}

/** A run from start to end. */
export async function carryOut(world: World, client: DaemonClient, workflow: string, more: object = {}) {
  return untilEnded(client, (await startRun(world, client, workflow, more)).id);
}

/** Lines that calls wrote into a file of the project: one for each time that one was carried out. */
export function linesOf({ root }: World, file: string): string[] {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).sort() : [];
}
