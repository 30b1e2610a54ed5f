import { dirname } from 'node:path';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { addTokens, NO_TOKENS } from '../../src/core/activity.ts';
import type { Tokens } from '../../src/schema/activity.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Approval, Verdict } from '../../src/schema/approval.ts';
import { untilAgent } from '../daemon/chat.ts';
import { createWorld, env, kill, type World } from '../daemon/world.ts';
import type { Script } from '../support/models/script.ts';
import { type Models, startModels } from '../support/models/server.ts';

/** A project with the built daemon and hosts, and the models that its agents ask: a real CLI driven end to end. */
export interface Project extends AsyncDisposable {
  world: World;
  models: Models;
  /** What its agents are started with. */
  env: Record<string, string>;
  /** What those of another CLI are. */
  envOf(cli: RealCli): Record<string, string>;
  /** The newest connection. */
  client: DaemonClient;
  /** Starts the CLI on a prompt; or another one. */
  start(name: string, prompt: string, more?: object, other?: RealCli): Promise<Agent>;
  /** The next request of this agent, answered when `verdict` is given. */
  answer(name: string, verdict: Verdict, reason?: string): Promise<Approval>;
  /** SIGKILL of the daemon, and another one. */
  killDaemon(): Promise<void>;
}

export interface RealCli {
  /** Absolute. */
  program: string;
  runtime: string;
  env(models: Models): Record<string, string>;
}

export async function startProject(cli: RealCli, script: Script): Promise<Project> {
  const world = createWorld();
  const models = await startModels(script, { cwd: world.root });
  const envOf = (one: RealCli) => ({
    ...env(),
    PATH: `${dirname(one.program)}:${process.env.PATH}`,
    ...one.env(models),
  });
  const project: Project = {
    world,
    models,
    env: envOf(cli),
    envOf,
    client: await world.connect(),
    start: (name, prompt, more = {}, other = cli) =>
      world.start(project.client, name, undefined, {
        argv: undefined,
        runtime: other.runtime,
        prompt,
        env: other === cli ? project.env : envOf(other),
        ...more,
      }),
    async answer(name, verdict, reason) {
      const { approvals } = await untilAgent(
        project.client,
        name,
        'asks',
        (agent) => (agent.approvals ?? []).length > 0,
      );
      const approval = approvals![0]!;
      const answer = { verdict, ...(reason !== undefined && { reason }) };
      await project.client.call('approvals.answer', { id: approval.id, answer });
      return approval;
    },
    async killDaemon() {
      await kill(await world.daemonPid(project.client));
      project.client = await world.connect();
    },
    async [Symbol.asyncDispose]() {
      await world.end();
      await models[Symbol.asyncDispose]();
    },
  };
  return project;
}

/** What the models told that was used, added up: what was asked beside the conversation too, unless it is left out. */
export const sentTokens = ({ asked }: Models, besides = true): Tokens =>
  asked.reduce((sum, { usage, side }) => (usage && (besides || !side) ? addTokens(sum, usage) : sum), NO_TOKENS);

/** Dollars for a million tokens. */
export type Price = { input: number; output: number; cacheRead: number };

export const usdOf = (tokens: Tokens, price: Price): number =>
  (tokens.input * price.input + tokens.output * price.output + tokens.cacheRead * price.cacheRead) / 1e6;
