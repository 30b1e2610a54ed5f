import { isLive } from '../../core/lifecycle.ts';
import { isBelow, lineOf, refusal } from '../../core/subagents.ts';
import { chooseRuntime, headlessOf, runtimeOf, runtimes } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import type { NewAgent } from '../../schema/daemon.ts';
import { BooError } from '../../util/errors.ts';
import { newAgent } from '../agents/create.ts';
import { environmentOf } from '../agents/environment.ts';
import type { Context } from '../context.ts';
import { startRun } from '../runs/start.ts';

/** An agent that is being prepared longer than this (setup commands may take minutes) is given before it runs. Milliseconds. */
const SOON_MS = 15_000;

export interface SpawnAsk {
  key: string;
  task: string;
  name?: string | undefined;
  runtime?: string | undefined;
  profile?: string | undefined;
  model?: string | undefined;
  worktree?: boolean | undefined;
  detached?: boolean | undefined;
  env: Record<string, string>;
}

export interface RunAsk extends Pick<SpawnAsk, 'key' | 'name' | 'env'> {
  workflow: string;
  args: Record<string, unknown>;
}

/** Those that are about to be there, by their parent's id and key: the same wish twice is one agent, and counts before it is on record. */
export class Starting {
  readonly #wishes = new Map<string, { parent: string; agent: Promise<Agent> }>();

