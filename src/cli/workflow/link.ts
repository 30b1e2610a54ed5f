import { type ConnectOptions, connectDaemon, type DaemonClient } from '../../client/daemon.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';

/** How often a request is asked again of another daemon, in a row: one that dies at each of them is no passing trouble. */
const TRIES = 5;

/** A connection for long: a run, and an agent, go on without the daemon, so who follows them looks for the next one (and starts it, if need be). Only for requests that may be asked twice. */
export interface Link extends Pick<DaemonClient, 'call' | 'close'> {}

export interface LinkOptions extends Pick<ConnectOptions, 'on'> {
  /** The connection there is; missing: one is made. */
  first?: DaemonClient;
  /** Before anything is asked of another daemon. */
  again?(client: DaemonClient): Promise<void>;
}

export async function openLink(context: Context, { first, again, on }: LinkOptions = {}): Promise<Link> {
  const { root } = context.project();
  const open = () => connectDaemon({ root, start: true, env: context.io.env, ...(on && { on }) });
  let client = first ?? (await open());
  const call = async (...ask: Parameters<DaemonClient['call']>) => {
    for (let tries = 1; ; tries++) {
      try {
        return await client.call(...ask);
      } catch (error) {
        if (!(error instanceof BooError && error.code === 'no_daemon') || tries === TRIES) throw error;
        client = await open();
        await again?.(client).catch(() => {});
      }
    }
  };
  return { call: call as DaemonClient['call'], close: () => client.close() };
}
