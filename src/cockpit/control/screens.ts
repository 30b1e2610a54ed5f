import type { Size } from '../../schema/agent.ts';
import { childId } from '../../schema/plain.ts';
import type { ProjectState } from '../../schema/state.ts';
import { selectedAgent } from '../selectors/sessions.ts';
import type { CockpitStore } from '../store/store.ts';
import type { Compositor, Grid, Terminal, TerminalRect, Terminals } from '../types.ts';
import { createFitting } from './fitting.ts';
import { type Reader, SHEET } from './history/reader.ts';
import type { Reserved, Surface } from './surface.ts';
import { type Talks, talkId } from './talk/talks.ts';

/** Updates a second of a screen that is looked at alone, and of one among tiles. */
const FPS = { alone: 60, among: 30 };

export interface ScreensOptions {
  store: CockpitStore;
  surface: Surface;
  reader: Pick<Reader, 'lay' | 'frame'>;
  talks: Pick<Talks, 'lay' | 'keep'>;
  compositor: Pick<Compositor, 'setTerminals' | 'touch'>;
  terminals: Terminals;
  terminal: Pick<Terminal, 'setModes' | 'onInput'>;
  /** The screen that gets the keys has been painted. */
  onEcho(): void;
  /** Remembers the size for a restart. */
  onSize(agent: string, size: Size): void;
}

interface Placed extends Reserved {
  child: string;
  socket: string;
}

/** The child that carries this agent's screen; null when it never had one, or its host is gone. */
export function childOf(project: ProjectState | null, id: string): { child: string; socket: string } | null {
  const agent = project?.agents[id];
  const host = agent?.host && project?.hosts.find((one) => one.id === agent.host);
  return agent && host ? { child: childId(agent), socket: host.socket } : null;
}

/** Brings agents' screens to the rectangles that components reserved. Returns the undo. */
export function showScreens(options: ScreensOptions): () => void {
  const { store, surface, reader, talks, compositor, terminals, terminal } = options;
  const fitting = createFitting(terminals, options.onSize);
  let drawn = new Set<string>();
  let focused: string | undefined;

  const sync = () => {
    const { project } = store.getState().data;
    const spoken = layTalks(surface, talks, store.getState().ui.reading?.agent);
    const placed = surface.reserved.flatMap((place): Placed[] => {
      const at = childOf(project, place.agent);
      return at && !spoken.has(place.agent) ? [{ ...place, ...at }] : [];
    });
    const fps = placed.length > 1 ? FPS.among : FPS.alone;
    terminals.show(placed.map((one) => ({ child: one.child, socket: one.socket, fps: one.focused ? FPS.alone : fps })));
    // What one moves about in is painted at once, as what one types to.
    const chosen = selectedAgent(store.getState())?.id;
    const rects = surface.reserved.flatMap(({ agent, rect, focused: on }): TerminalRect[] => {
      const sheet = reader.lay(agent, rect);
      // Focused, so that it is painted at once; it has no cursor.
      if (sheet) return [{ id: SHEET, ...rect, grid: sheet, focused: true }];
      const talk = spoken.get(agent);
      if (talk) return [{ id: talkId(agent), ...rect, grid: talk, focused: on || agent === chosen }];
      const child = placed.find((one) => one.agent === agent)?.child;
      const grid = child && terminals.grid(child);
      return grid && grid.version > 0 ? [{ id: child, ...rect, grid, focused: on }] : [];
    });
    drawn = new Set(rects.map((one) => one.id));
    compositor.setTerminals(rects);
    focused = placed.find((one) => one.focused)?.child;
    passModes();
    noteStates(store, terminals, placed);
    fitting.want(
      placed.map(({ agent, child, rect }) => ({ agent, child, size: { cols: rect.width, rows: rect.height } })),
    );
  };
  const passModes = () => terminal.setModes((focused && terminals.grid(focused)?.modes) || null);

  const undo = [
    surface.onReserved(sync),
    store.subscribe((state, before) => {
      const read = state.ui.reading?.agent !== before.ui.reading?.agent;
      const chosen = state.ui.selected !== before.ui.selected;
      if (read || chosen || placesDiffer(state.data.project, before.data.project)) sync();
    }),
    terminals.onChange((child, what) => {
      if (what === 'frame' && reader.frame(child)) return;
      if (what === 'state' || !drawn.has(child)) return sync();
      compositor.touch(child);
      if (child !== focused) return;
      passModes();
      options.onEcho();
    }),
    terminal.onInput((events) => {
      if (events.some((event) => event.type === 'focus' && event.focused)) fitting.again();
    }),
    fitting.close,
  ];
  return () => {
    for (const one of undo) one();
  };
}

/** Conversations where agents that have one are to be seen, by agent. `read`: over this one lies what was printed before: nothing moves there. */
function layTalks({ reserved }: Surface, talks: ScreensOptions['talks'], read: string | undefined): Map<string, Grid> {
  const spoken = new Map<string, Grid>();
  for (const { agent, rect } of reserved) {
    const sheet = talks.lay(agent, rect);
    if (sheet) spoken.set(agent, sheet);
  }
  talks.keep([...spoken.keys()].filter((agent) => agent !== read));
  return spoken;
}

/** The store knows how the screens stand, so that the panes can say why there is none. */
function noteStates(store: CockpitStore, terminals: Terminals, placed: Placed[]) {
  const next = Object.fromEntries(placed.map(({ child }) => [child, terminals.state(child) ?? 'connecting']));
  if (JSON.stringify(next) !== JSON.stringify(store.getState().data.screens)) store.setData({ screens: next });
}

/** Whether screens may have to be looked for elsewhere. */
function placesDiffer(next: ProjectState | null, before: ProjectState | null): boolean {
  if (next === before) return false;
  if (next?.hosts !== before?.hosts) return true;
  return Object.entries(next?.agents ?? {}).some(([id, agent]) => {
    const old = before?.agents[id];
    return old?.host !== agent.host || old?.epoch !== agent.epoch || old?.runtime !== agent.runtime;
  });
}
