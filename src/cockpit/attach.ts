import { connectHost } from '../client/host.ts';
import { normalizeKey } from '../core/keys/names.ts';
import { isTerminal } from '../core/lifecycle.ts';
import type { Agent } from '../schema/agent.ts';
import type { ResolvedConfig } from '../schema/config.ts';
import type { ProjectState } from '../schema/state.ts';
import { createCompositor } from './compositor/compositor.ts';
import { type Alone, createAlone } from './control/history/alone.ts';
import { createGrid } from './grid/grid.ts';
import { createAhead, PATIENCE_MS } from './input/ahead.ts';
import { encodeFocus, routeTyping } from './input/route.ts';
import { followLife, type Life } from './life.ts';
import type { Signal } from './store/mirror.ts';
import { createTerminals } from './terminals/terminals.ts';
import type { InputStream } from './tty/input.ts';
import { openTerminal } from './tty/open.ts';
import type { OutputStream } from './tty/output.ts';
import type { Compositor, InputEvent, Terminal, Terminals } from './types.ts';
import { clean } from './views/span.ts';

export interface AttachOptions {
  root: string;
  agent: Agent;
  /** By tmux's name, `C-]`. */
  leaveKey: string;
  stdin: InputStream;
  stdout: OutputStream;
  env?: Record<string, string | undefined>;
  /** Which of the agent's signals reach this terminal. */
  ui: ResolvedConfig['ui'];
}

/** How long the leave key stands in the corner, in milliseconds: read, and then out of the way. */
const HINT_MS = 2000;
const FPS = 60;

interface Screen {
  /** The present life of the agent; empty until it has a process. */
  child: string;
  terminal: Terminal;
  compositor: Compositor;
  terminals: Terminals;
  /** Reads back; set once the daemon is connected. */
  alone: Alone | null;
}

interface Typing {
  take(events: InputEvent[]): void;
  /** The state of its screen has changed. */
  look(): void;
  close(): void;
}

/** The agent's screen fills the terminal, whatever its size becomes. */
function fill({ child, terminal, compositor, terminals, alone }: Screen): void {
  const grid = terminals.grid(child);
  if (!grid) return;
  const { cols, rows } = terminal.size;
  compositor.resize({ cols, rows });
  if (!alone?.lay())
    compositor.setTerminals([{ id: child, x: 0, y: 0, width: cols, height: rows, grid, focused: true }]);
  terminals.resize(child, { cols, rows });
}

/** `Ctrl-]` for `C-]`. */
const keyTitle = (key: string) => key.replace(/^C-/, 'Ctrl-').replace(/^M-/, 'Alt-');

/** Shows how to leave, for a moment, in the upper right corner. Returns its undo. */
function showHint({ terminal, compositor }: Screen, leaveKey: string): () => void {
  const text = ` ${keyTitle(leaveKey)} leaves `;
  compositor.patch('hint', { x: Math.max(0, terminal.size.cols - text.length), y: 0, text, style: '7' });
  const timer = setTimeout(() => compositor.patch('hint', null), HINT_MS);
  return () => clearTimeout(timer);
}

/** Everything that is typed goes to the agent, once its screen has come. `onLeave` when the leave key comes. */
function typeInto(screen: Screen, leaveKey: string, onLeave: () => void): Typing {
  const { terminal, terminals } = screen;
  let grabbed = false;
  let givenUp = false;
  const comes = () =>
    !givenUp && !screen.alone?.reading && ['connecting', undefined].includes(terminals.state(screen.child));
  const type = (events: InputEvent[]) => {
    const { child } = screen;
    // Also while there is no screen yet: one can always leave.
    const modes = terminals.grid(child)?.modes ?? createGrid().modes;
    const rect = { x: 0, y: 0, width: terminal.size.cols, height: terminal.size.rows };
    const routed = routeTyping({ events, leaveKey, modes, rect, grabbed });
    grabbed = routed.grabbed;
    terminals.input(child, routed.bytes);
    if (routed.left) onLeave();
    else for (const event of routed.rest) screen.alone?.take(event);
  };
  const isLeave = (event: InputEvent) => event.type === 'key' && event.key === leaveKey;
  const deliver = (events: InputEvent[]) => {
    for (let index = 0; index < events.length; index++) {
      // What comes after the end of reading back is typed.
      if (!screen.alone?.reading) return type(events.slice(index));
      if (isLeave(events[index]!)) return onLeave();
      screen.alone.take(events[index]!);
    }
  };
  const isTyped = (event: InputEvent) => event.type === 'paste' || (event.type === 'key' && !isLeave(event));
  const ahead = createAhead({
    waits: (event) => (isTyped(event) && comes() ? PATIENCE_MS : 0),
    deliver,
    onGivenUp: () => {
      givenUp = true;
    },
  });
  return {
    take: (events) => deliver(events.filter((event) => !ahead.holds(event))),
    look() {
      givenUp = false;
      ahead.look();
    },
    close: ahead.close,
  };
}

