import { planLaunch } from '../../runtimes/index.ts';
import type { Agent, Size } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { checkFolder } from './folder.ts';
import { launch, startFailed } from './launch.ts';
import { checkProfile } from './profile.ts';
import { stopAgent } from './stop.ts';

/** A new life under the same id, in the same folder, with the environment of who asks. A living one is stopped first. */
export async function restartAgent(
  ctx: Context,
  id: string,
  { env, size }: { env: Record<string, string>; size?: Size | undefined },
): Promise<Agent> {
  return exclusively(ctx, id, 'restarted', async () => {
    const { store, config, ends, watches, preparing, root } = ctx;
    const loaded = config.get();
    const settings = loaded.config;
    const before = store.agent(id);
    const { name, runtime, profile, prompt, cwd, model, mode } = before;
    if (before.archived)
      throw new BooError('conflict', `${name} is archived`, `boocode restore ${name} brings it back first.`);
    if (profile !== null) checkProfile(root, loaded, profile);
    const argv = before.command ?? (runtime === 'command' && profile === null ? before.argv : null);
    const again = { runtime, profile, prompt, argv, model, mode, name, cwd };
    const plan = planLaunch({ ...again, agent: before, env, root, config: settings });
    await checkFolder(ctx, before);
    await stopAgent(ctx, id, 'user');
    const ended = store.agent(id);
    watches.end(id);
    store.record(id, { type: 'restarted', argv: plan.argv }, { epoch: before.epoch + 1 });
    if (size) store.record(id, { type: 'size', size });
    const abort = new AbortController();
    preparing.set(id, abort);
    try {
      await launch(ctx, id, plan, settings, abort.signal);
    } catch (error) {
      throw startFailed(ctx, id, error);
    } finally {
      preparing.delete(id);
      // Only now: a host whose last child is collected leaves.
      await ends.collect(ended);
    }
    return store.agent(id);
  });
}
