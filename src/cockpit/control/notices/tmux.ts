import { execFile } from 'node:child_process';

type Env = Record<string, string>;

/** A tmux that hangs is not waited for longer, and how long a message stays; milliseconds. */
const PATIENCE_MS = 3000;
const STAYS_MS = 8000;

function tmux(env: Env, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('tmux', args, { env, timeout: PATIENCE_MS }, (error, out) => resolve(error ? '' : out.trim()));
  });
}

/** What tmux knows of the terminal it runs in: its answer to XTVERSION and its TERM; empty: nothing. */
export const outerTerminal = (env: Env): Promise<string> =>
  env.TMUX ? tmux(env, 'display-message', '-p', '#{client_termtype} #{client_termname}') : Promise.resolve('');

/** Whether our pane is on a terminal now; null: that cannot be told. */
export async function isOnScreen(env: Env): Promise<boolean | null> {
  if (!env.TMUX || !env.TMUX_PANE) return null;
  const format = '#{window_active} #{window_zoomed_flag} #{pane_active} #{session_attached}';
  const [window, zoomed, pane, attached] = (
    await tmux(env, 'display-message', '-p', '-t', env.TMUX_PANE, format)
  ).split(' ');
  if (attached === undefined) return null;
  return window === '1' && attached !== '0' && (zoomed === '0' || pane === '1');
}

/** In a format `#(…)` runs a command and `%H` is the hour: agents' texts are neither. */
const literal = (text: string): string => text.replaceAll('#', '＃').replaceAll('%', '%%');

/** Shows a text in tmux's status line, to whoever looks at this session. */
export const tellTmux = (env: Env, text: string): Promise<string> =>
  tmux(env, 'display-message', '-d', `${STAYS_MS}`, literal(text));
