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
  /** The newest connection. */
  client: DaemonClient;
  /** Starts the CLI on a prompt. */
  start(name: string, prompt: string, more?: object): Promise<Agent>;
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
  const own = { ...env(), PATH: `${dirname(cli.program)}:${process.env.PATH}`, ...cli.env(models) };
  const project: Project = {
    world,
    models,
    env: own,
    client: await world.connect(),
    start: (name, prompt, more = {}) =>
      world.start(project.client, name, undefined, {
        argv: undefined,
        runtime: cli.runtime,
        prompt,
        env: own,
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

/** What the models told that the conversation used, added up; what was asked beside it too. */
export const sentTokens = ({ asked }: Models): Tokens =>
  asked.reduce((sum, { usage }) => (usage ? addTokens(sum, usage) : sum), NO_TOKENS);
