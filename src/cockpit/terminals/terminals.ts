import type { HostClient, HostHandlers } from '../../client/host.ts';
import type { Size } from '../../schema/agent.ts';
import type { ScreenFrame } from '../../schema/screen.ts';
import { createGrid } from '../grid/grid.ts';
import { createListeners } from '../tty/listeners.ts';
import type { Grid, TerminalState, Terminals, Watched } from '../types.ts';
import { createHosts } from './hosts.ts';

export interface TerminalsOptions {
  connectHost(socket: string, handlers: HostHandlers): Promise<HostClient>;
}

interface Pane {
  watched: Watched;
  grid: Grid;
  state: TerminalState;
  /** Size that was asked for last, so that a drag of a border asks once for each size. */
  asked: Size | null;
}

/** Screens of agents, straight from their hosts. See Terminals in types. */
export function createTerminals({ connectHost }: TerminalsOptions): Terminals {
  const panes = new Map<string, Pane>();
  const changes = createListeners<{ child: string; what: 'frame' | 'state' }>();
  const setState = (child: string, state: TerminalState) => {
    const pane = panes.get(child);
    if (!pane || pane.state === state) return;
    pane.state = state;
    changes.tell({ child, what: 'state' });
  };
  const onFrame = (frame: ScreenFrame) => {
    const pane = panes.get(frame.header.child);
    if (!pane) return;
    pane.grid.apply(frame);
    setState(frame.header.child, 'live');
    changes.tell({ child: frame.header.child, what: 'frame' });
  };
  const hosts = createHosts({ connectHost, onFrame, onLost: (child) => setState(child, 'lost') });
  return {
    show(children) {
      const wanted = new Map(children.map((one) => [one.child, one]));
      for (const [child, pane] of panes) {
        if (wanted.has(child)) continue;
        panes.delete(child);
        hosts.unwatch(pane.watched);
      }
      for (const watched of wanted.values()) {
        const pane = panes.get(watched.child);
        if (!pane) panes.set(watched.child, { watched, grid: createGrid(), state: 'connecting', asked: null });
        else {
          if (pane.watched.socket !== watched.socket) hosts.unwatch(pane.watched);
          else if (pane.watched.fps === watched.fps) continue;
          pane.watched = watched;
        }
        hosts.watch(watched);
      }
    },
    grid: (child) => panes.get(child)?.grid,
    state: (child) => panes.get(child)?.state,
    onChange: (listener) => changes.add(({ child, what }) => listener(child, what)),
    input(child, bytes) {
      const pane = panes.get(child);
      if (pane?.state === 'live' && bytes.length > 0) hosts.client(pane.watched)?.input(child, bytes);
    },
    resize(child, size) {
      const pane = panes.get(child);
      const client = pane && hosts.client(pane.watched);
      if (!client) return;
      const now = pane.asked ?? pane.grid;
      if (now.cols === size.cols && now.rows === size.rows) return;
      pane.asked = size;
      client
        .call('resize', { child, size })
        .catch(() => {})
        .finally(() => {
          if (pane.asked === size) pane.asked = null;
        });
    },
    close() {
      panes.clear();
      hosts.close();
    },
  };
}
