import type { Agent, Size } from '../../schema/agent.ts';
import { type Context, exclusively } from '../context.ts';
import { relaunch } from './relaunch.ts';

/** A new life under the same id, in the same folder, with the environment of who asks. A living one is stopped first. */
export async function restartAgent(
  ctx: Context,
  id: string,
  { env, size }: { env: Record<string, string>; size?: Size | undefined },
): Promise<Agent> {
  return exclusively(ctx, id, 'restarted', () => {
    ctx.retries.cancel(id);
    const { prompt } = ctx.store.agent(id);
    return relaunch(ctx, id, { env, size, prompt, resume: null });
  });
}
