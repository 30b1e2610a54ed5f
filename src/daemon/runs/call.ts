import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { chooseRuntime } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import type { NewAgent } from '../../schema/daemon.ts';
import type { RunSpec } from '../../schema/run.ts';
import { BooError } from '../../util/errors.ts';
import { newAgent } from '../agents/create.ts';
import { stopAgent } from '../agents/stop.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Params } from './methods.ts';
import { specOfRun, stemOf } from './start.ts';

interface Carried {
  agent: Agent;
  known: boolean;
}

/** Calls whose agents are just being started, by run and key: who asks again meanwhile is given the same. */
export class Calls {
  readonly #ctx: Context;
  readonly #starting = new Map<string, Promise<Carried>>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** The agent that carries out this call of the run; idempotent by run and key. */
  async carryOut(ask: Params<'run.call'>): Promise<Carried> {
    const run = agentNamed(this.#ctx, ask.run);
    const id = `${run.id} ${ask.call.key}`;
    const under = this.#starting.get(id);
    if (under) return under;
    const known = agentOfCall(this.#ctx, run.id, ask.call.key);
    if (known && !isDue(known, ask.again)) return { agent: known, known: true };
    const starting = this.#start(run, ask).finally(() => this.#starting.delete(id));
    this.#starting.set(id, starting);
    return starting;
  }

  async #start(run: Agent, ask: Params<'run.call'>): Promise<Carried> {
    const ctx = this.#ctx;
    checkRuns(run);
    const spec = specOfRun(ctx, run);
    const { commit, ...wish } = wishOf(ctx, run, spec, ask);
    const agent = await newAgent(ctx, wish, { stem: stemOf(ask.call.label), call: ask.call, commit });
    // The run may have been stopped while its agent was made: nobody would ever stop that one.
    const now = ctx.store.get().agents[run.id];
    if (!now || !isLive(now) || now.stopping) {
      await stopAgent(ctx, agent.id, 'parent');
      checkRuns(now ?? run);
    }
    return { agent, known: false };
  }
}

/** The newest agent that was started for a call. */
function agentOfCall({ store }: Pick<Context, 'store'>, run: string, key: string): Agent | undefined {
  const all = store.all().filter(({ parentId, call }) => parentId === run && call?.key === key);
  return all.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).at(-1);
}

/** Is it to be begun by another agent? One that never ran did nothing. */
const isDue = (agent: Agent, again: boolean): boolean => !isLive(agent) && (again || agent.startedAt === null);

function checkRuns(run: Agent): void {
  const { name, status, stopping } = run;
  if (!isRun(run)) throw new BooError('usage', `${name} is no run of a workflow`);
  if (isLive(run) && !stopping) return;
  if (isLive(run)) throw new BooError('interrupted', `the run ${name} is being stopped: it starts no more agents`);
  throw new BooError('conflict', `the run ${name} has ended (${status.state}): it starts no more agents`);
}

/** The agent as it is to be started: what the call leaves open the run says, and the config. */
function wishOf(
  ctx: Context,
  run: Agent,
  spec: RunSpec,
  { ask, env }: Params<'run.call'>,
): NewAgent & { commit: string | null } {
  const named = ask.runtime !== undefined || ask.profile !== undefined;
  const { runtime, profile, model } = named ? { model: null, ...ask } : spec;
  const wish: NewAgent = {
    prompt: ask.prompt,
    headless: true,
    parentId: run.id,
    cwd: run.cwd,
    env,
    unattended: spec.unattended,
    ...(runtime != null && { runtime }),
    ...(profile != null && { profile }),
    ...((ask.model ?? model) != null && { model: (ask.model ?? model)! }),
    ...(ask.worktree !== undefined && { worktree: ask.worktree }),
    ...(ask.capabilities && { capabilities: ask.capabilities }),
    ...(ask.timeout !== undefined && { timeouts: { total: ask.timeout } }),
  };
  checkCarries(ctx, wish);
  return { ...wish, commit: spec.base };
}

/** Throws `usage` for a runtime or profile that there is not, or that cannot carry out calls. */
export function checkCarries(
  { config }: Context,
  asked: Pick<NewAgent, 'runtime' | 'profile'>,
  except: readonly string[] = [],
): void {
  const { runtime } = chooseRuntime({ ...asked, headless: true, config: config.get().config });
  if (runtime.structured && !runtime.internal && !except.includes(runtime.id)) return;
  const hint = 'Give it a runtime or profile of Claude, Codex, Gemini, opencode, Qwen or an ACP agent.';
  throw new BooError('usage', `${runtime.title} cannot carry out a call: nothing tells its answers`, hint);
}
