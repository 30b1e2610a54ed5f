import type { HostClient, HostHandlers } from '../../client/host.ts';
import type { ScreenFrame } from '../../schema/screen.ts';
import type { Watched } from '../types.ts';

export interface HostsOptions {
  connectHost(socket: string, handlers: HostHandlers): Promise<HostClient>;
  onFrame(frame: ScreenFrame): void;
  /** Its host is gone, or does not know it. */
  onLost(child: string): void;
}

/** Milliseconds until a host that vanished is tried again: the first time, and at most. */
const RETRY_MS = 100;
const MAX_RETRY_MS = 3000;

interface Host {
  client: HostClient | null;
  watched: Map<string, Watched>;
  retry: NodeJS.Timeout | null;
  wait: number;
}

function ask(host: Host, watched: Watched, onLost: (child: string) => void): void {
  host.client?.watch(watched.child, watched.fps).catch(() => {
    // Unknown to its host (collected, or not yet started): whoever shows it is told, and asks again when there is news.
    if (host.client && !host.client.closed && host.watched.get(watched.child) === watched) onLost(watched.child);
  });
}

/** One connection to each host that has a child on the screen; made when it is needed, tried again when it breaks. */
export function createHosts({ connectHost, onFrame, onLost }: HostsOptions) {
  const hosts = new Map<string, Host>();
  const lose = (socket: string, host: Host) => {
    host.client = null;
    for (const child of host.watched.keys()) onLost(child);
    if (hosts.get(socket) !== host || host.retry) return;
    host.retry = setTimeout(() => void connect(socket, host), host.wait);
    host.wait = Math.min(host.wait * 2, MAX_RETRY_MS);
  };
  const connect = async (socket: string, host: Host) => {
    host.retry = null;
    try {
      const client = await connectHost(socket, { onFrame, onClose: () => lose(socket, host) });
      if (hosts.get(socket) !== host) return client.close();
      host.client = client;
      host.wait = RETRY_MS;
      for (const watched of host.watched.values()) ask(host, watched, onLost);
    } catch {
      lose(socket, host);
    }
  };
  return {
    client: ({ socket }: Watched): HostClient | null => hosts.get(socket)?.client ?? null,
    watch(watched: Watched) {
      const known = hosts.get(watched.socket);
      const host: Host = known ?? { client: null, watched: new Map(), retry: null, wait: RETRY_MS };
      host.watched.set(watched.child, watched);
      if (known) return ask(host, watched, onLost);
      hosts.set(watched.socket, host);
      void connect(watched.socket, host);
    },
    unwatch({ child, socket }: Watched) {
      const host = hosts.get(socket);
      if (!host?.watched.delete(child)) return;
      if (host.watched.size > 0) return void host.client?.unwatch(child).catch(() => {});
      hosts.delete(socket);
      if (host.retry) clearTimeout(host.retry);
      host.client?.close();
    },
    close() {
      for (const host of hosts.values()) {
        if (host.retry) clearTimeout(host.retry);
        host.client?.close();
      }
      hosts.clear();
    },
  };
}
