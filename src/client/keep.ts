import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectState } from '../schema/state.ts';
import { BooError } from '../util/errors.ts';
import type { ConnectOptions, DaemonClient } from './daemon.ts';

/** Pauses between attempts after a loss, in milliseconds: the first at once, so that a crash is hardly seen. */
const RETRY_MS = [0, 100, 250, 500, 1000, 2000];

export interface Link {
  /** Calls the daemon of now; rejects with `no_daemon` while there is none. */
  call: DaemonClient['call'];
  readonly state: 'connected' | 'lost';
  /** Ends it, and stops trying. */
  close(): void;
}

export interface KeepOptions<S> extends Pick<ConnectOptions, 'root' | 'on' | 'env'> {
  /** Asks for what is to be followed, after each connecting. */
  follow(client: DaemonClient): Promise<S>;
  /** After each connecting, with what `follow` gave; events that come then build on it. */
  onConnected(state: S, client: DaemonClient): void;
  onLost(): void;
  /** Aborted: as `close`, also while the first attempt is still under way. */
  signal?: AbortSignal;
}

/** To follow all that the daemon knows and says. */
export const followAll = async (client: DaemonClient): Promise<ProjectState> =>
  (await client.call('subscribe', {})).state;

/**
 * A connection that comes back: a daemon that crashed is started again and subscribed to anew; for one that left on
 * purpose the next one is waited for. Rejects as `connectDaemon` when the first attempt fails.
 */
export async function keepDaemon<S>(options: KeepOptions<S>): Promise<Link> {
  options.signal?.throwIfAborted();
  const stop = new AbortController();
  let client: DaemonClient | undefined;
  let left = false;

  const close = () => {
    stop.abort();
    client?.close();
  };
  options.signal?.addEventListener('abort', close, { once: true });

  const connect = async (start: boolean) => {
    // The shapes of all messages come with it: the cockpit takes keys before they are made.
    const { connectDaemon } = await import('./daemon.ts');
    const next = await connectDaemon({
      root: options.root,
      env: options.env,
      start,
      on: {
        ...options.on,
        leaving(data) {
          left = true;
          options.on?.leaving?.(data);
        },
      },
      onClose() {
        if (client !== next || stop.signal.aborted) return;
        client = undefined;
        options.onLost();
        void comeBack();
      },
    });
    if (stop.signal.aborted) return next.close();
    const state = await options.follow(next);
    if (stop.signal.aborted) return next.close();
    client = next;
    left = false;
    options.onConnected(state, next);
  };

  const comeBack = async () => {
    for (let attempt = 0; !client && !stop.signal.aborted; attempt += 1) {
      const pause = RETRY_MS[Math.min(attempt + (left ? 3 : 0), RETRY_MS.length - 1)]!;
      await delay(pause, undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) await connect(!left).catch(() => {});
    }
  };

  await connect(true);
  return {
    call: (method, params) =>
      client?.call(method, params) ??
      Promise.reject(
        new BooError('no_daemon', 'the connection to the daemon is lost', 'It is being restored; try again.'),
      ),
    get state() {
      return client ? 'connected' : 'lost';
    },
    close,
  };
}
