import { v7 as uuidv7 } from 'uuid';
import { isBusyKey } from '../../core/lifecycle.ts';
import { chooseName } from '../../core/names.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { branchesNamed } from '../../git/refs.ts';
import { chooseRuntime } from '../../runtimes/choose.ts';
import { beforePlan, planLaunch } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import type { NewAgent } from '../../schema/daemon.ts';
import type { Call } from '../../schema/run.ts';
import { BooError } from '../../util/errors.ts';
import { findProject } from '../../util/project.ts';
import type { Context } from '../context.ts';
import { checkImage } from '../sessions/images.ts';
import { launch, startFailed } from './launch.ts';
import {
  folderInProject,
  noteStart,
  planWorktree,
  prepareWorktree,
  undoWorktree,
  type WorktreePlan,
} from './prepare.ts';
import { checkProfile } from './profile.ts';

/** What BooCode itself says of an agent that it starts, and no client can. */
export interface Inner {
  /** Made before, where something of it must be there at its start. */
  id?: string;
  /** What its name is made from where none was asked for; others of that name are in nobody's way. */
  stem: string;
  /** Commit that its worktree starts from; null: that of its base. */
  commit?: string | null;
  call?: Call;
  /** Of a run: what it carries out. */
  run?: Agent['run'];
  subagent?: Agent['subagent'];
}

/** Starts a new agent and answers when it runs. On failure nothing of it is left but its record. */
export async function newAgent(ctx: Context, ask: NewAgent, inner?: Inner): Promise<Agent> {
  const { store, root, config, preparing } = ctx;
  const loaded = config.get();
  const settings = loaded.config;
  for (const image of ask.images ?? []) checkImage(image);
  if (ask.profile !== undefined) checkProfile(root, loaded, ask.profile);
  ctx.git = ctx.git || findProject(root).git;
  const chosen = chooseRuntime({ ...ask, config: settings });
  const inWorktree = ctx.git && (ask.worktree ?? settingsOf(settings, chosen.profile) ?? settings.worktrees.enabled);
  const { branchPrefix } = settings.worktrees;
  const branches = inWorktree && ask.name === undefined ? await branchesNamed(root, branchPrefix) : [];
  const learning = beforePlan({ ...ask, cwd: root, config: settings });
  if (learning) await learning;
  const { agent, plan, worktree } = settle(ctx, ask, settings, { chosen, inWorktree, branches, inner });
  const { id } = agent;
  store.record(id, { type: 'created', agent });
  const abort = new AbortController();
  preparing.set(id, abort);
  ctx.environments.set(id, ask.env);
  try {
    if (worktree) await prepareWorktree(ctx, id, worktree, { env: plan.env, config: settings, signal: abort.signal });
    else if (ctx.git) await noteStart(ctx, id);
    try {
      await launch(ctx, id, plan, settings, { signal: abort.signal, images: ask.images ?? [] });
    } catch (error) {
      if (worktree) await undoWorktree(ctx, store.agent(id));
      throw error;
    }
  } catch (error) {
    const known = startFailed(ctx, id, error);
    forget(ctx, id);
    throw known;
  } finally {
    preparing.delete(id);
  }
  return store.agent(id);
}

/** An agent that never ran: its record tells why. When that cannot be written, nothing of it stays at all. */
function forget({ store }: Context, id: string): void {
  if (!store.get().agents[id]) return;
  try {
    store.record(id, { type: 'removed', savedRef: null });
  } catch {
    store.drop(id);
  }
}

interface Settling {
  chosen: ReturnType<typeof chooseRuntime>;
  inWorktree: boolean;
  /** That outlived their agents, perhaps. */
  branches: string[];
  inner: Inner | undefined;
}

