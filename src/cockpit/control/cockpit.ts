import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PaneId } from '../../core/layout/layout.ts';
import { isLive } from '../../core/lifecycle.ts';
import { createCompositor } from '../compositor/compositor.ts';
import { agentList } from '../selectors/sessions.ts';
import { createFrames } from '../store/frames.ts';
import { createMirror, type MirrorOptions } from '../store/mirror.ts';
import type { Ui } from '../store/model.ts';
import { type CockpitStore, createCockpitStore } from '../store/store.ts';
import { initialWorkflows } from '../store/workflows.ts';
import type { TerminalsOptions } from '../terminals/terminals.ts';
import { createPainter, type Painter } from '../theme/paint.ts';
import type { Compositor, Terminal, Terminals } from '../types.ts';
import type { Bridge, Exit } from './bridge.ts';
import { Forecasting } from './collisions/forecast.ts';
import { follow } from './follow.ts';
import { createReader, SHEET } from './history/reader.ts';
import { Inbox } from './inbox/follow.ts';
import { attend } from './notices/attend.ts';
import { createTelling } from './notices/tell.ts';
import { ReviewFeed } from './review/feed.ts';
import { showScreens } from './screens.ts';
import { watchResults } from './search/watch.ts';
import { createSignals } from './signals.ts';
import { createSurface } from './surface.ts';
import { Talks } from './talk/talks.ts';
import { TracesFeed } from './traces/feed.ts';
import { WorkflowsFeed } from './workflows/feed.ts';

/** Loaded with the first screen that is watched. */
export const connectHost: TerminalsOptions['connectHost'] = async (socket, handlers) =>
  (await import('../../client/host.ts')).connectHost(socket, handlers);

export interface CockpitOptions {
  root: string;
  /** The environment that agents get. */
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  terminals: Terminals;
  /** One pane alone. */
  view?: { pane: PaneId; agent?: string; shows?: Ui['view']; run?: string; typing?: boolean };
}

/** Everything but the drawing. */
export interface OpenCockpit {
  bridge: Bridge;
  compositor: Compositor;
  /** Settles when somebody leaves. */
  exit: Promise<Exit>;
  /** Connects to the daemon; rejects when that cannot be done. */
  connect(): Promise<void>;
  close(): void;
}

/** Wires store, compositor, agents' screens and daemon together. Nothing is drawn until Ink's rows come. */
export function openCockpit({ root, env, terminal, terminals, view }: CockpitOptions): OpenCockpit {
  const store = storeFor(root, terminal, view);
  const compositor = createCompositor(terminal);
  const surface = createSurface(compositor);
  const frames = createFrames(store);
  const left = Promise.withResolvers<Exit>();
  const agentEnv = withoutGaps(env);
  const leaving = new AbortController();
  let linked: ReturnType<typeof createMirror> | undefined;
  const painter = painterOf(store, terminal);
  const touch = () => compositor.touch(SHEET);
  const call: Bridge['call'] = (method, params) => bridge.call(method, params);
  const reader = createReader({ store, surface, terminals, call, painter, touch });
  const bridge: Bridge = {
    root,
    ...feeds({ store, call }),
    talks: new Talks({ store, surface, call, painter, touch: compositor.touch }),
    store,
    terminal,
    terminals,
    surface,
    reader,
    frames,
    env: agentEnv,
    async call(method, params) {
      if (!linked) throw new Error('the daemon is not connected yet');
      return (await linked).call(method, params);
    },
    parts: new Map(),
    painter,
    redraw: () => compositor.invalidate(),
    exit: (reason, stopped = 0) =>
      left.resolve({ reason, stopped, live: agentList(store.getState()).filter(isLive).length }),
  };
  const ear = hearing(bridge);
  const undo = [ear.close, ...follows(bridge, compositor)];
  return {
    bridge,
    compositor,
    exit: left.promise,
    async connect() {
      const { signal } = leaving;
      linked = earlyKeys().then(() =>
        createMirror({ root, store, env: agentEnv, signal, ...ear.on, ...hears(bridge) }),
      );
      await linked;
    },
    close() {
      leaving.abort();
      for (const one of undo) one();
      frames.close();
      surface.close();
      terminals.close();
      compositor.close();
    },
  };
}

