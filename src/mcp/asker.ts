import { connectDaemon, type DaemonClient } from '../client/daemon.ts';
import { BooError } from '../util/errors.ts';

/** The agent that asks, and its way to the project's daemon. */
export interface Asker {
  /** Its id. */
  agent: string;
  /** Our own environment, which is the agent's or a part of it. */
  env: Record<string, string>;
  /** What may be asked twice is asked again when the daemon ended meanwhile: another one is there soon. */
  call: DaemonClient['call'];
  /** What must not be done twice: of a daemon that ended in its middle it is not known whether it was done. */
  once: DaemonClient['call'];
  close(): void;
}

/** Connects when something is asked, and again when that connection was lost. */
export function createAsker({ root, agent, env }: { root: string; agent: string; env: Record<string, string> }): Asker {
  let connecting: Promise<DaemonClient> | undefined;
  const connected = async (): Promise<DaemonClient> => {
    const known = await connecting?.catch(() => undefined);
    if (known && !known.closed) return known;
    connecting = connectDaemon({ root, start: true, env });
    return connecting;
  };
  return {
    agent,
    env,
    async call(method, params) {
      const client = await connected();
      try {
        return await client.call(method, params);
      } catch (error) {
        if (!client.closed) throw error;
        return await (await connected()).call(method, params);
      }
    },
    async once(method, params) {
      const client = await connected();
      try {
        return await client.call(method, params);
      } catch (error) {
        if (!client.closed) throw error;
        const hint = 'Look first whether it was done.';
        throw new BooError('no_daemon', 'the daemon ended before it had answered', hint, { cause: error });
      }
    },
    close: () =>
      void connecting?.then(
        (client) => client.close(),
        () => {},
      ),
  };
}