/** Scrolling back in it; at its end the live screen, and its modes, are there again. */
function readBack({ root, agent, env, screen, life }: AttachOptions & { screen: Screen; life: Life }): Alone {
  const { terminal, compositor, terminals } = screen;
  const given = Object.fromEntries(
    Object.entries(env ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const onLive = () => {
    terminal.setModes(terminals.grid(screen.child)?.modes ?? null);
    fill(screen);
  };
  return createAlone({ root, env: given, agent, terminal, compositor, terminals, call: life.call, onLive });
}

/** Each frame is painted at once, and the terminal's modes follow the agent's. */
function follow(screen: Screen): void {
  const { terminal, compositor, terminals } = screen;
  let modes: unknown = null;
  let reporting = false;
  terminals.onChange((child, what) => {
    const grid = terminals.grid(child);
    if (!grid || child !== screen.child) return;
    if (what === 'frame' && screen.alone?.frame(child)) return;
    if (what === 'state') {
      // Anew after its host was lost, or its first life's: the modes are told again.
      modes = null;
      reporting = false;
      if (terminals.state(child) === 'live') fill(screen);
      return;
    }
    if (grid.modes !== modes) terminal.setModes(grid.modes);
    modes = grid.modes;
    if (grid.modes.focusEvents && !reporting) terminals.input(child, encodeFocus(true, grid.modes));
    reporting = grid.modes.focusEvents;
    compositor.touch(child);
  });
}

/** Tells each daemon that this agent is looked at, so that nobody is told of it elsewhere. */
function lookAt(terminal: Terminal, agent: string): (call: Life['call']) => void {
  let focused: boolean | null = null;
  let now: Life['call'] | undefined;
  const tell = () =>
    void now?.('screen.attend', { sees: [agent], focused, asks: false, tells: false, shows: false, env: {} }).catch(
      () => {},
    );
  terminal.onInput((events) => {
    const last = events.findLast((event) => event.type === 'focus');
    if (!last || last.focused === focused) return;
    focused = last.focused;
    tell();
  });
  return (call) => {
    now = call;
    tell();
  };
}

/** What the agent wants of the person's terminal, as far as the config lets it: here it is the one that is looked at. */
function obey(terminal: Terminal, { kind, title, text }: Signal, ui: ResolvedConfig['ui']): void {
  if (kind === 'bell' && ui.bell) terminal.bell();
  else if (kind === 'clipboard' && ui.clipboard) terminal.copy(text);
  else if (kind === 'notify') terminal.notify([title, text].map(clean).filter(Boolean).join(': '));
}

/**
 * One agent, full screen, without React: its own screen and nothing else, but for the leave key in a corner for two
 * seconds. Goes on through a crash of the daemon and a restart of the agent. Ends with `left` when that key is pressed,
 * with `ended` when the agent has ended, and with the agent as last known. Rejects as `connectDaemon`.
 */
export async function attach(options: AttachOptions): Promise<{ how: 'left' | 'ended'; agent: Agent }> {
  const { root, stdin, stdout, env, ui } = options;
  if (isTerminal(options.agent.status.state)) return { how: 'ended', agent: options.agent };
  const leaveKey = normalizeKey(options.leaveKey) ?? 'C-]';
  const over = Promise.withResolvers<'left' | 'ended'>();
  const terminal = openTerminal({ stdin, stdout, ...(env ? { env } : {}) });
  const terminals = createTerminals({ connectHost });
  const compositor = createCompositor(terminal);
  const screen: Screen = { child: '', terminal, compositor, terminals, alone: null };
  let project: ProjectState | undefined;
  const typing = typeInto(screen, leaveKey, () => over.resolve('left'));
  terminal.onInput(typing.take);
  terminals.onChange((_child, what) => what === 'state' && typing.look());
  terminal.onResize(() => fill(screen));
  terminal.onRepaint(() => compositor.invalidate());
  follow(screen);
  const hideHint = showHint(screen, leaveKey);
  const looksAt = lookAt(terminal, options.agent.id);
  let life: Life | undefined;
  try {
    life = await followLife({
      root,
      agent: options.agent,
      ...(env ? { env } : {}),
      onPlace({ child, socket }) {
        screen.child = child;
        terminals.show([{ child, socket, fps: FPS }]);
      },
      onProject(now) {
        project = now;
        screen.alone?.know(now);
      },
      onEnd: () => over.resolve('ended'),
      onConnected: looksAt,
      onSignal: (signal) => obey(terminal, signal, ui),
    });
    screen.alone = readBack({ ...options, screen, life });
    if (project) screen.alone.know(project);
    const how = await over.promise;
    await life.seen();
    return { how, agent: life.agent };
  } finally {
    hideHint();
    typing.close();
    screen.alone?.close();
    life?.close();
    compositor.close();
    terminals.close();
    terminal.close();
  }
}
