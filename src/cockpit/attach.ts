import type { DaemonClient } from '../client/daemon.ts';
import { connectHost } from '../client/host.ts';
import { normalizeKey } from '../core/keys/names.ts';
import { isLive, isTerminal } from '../core/lifecycle.ts';
import { type Agent, childId } from '../schema/agent.ts';
import { StatusState } from '../schema/status.ts';
import { createCompositor } from './compositor/compositor.ts';
import { encodeFocus, routeTyping } from './input/route.ts';
import { createTerminals } from './terminals/terminals.ts';
import type { InputStream } from './tty/input.ts';
import { openTerminal } from './tty/open.ts';
import type { OutputStream } from './tty/output.ts';
import type { Compositor, InputEvent, Terminal, Terminals } from './types.ts';

export interface AttachOptions {
  client: DaemonClient;
  agent: Agent;
  /** By tmux's name, `C-]`. */
  leaveKey: string;
  stdin: InputStream;
  stdout: OutputStream;
  env?: Record<string, string | undefined>;
}

/** How long the leave key stands in the corner, in milliseconds: read, and then out of the way. */
const HINT_MS = 2000;
const FPS = 60;
const BEGINNING = ['pending', 'preparing'];

/** Once it has a process: the agent, and its host's socket; null when it ended before it had one, or has ended by now. */
async function findHost(client: DaemonClient, agent: Agent): Promise<{ agent: Agent; socket: string } | null> {
  const states = StatusState.options.filter((state) => !BEGINNING.includes(state));
  const begun = BEGINNING.includes(agent.status.state)
    ? (await client.call('agent.wait', { agent: agent.id, states, timeoutMs: null })).agent
    : agent;
  if (!isLive(begun)) return null;
  const { state } = await client.call('subscribe', {});
  const now = state.agents[begun.id] ?? begun;
  const socket = state.hosts.find((host) => host.id === now.host)?.socket;
  return socket ? { agent: now, socket } : null;
}

interface Screen {
  child: string;
  terminal: Terminal;
  compositor: Compositor;
  terminals: Terminals;
}

/** The agent's screen fills the terminal, whatever its size becomes. */
function fill({ child, terminal, compositor, terminals }: Screen): void {
  const grid = terminals.grid(child);
  if (!grid) return;
  const { cols, rows } = terminal.size;
  compositor.resize({ cols, rows });
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

/** Everything that is typed goes to the agent. `onLeave` when the leave key comes. */
function typeInto(screen: Screen, leaveKey: string, onLeave: () => void): (events: InputEvent[]) => void {
  const { child, terminal, terminals } = screen;
  let grabbed = false;
  return (events) => {
    const grid = terminals.grid(child);
    if (!grid) return;
    const rect = { x: 0, y: 0, width: terminal.size.cols, height: terminal.size.rows };
    const routed = routeTyping({ events, leaveKey, modes: grid.modes, rect, grabbed });
    grabbed = routed.grabbed;
    terminals.input(child, routed.bytes);
    if (routed.left) onLeave();
  };
}

/** Each frame is painted at once, and the terminal's modes follow the agent's. */
function follow(screen: Screen, onLost: () => void): void {
  const { child, terminal, compositor, terminals } = screen;
  let modes: unknown = null;
  let reporting = false;
  terminals.onChange((_, what) => {
    const grid = terminals.grid(child);
    if (!grid) return;
    if (what === 'state') {
      if (terminals.state(child) === 'live') fill(screen);
      else onLost();
      return;
    }
    if (grid.modes !== modes) terminal.setModes(grid.modes);
    modes = grid.modes;
    if (grid.modes.focusEvents && !reporting) terminals.input(child, encodeFocus(true, grid.modes));
    reporting = grid.modes.focusEvents;
    compositor.touch(child);
  });
}

/**
 * One agent, full screen, without React: its own screen and nothing else, but for the leave key in a corner for two
 * seconds. Ends with `left` when that key is pressed, with `ended` when the agent has ended.
 */
export async function attach(options: AttachOptions): Promise<'left' | 'ended'> {
  const { client, stdin, stdout, env } = options;
  const leaveKey = normalizeKey(options.leaveKey) ?? 'C-]';
  const found = await findHost(client, options.agent);
  if (!found) return 'ended';
  const { agent, socket } = found;
  const terminal = openTerminal({ stdin, stdout, ...(env ? { env } : {}) });
  const terminals = createTerminals({ connectHost });
  const compositor = createCompositor(terminal);
  const screen: Screen = { child: childId(agent), terminal, compositor, terminals };
  const over = Promise.withResolvers<'left' | 'ended'>();
  const states = StatusState.options.filter(isTerminal);
  client.call('agent.wait', { agent: agent.id, states, timeoutMs: null }).then(
    () => over.resolve('ended'),
    // Without a daemon one goes on typing; then only the host can say that it is over.
    () => {},
  );
  terminal.onInput(typeInto(screen, leaveKey, () => over.resolve('left')));
  terminal.onResize(() => fill(screen));
  terminal.onRepaint(() => compositor.invalidate());
  follow(screen, () => client.closed && over.resolve('ended'));
  terminals.show([{ child: screen.child, socket, fps: FPS }]);
  const hideHint = showHint(screen, leaveKey);
  try {
    return await over.promise;
  } finally {
    hideHint();
    compositor.close();
    terminals.close();
    terminal.close();
    if (!client.closed) await client.call('agent.seen', { agent: agent.id }).catch(() => {});
  }
}