/**
 * What was pressed while all of this was loaded is answered before the daemon is reached, which makes the shapes of all
 * messages: a turn of the event loop to come to reading, one in which keys are read, and one that draws what they change.
 */
async function earlyKeys(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}

/** What asks the daemon for what is looked at. */
const feeds = (asks: Pick<Bridge, 'store' | 'call'>) => ({
  review: new ReviewFeed(asks),
  forecasting: new Forecasting(asks),
  inbox: new Inbox(asks),
  traces: new TracesFeed(asks),
  workflows: new WorkflowsFeed(asks),
});

/** What rings and notifies, here or on another screen. */
function hearing(bridge: Bridge): { on: Pick<MirrorOptions, 'onSignal' | 'onNotice' | 'onLook'>; close(): void } {
  const telling = createTelling(bridge);
  const attention = attend(bridge, () => telling.outer);
  const signals = createSignals(bridge, telling);
  return {
    on: {
      onSignal: signals.take,
      onNotice: (notice) => telling.tell(notice, attention.focused),
      onLook: attention.look,
    },
    close() {
      signals.close();
      attention.close();
    },
  };
}

/** What the daemon says that the store does not take by itself. */
const hears = (bridge: Bridge): Hears => {
  const { review, forecasting, parts, inbox, talks } = bridge;
  return {
    onTraces: () => bridge.traces.changed(),
    onWorkflows: () => bridge.workflows.changed(),
    onEvent(agent, event, seq) {
      talks.event(agent, event, seq);
      bridge.workflows.event(agent, event);
    },
    onDeltas: (agent, deltas) => talks.deltas(agent, deltas),
    onAnswered: (id, by) => inbox.ended(id, by),
    onFound: (part, found) => parts.get(part)?.(found),
    onChanges(agents) {
      review.changed(agents);
      forecasting.changed();
    },
  };
};

type Heard = 'onFound' | 'onChanges' | 'onTraces' | 'onWorkflows' | 'onAnswered' | 'onEvent' | 'onDeltas';
type Hears = Pick<MirrorOptions, Heard>;

const storeFor = (root: string, { size }: Terminal, view: CockpitOptions['view']): CockpitStore =>
  createCockpitStore({
    title: basename(root) || root,
    size,
    ...(view && {
      ...{ single: view.pane, pinned: view.agent ?? null, view: view.shows ?? 'output' },
      typing: view.typing ?? false,
      ...(view.run !== undefined && { workflows: { ...initialWorkflows(), run: view.run, item: `run ${view.run}` } }),
    }),
  });

/** What goes on while it is open. */
function follows(bridge: Bridge, compositor: Compositor): (() => void)[] {
  const { store, surface, reader, terminals, terminal, frames } = bridge;
  const onSize = (agent: string, size: { cols: number; rows: number }) =>
    void bridge.call('agent.size', { agent, size }).catch(() => {});
  return [
    showScreens({
      store,
      surface,
      reader,
      talks: bridge.talks,
      compositor,
      terminals,
      terminal,
      onEcho: frames.echoed,
      onSize,
    }),
    follow(bridge),
    watchResults(bridge),
    () => bridge.review.close(),
    () => bridge.talks.close(),
    () => bridge.forecasting.close(),
    () => bridge.inbox.close(),
    () => bridge.traces.close(),
    () => bridge.workflows.close(),
    reader.close,
    terminal.onResize((size) => {
      compositor.resize(size);
      store.setUi({ size });
    }),
    terminal.onRepaint(() => compositor.invalidate()),
  ];
}

const withoutGaps = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));

/** The painter of the theme; the same object while theme and colours stay. */
function painterOf(store: CockpitStore, terminal: Terminal): () => Painter {
  let known: { key: string; painter: Painter } | undefined;
  return () => {
    const { theme } = store.getState().ui;
    const { depth } = terminal.abilities;
    const key = `${theme} ${depth}`;
    if (known?.key !== key) known = { key, painter: createPainter(theme, depth) };
    return known.painter;
  };
}
