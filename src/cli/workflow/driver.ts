import type { DaemonClient } from '../../client/daemon.ts';
import { firstDriver } from '../../core/runs/driver.ts';
import type { Context } from '../context.ts';

/** What a run's agents are where nobody has said it: nothing where the config has profiles (the first is taken), else the first coding agent of this machine that can be driven without a screen. */
export async function chosenRuntime(context: Context, client: DaemonClient): Promise<{ runtime?: string }> {
  const runtime = context.option('runtime');
  if (runtime !== undefined) return { runtime };
  if (context.option('profile') !== undefined) return {};
  const { config } = await client.call('config.get', {});
  const { profiles } = config as { profiles?: Record<string, unknown> };
  if (Object.keys(profiles ?? {}).length > 0) return {};
  const { runtimes } = await client.call('runtimes.list', { env: context.env });
  const first = firstDriver(runtimes, profiles);
  if (!first) {
    context.note(
      'No coding agent was found on this machine: calls that name none will fail. --runtime demo tries it with a script that ships with BooCode.',
    );
    return {};
  }
  context.note(`Its agents are ${first.title}, the first that was found: --runtime or a profile chooses another.`);
  return { runtime: first.id };
}
