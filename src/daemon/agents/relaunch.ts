import { isLive } from '../../core/lifecycle.ts';
import { planLaunch } from '../../runtimes/index.ts';
import type { Agent, Size } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
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

/** A new life under the same id, in the same folder. A living one is stopped first. To be called alone for the agent. */
export async function relaunch(ctx: Context, id: string, ask: Relaunch): Promise<Agent> {
  const { store, config, ends, watches, preparing, root } = ctx;
  const loaded = config.get();
  const settings = loaded.config;
  const before = store.agent(id);
  const { name, profile, cwd, model, mode } = before;
  if (before.archived)
    throw new BooError('conflict', `${name} is archived`, `boocode restore ${name} brings it back first.`);
  if (profile !== null) checkProfile(root, loaded, profile);
  const { prompt, resume } = ask;
  const env = ask.env ?? ctx.environments.get(id) ?? ownEnvironment();
  const runtime = ask.runtime ?? before.runtime;
  const argv = before.command ?? (runtime === 'command' && profile === null ? before.argv : null);
  const again = { runtime, profile, prompt, resume, argv, model, mode, name, cwd };
  const plan = planLaunch({ ...again, agent: before, env, root, config: settings, tools: settings.subagents.enabled });
  await checkFolder(ctx, before);
  if (isLive(before)) await stopAgent(ctx, id, 'user');
  const ended = store.agent(id);
  watches.end(id);
  store.record(
    id,
    {
      type: 'restarted',
      argv: plan.argv,
      ...(runtime !== before.runtime && { runtime }),
      ...((resume !== null || ask.forget) && { sessionId: resume }),
      ...(ask.why !== undefined && { why: ask.why }),
      ...((before.autofix ?? 'off') !== plan.autofix && { autofix: plan.autofix }),
    },
    { epoch: before.epoch + 1 },
  );
  if (ask.size) store.record(id, { type: 'size', size: ask.size });
  ctx.environments.set(id, env);
  const abort = new AbortController();
  preparing.set(id, abort);
  try {
    await launch(ctx, id, plan, settings, { signal: abort.signal, images: ask.images ?? [] });
  } catch (error) {
    throw startFailed(ctx, id, error);
  } finally {
    preparing.delete(id);
    // Only now: a host whose last child is collected leaves.
    await ends.collect(ended);
  }
  return store.agent(id);
}

/** That of this daemon: what begins again by itself after a crash has nobody who asks. */
const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
