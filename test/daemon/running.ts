import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { CallAsk, TurnEnd } from '../../src/schema/workflow.ts';
import { env, type World } from './world.ts';

const PROCESS = resolve(import.meta.dirname, '../support/run-process.mjs');

/** The environment in which a run's process is the stand-in of test/support, which reports this. */
export const asRun = (reports: readonly object[] = []): Record<string, string> => ({
  ...env(),
  NODE_OPTIONS: `--import=${PROCESS}`,
  BOOCODE_TEST_RUN: JSON.stringify(reports),
});

export const SCRIPT = `export const meta = { name: 'work', description: 'Works' };
export default async function main() {}
`;

/** Puts a file below a project's (or another folder's) `.boocode`. */
export function putWorkflow(folder: string, path: string, source: string): string {
  const file = join(folder, '.boocode', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  return file;
}

export const trustIt = async (client: DaemonClient, name: string): Promise<void> => {
  const { workflow } = await client.call('workflow.get', { name });
  await client.call('workflow.trust', { name, hash: workflow.hash });
};

/** Starts a run of a script of the project, carried out by the stand-in. */
export async function startRun(
  world: World,
  client: DaemonClient,
  { reports = [], ...more }: { reports?: readonly object[] } & Record<string, unknown> = {},
): Promise<Agent> {
  putWorkflow(world.root, 'workflows/work.js', SCRIPT);
  await trustIt(client, 'work');
  const ask = { workflow: 'work', args: {}, cwd: world.root, env: asRun(reports), ...more };
  return (await client.call('run.start', ask)).agent;
}

export const callAgent = (client: DaemonClient, run: string, key: string, ask: Partial<CallAsk>, more: object = {}) =>
  client.call('run.call', {
    run,
    call: { key, label: key, phase: null },
    ask: { prompt: 'say done', runtime: 'demo-chat', worktree: false, ...ask },
    env: env(),
    ...more,
  });

export const turnOf = (
  client: DaemonClient,
  { id }: Agent,
  turn = 1,
  maxToolCalls: number | null = null,
): Promise<TurnEnd> => client.call('turn.wait', { agent: id, turn, maxToolCalls });
