import type { Attention } from '../../../schema/notice.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import type { Cockpit } from '../../store/model.ts';
import { notificationKind } from '../../tty/notification.ts';
import type { Bridge } from '../bridge.ts';
import { isOnScreen } from './tmux.ts';

/** What somebody passes over is not told: it is when it has stayed for this long, in milliseconds. */
const SETTLE_MS = 100;

/** What reaches the desktop that this terminal stands on. */
const DESKTOP = ['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'PATH'];

/** Ids of agents whose output or request is on the screen. */
function seenOn(state: Cockpit, { inbox, surface }: Bridge): string[] {
  const { view, inbox: now } = state.ui;
  const seen = new Set(surface.reserved.map(({ agent }) => agent));
  const output = layoutOf(state).panes.some(({ id }) => id === 'output');
  if (output && view === 'output') seen.add(selectedAgent(state)?.id ?? '');
  if (output && view === 'collisions') seen.add('collisions');
  if (inbox.shown !== null && now.held) seen.add(now.held.agent.id);
  return [...seen].filter(Boolean).sort();
}

/** Tells the daemon what this screen shows and whether it has the focus. */
export function attend(bridge: Bridge, outer: () => string) {
  const { store, terminal, surface, env } = bridge;
  const desktop = Object.fromEntries(DESKTOP.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]!]])));
  let focused: boolean | null = null;
  /** The terminal tells of its focus. */
  let hears = false;
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    const state = store.getState();
    if (state.data.link !== 'connected') return;
    const attention: Attention = {
      sees: seenOn(state, bridge),
      focused,
      asks: !hears && Boolean(env.TMUX),
      tells: true,
      shows: notificationKind(env, outer()) !== null,
      env: desktop,
    };
    const now = JSON.stringify(attention);
    if (now === told) return;
    told = now;
    bridge.call('screen.attend', attention).catch(() => {
      told = '';
    });
  };
  const soon = () => {
    timer ??= setTimeout(tell, SETTLE_MS).unref();
  };
  const undo = [
    store.subscribe((state, before) => {
      if (state.data.link !== before.data.link) told = '';
      soon();
    }),
    surface.onReserved(soon),
    terminal.onInput((events) => {
      for (const event of events) {
        if (event.type === 'focus') {
          hears = true;
          focused = event.focused;
        }
        // Whoever presses a key is there, whatever the terminal says of its focus.
        else if (event.type === 'key' && focused === false) focused = hears ? true : null;
        else continue;
        soon();
      }
    }),
  ];
  return {
    get focused() {
      return focused;
    },
    /** Looks whether tmux hides this screen, where nobody says so unasked. */
    look() {
      void isOnScreen(env).then((seen) => {
        if (hears || seen === null) return;
        focused = seen ? null : false;
        tell();
      });
    },
    close() {
      clearTimeout(timer);
      for (const one of undo) one();
    },
  };
}