/** Everything that can be decided before anything is made. No await in here: a name that is free stays so. */
function settle(
  { store, root, git }: Context,
  ask: NewAgent,
  config: ResolvedConfig,
  { chosen, inWorktree, branches, inner }: Settling,
) {
  const { runtime, profile } = chosen;
  if (runtime.internal && !inner) throw notForPeople(runtime.id);
  if (ask.parentId !== undefined) store.agent(ask.parentId);
  if (ask.unattended === 'auto' && !runtime.structured) throw cannotApprove(runtime.id);
  const key = { profile, runtime: runtime.id };
  const agents = store.all();
  const busy = ask.name === undefined ? undefined : isBusyKey(agents, { task: ask.name, ...key });
  if (busy) throw isBusy(busy);
  // A branch that outlived its agent keeps its name taken for generated ones.
  const left = branches.map((branch) => ({ name: branch.slice(config.worktrees.branchPrefix.length) }) as Agent);
  const { name, task } = chooseName({ agents: [...agents, ...left], wanted: ask.name ?? inner?.stem, ...key });
  if (!git && (ask.branch ?? ask.base) !== undefined) {
    throw new BooError(
      'usage',
      `${root} is no git repository, so there is no branch or base`,
      'Leave --branch and --base away, or run git init.',
    );
  }
  const place = { ...ask, commit: inner?.commit };
  const worktree: WorktreePlan | null = inWorktree ? planWorktree(root, config.worktrees, name, place) : null;
  const here = folderInProject(root, ask.cwd);
  // Relative programs are looked up where the command was given.
  const none = { runtime: runtime.id, profile, argv: [], prompt: null, timeouts: config.timeouts };
  const draft = {
    ...freshAgent({
      name,
      task: ask.name === undefined ? name : task,
      plan: none,
      cwd: worktree?.path ?? here,
      size: null,
    }),
    ...toldOf(ask, inner),
  };
  const plan = planLaunch({ ...ask, name, root, cwd: here, config, agent: draft, tools: config.subagents.enabled });
  const { argv, prompt, model, mode } = plan;
  const agent: Agent = {
    ...draft,
    argv,
    prompt,
    size: ask.size ?? plan.size,
    // A run lasts as long as its agents take; its own time is its process's matter.
    timeouts: isRun(draft)
      ? { ...plan.timeouts, inactivity: null, total: null }
      : { ...plan.timeouts, ...ask.timeouts },
    ...(plan.autofix !== 'off' && { autofix: plan.autofix }),
    ...(model !== null && { model }),
    ...(mode !== null && { mode }),
  };
  return { agent, plan, worktree };
}

/** What stands in an agent's state as it was asked for. */
const toldOf = ({ parentId, detached, capabilities, unattended, argv }: NewAgent, inner: Inner | undefined) => ({
  parentId: parentId ?? null,
  ...(inner?.id !== undefined && { id: inner.id }),
  ...(inner?.call && { call: inner.call }),
  ...(inner?.run && { run: inner.run }),
  ...(inner?.subagent && { subagent: inner.subagent }),
  ...(detached && { detached }),
  ...(capabilities && { capabilities }),
  ...(unattended && { unattended }),
  ...(argv && argv.length > 0 && { command: argv }),
});

const isBusy = ({ name, profile, runtime, status }: Agent) =>
  new BooError(
    'conflict',
    `${name} (${profile ?? runtime}) is ${status.state} already`,
    'Choose another name, or stop that one first.',
  );

const notForPeople = (runtime: string) =>
  new BooError('usage', `runtime ${runtime} is started by runs of workflows alone`, 'boocode workflow run starts one.');

const cannotApprove = (what: string) =>
  new BooError(
    'usage',
    `${what} cannot be told to approve everything`,
    "Give the agent's own flag for it in a profile's args, or use --pause-on-approval.",
  );

const settingsOf = (config: ResolvedConfig, profile: string | null) =>
  profile === null ? undefined : config.profiles[profile]?.worktree;

type Fresh = Pick<Agent, 'name' | 'task' | 'cwd' | 'size'> & {
  plan: Pick<ReturnType<typeof planLaunch>, 'runtime' | 'profile' | 'argv' | 'prompt' | 'timeouts'>;
};

/** An agent nothing has happened to yet. */
export function freshAgent({ name, task, plan, cwd, size }: Fresh): Agent {
  const now = Date.now();
  return {
    id: uuidv7(),
    name,
    task,
    runtime: plan.runtime,
    profile: plan.profile,
    epoch: 1,
    status: { state: 'pending', evidence: { source: 'user', detail: 'asked for' }, since: now },
    argv: plan.argv,
    prompt: plan.prompt,
    cwd,
    branch: null,
    base: null,
    baseCommit: null,
    worktree: null,
    timeouts: { ...plan.timeouts },
    size,
    pid: null,
    host: null,
    sessionId: null,
    parentId: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    exit: null,
    title: '',
    archived: false,
    savedRef: null,
    tokens: null,
    cost: null,
    rateLimits: [],
    changes: null,
    collisions: 0,
    waiting: 0,
    unread: false,
  };
}
