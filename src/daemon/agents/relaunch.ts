import { isLive } from '../../core/lifecycle.ts';
import { beforePlan, planLaunch } from '../../runtimes/index.ts';
import { carried } from '../../runtimes/siblings.ts';
import type { Agent, Size } from '../../schema/agent.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { environmentOf } from './environment.ts';
import { checkFolder } from './folder.ts';
import { launch, startFailed } from './launch.ts';
import { checkProfile } from './profile.ts';
import { stopAgent } from './stop.ts';

export interface Relaunch {
  /** The environment of who asks; missing: as it was started last, as far as that is known. */
  env?: Record<string, string> | undefined;
  size?: Size | undefined;
  prompt: string | null;
  images?: readonly string[];
  /** The provider's session that goes on; null: a new one begins. */
  resume: string | null;
  /** Its provider does not have the session any more. */
  forget?: boolean;
  /** Another way of driving it. */
  runtime?: string | undefined;
  /** Why it is begun again by itself; missing: somebody asked. */
  why?: string | undefined;
}

/**
 * A new life under the same id, in the same folder. A living one is stopped first. To be called alone for the agent. Where nobody asked for
 * it and it cannot be begun, that is on record as a life that failed to start: nobody else would be told.
 */
export async function relaunch(ctx: Context, id: string, ask: Relaunch): Promise<Agent> {
  const { store } = ctx;
  const env = ask.env ?? (await environmentOf(ctx, store.agent(id))) ?? ownEnvironment();
  const before = store.agent(id);
  let plan: ReturnType<typeof planLaunch>;
  try {
    const { runtime, profile, cwd } = before;
    await beforePlan({ runtime: ask.runtime ?? runtime, profile, env, cwd, config: ctx.config.get().config });
    plan = planAgain(ctx, before, ask, env);
    await checkFolder(ctx, before);
  } catch (error) {
    if (ask.why !== undefined && !isLive(before) && !before.archived) await notBegun(ctx, before, ask.why, error);
    throw error;
  }
  if (isLive(before)) await stopAgent(ctx, id, 'user');
  const ended = store.agent(id);
  ctx.watches.end(id);
  store.record(id, { type: 'restarted', argv: plan.argv, ...changes(before, plan, ask) }, { epoch: before.epoch + 1 });
  if (ask.size) store.record(id, { type: 'size', size: ask.size });
  ctx.environments.set(id, env);
  const abort = new AbortController();
  ctx.preparing.set(id, abort);
  try {
    await launch(ctx, id, plan, ctx.config.get().config, { signal: abort.signal, images: ask.images ?? [] });
  } catch (error) {
    throw startFailed(ctx, id, error);
  } finally {
    ctx.preparing.delete(id);
    // Only now: a host whose last child is collected leaves.
    await ctx.ends.collect(ended);
  }
  return store.agent(id);
}

/** What is to be started. Throws where that cannot be. */
function planAgain({ config, root }: Context, before: Agent, ask: Relaunch, env: Record<string, string>) {
  const loaded = config.get();
  const { name, profile, cwd } = before;
  if (before.archived)
    throw new BooError('conflict', `${name} is archived`, `boocode restore ${name} brings it back first.`);
  if (profile !== null) checkProfile(root, loaded, profile);
  const { prompt, resume } = ask;
  const runtime = ask.runtime ?? before.runtime;
  const { model, mode } = runtime === before.runtime ? before : carried(before, runtime);
  const argv = before.command ?? (runtime === 'command' && profile === null ? before.argv : null);
  const again = { runtime, profile, prompt, resume, argv, model, mode, name, cwd };
  const tools = loaded.config.subagents.enabled;
  return planLaunch({ ...again, agent: before, env, root, config: loaded.config, tools });
}

/** What is otherwise than in the life before. */
const changes = ({ runtime, autofix }: Agent, plan: ReturnType<typeof planLaunch>, ask: Relaunch) => ({
  ...(plan.runtime !== runtime && { runtime: plan.runtime, model: plan.model, mode: plan.mode }),
  ...((ask.resume !== null || ask.forget) && { sessionId: ask.resume }),
  ...(ask.why !== undefined && { why: ask.why }),
  ...((autofix ?? 'off') !== plan.autofix && { autofix: plan.autofix }),
});

/** What stood in the way before anything was done: the life that was wanted has failed to start. */
async function notBegun(ctx: Context, before: Agent, why: string, error: unknown): Promise<void> {
  const { id, argv, epoch } = before;
  const hint = error instanceof BooError && error.hint ? `. ${error.hint}` : '';
  ctx.store.record(id, { type: 'restarted', argv, why }, { epoch: epoch + 1 });
  startFailed(ctx, id, new BooError('failed', `it could not be begun again (${why}): ${messageOf(error)}${hint}`));
  await ctx.ends.collect(before);
}

/** That of this daemon: what begins again by itself after a crash has nobody who asks. */
const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