  /** How many are on their way below the agent at the top of this line, and on no record yet. */
  below(agents: Readonly<Record<string, Agent>>, top: Agent): number {
    const known = new Set(Object.values(agents).map(({ parentId, subagent }) => wishOf(parentId, subagent?.key)));
    const parents = [...this.#wishes].flatMap(([wish, { parent }]) => (known.has(wish) ? [] : [agents[parent]]));
    return parents.filter((parent) => parent && (parent === top || isBelow(agents, parent, top.id))).length;
  }

  once(parent: string, key: string, start: () => Promise<Agent>): Promise<Agent> {
    const wish = wishOf(parent, key);
    const under = this.#wishes.get(wish);
    if (under) return under.agent;
    const agent = start().finally(() => this.#wishes.delete(wish));
    this.#wishes.set(wish, { parent, agent });
    return agent;
  }
}

const wishOf = (parent: string | null, key: string | undefined) => `${parent} ${key}`;

type Begin = (subagent: NonNullable<Agent['subagent']>) => Promise<Agent>;

interface Below {
  starting: Starting;
  /** It was given, and came to nothing after all. */
  onLate(parent: string, name: string, error: unknown): void;
}

/** Starts what stands below an agent, or gives what this wish has started before. */
async function startBelow(ctx: Context, below: Below, parent: Agent, key: string, begin: Begin): Promise<Agent> {
  const { starting, onLate } = below;
  const known = ctx.store.all().find((one) => one.parentId === parent.id && one.subagent?.key === key);
  if (known) return known;
  return starting.once(parent.id, key, async () => {
    checkRoom(ctx, starting, parent);
    const begun = begunBy(ctx, parent.id, key);
    const whole = begin({ key, told: false });
    try {
      const agent = await Promise.race([whole, begun.soon]);
      whole.catch((error) => onLate(parent.id, agent.name, error));
      return agent;
    } finally {
      begun.end();
    }
  });
}

export const spawnSubagent = (ctx: Context, below: Below, parent: Agent, ask: SpawnAsk): Promise<Agent> =>
  startBelow(ctx, below, parent, ask.key, async (subagent) => {
    const env = (await environmentOf(ctx, parent)) ?? ask.env;
    return newAgent(ctx, newAgentOf(ctx, parent, { ...ask, env }), { stem: parent.name, subagent });
  });

/** What its calls are carried out by is driven as its parent is, where they do not say. */
export const spawnRun = (ctx: Context, below: Below, parent: Agent, ask: RunAsk): Promise<Agent> =>
  startBelow(ctx, below, parent, ask.key, async (subagent) => {
    const { workflow, args, name } = ask;
    const driven = parent.profile === null ? { runtime: parent.runtime } : { profile: parent.profile };
    const plain = { fresh: false, tokens: null, usd: null, timeoutMs: null, unattended: parent.unattended ?? 'ask' };
    const named = { ...(name !== undefined && { name }), parentId: parent.id };
    const env = (await environmentOf(ctx, parent)) ?? ask.env;
    return startRun(ctx, { workflow, args, ...named, ...plain, ...driven, cwd: parent.cwd, env }, { subagent });
  });

/** Throws `conflict` where the parent may have none, or no further one. */
function checkRoom({ store, config }: Context, starting: Starting, parent: Agent): void {
  const { enabled, depth, count } = config.get().config.subagents;
  if (!enabled)
    throw new BooError('conflict', 'subagents are switched off', '"subagents": {"enabled": true} allows them.');
  if (!isLive(parent)) throw new BooError('conflict', `${parent.name} has ended, and starts nothing more`);
  const { agents } = store.get();
  const top = lineOf(agents, parent).at(-1)!;
  const why = refusal(agents, parent, { depth, count, starting: starting.below(agents, top) });
  if (why === null) return;
  const hint = 'Do it yourself, or wait until one has ended; the person can raise "subagents" in the config.';
  throw new BooError('conflict', `no further subagent: ${why}`, hint);
}

/** Resolves with the agent when it is on record and its preparation takes long. */
function begunBy({ store }: Context, parent: string, key: string): { soon: Promise<Agent>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const soon = new Promise<Agent>((resolve) => {
    timer = setTimeout(() => {
      const found = store.all().find((one) => one.parentId === parent && one.subagent?.key === key);
      if (found) resolve(found);
    }, SOON_MS);
  });
  return { soon, end: () => clearTimeout(timer) };
}

/** As its parent is driven where nothing else is said: never with more rights than that has. */
function newAgentOf(ctx: Context, parent: Agent, ask: SpawnAsk): NewAgent {
  const { task, name, model, worktree, detached } = ask;
  const own = ask.runtime === undefined && ask.profile === undefined;
  const profile = own ? (parent.profile ?? undefined) : ask.profile;
  const runtime = ask.runtime ?? (profile === undefined ? parent.runtime : undefined);
  const driven = { ...(runtime !== undefined && { runtime }), ...(profile !== undefined && { profile }) };
  checkSpoken(driven, ctx.config.get().config);
  const same = own && headlessOf(runtimeOf(parent.runtime))?.id === parent.runtime;
  return {
    prompt: task,
    headless: true,
    parentId: parent.id,
    cwd: parent.cwd,
    env: ask.env,
    ...(name !== undefined && { name }),
    ...driven,
    ...(own && parent.command && { argv: parent.command }),
    ...(model !== undefined && { model }),
    // Modes are called otherwise in a terminal.
    ...(same && parent.mode != null && { mode: parent.mode }),
    ...(worktree !== undefined && { worktree }),
    ...(worktree !== false && parent.branch !== null && { base: parent.branch }),
    ...(parent.unattended && { unattended: parent.unattended }),
    ...(parent.capabilities && { capabilities: parent.capabilities }),
    ...(detached && { detached }),
  };
}

/** They do what they are given, and nobody is asked: that is for persons and workflows. */
const UNASKED = new Set(['command-exec', 'workflow']);

function checkSpoken(ask: { runtime?: string; profile?: string }, config: ResolvedConfig): void {
  const { runtime } = chooseRuntime({ ...ask, headless: true, config });
  if (runtime.structured && !UNASKED.has(runtime.id)) return;
  const known = runtimes.filter(({ id, structured }) => structured && !UNASKED.has(id)).map(({ id }) => id);
  throw new BooError(
    'usage',
    `${runtime.id} cannot be a subagent: it is an agent that is driven over its protocol`,
    `There are: ${known.join(', ')}.`,
  );
}
