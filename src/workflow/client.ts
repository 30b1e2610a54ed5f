import { setTimeout as delay } from 'node:timers/promises';
import { keepDaemon, type Link } from '../client/keep.ts';
import type { Agent } from '../schema/agent.ts';
import type { DaemonNotes } from '../schema/daemon.ts';
import { BooError } from '../util/errors.ts';

/** How long a daemon that does not come up, or goes away again, is tried at the beginning, and the pause between, in milliseconds. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;

export const isLost = (error: unknown): boolean => error instanceof BooError && error.code === 'no_daemon';

export interface RunClient {
  /**
   * Asks the daemon, and asks again after each loss until there is an answer: whatever is asked must bear being asked twice.
   * Rejects with the daemon's BooError.
   */
  call: Link['call'];
  /** Asks once: rejects where the connection was lost meanwhile (`isLost`), when nobody knows what became of it. */
  once: Link['call'];
  close(): void;
}

/** What a run hears of its agents: all of them after each connecting, then who is added, and what they use. */
export interface Hearing {
  agents(agents: readonly Agent[]): void;
  event(note: DaemonNotes['event']): void;
}

/** The connection of a run (id of its agent) to its daemon, started where there is none. Rejects with `no_daemon` when none comes up. */
export async function openClient(root: string, run: string, hearing: Hearing): Promise<RunClient> {
  /** Counts connections. */
  let times = 0;
  let back = Promise.withResolvers<void>();
  const end = performance.now() + PATIENCE_MS;
  const open = (): Promise<Link> =>
    keepDaemon({
      root,
      on: { event: (note) => hearing.event(note) },
      follow: async (client) => (await client.call('run.follow', { run })).agents,
      onConnected(agents) {
        times += 1;
        hearing.agents(agents);
        back.resolve();
      },
      onLost() {
        back = Promise.withResolvers();
      },
    }).catch(async (error: unknown) => {
      if (!isLost(error) || performance.now() > end) throw error;
      await delay(PAUSE_MS);
      return open();
    });
  const link = await open();
  const call: Link['call'] = async (method, params) => {
    for (;;) {
      const before = times;
      try {
        return await link.call(method, params);
      } catch (error) {
        if (!isLost(error) || (link.state === 'connected' && times === before)) throw error;
        await back.promise;
      }
    }
  };
  return { call, once: (method, params) => link.call(method, params), close: () => link.close() };
}
