type Env = Record<string, string | undefined>;

/** Programs that show `OSC 9 ; text` or `OSC 777 ; notify ; title ; text` on the desktop, by what they call themselves. */
const BY_NAME: [RegExp, 9 | 777][] = [
  [/iterm/i, 9],
  [/kitty/i, 9],
  [/ghostty/i, 9],
  [/warp/i, 9],
  [/wezterm/i, 777],
  [/^foot/i, 777],
  [/rxvt/i, 777],
  [/mintty/i, 777],
  [/konsole/i, 777],
  [/contour/i, 777],
  [/^vte/i, 777],
];

/** How the terminal shows notifications; null: it is not known to. `outer`: what tmux says of the terminal it runs in. */
export function notificationKind(env: Env, outer = ''): 9 | 777 | null {
  const vte = Number(env.VTE_VERSION) > 0 ? 'vte' : '';
  const konsole = env.KONSOLE_VERSION ? 'konsole' : '';
  const own = [env.TERM_PROGRAM, env.LC_TERMINAL, env.TERM, konsole, vte];
  for (const name of env.TMUX ? [env.LC_TERMINAL, ...outer.split(' ')] : own) {
    const found = name && BY_NAME.find(([pattern]) => pattern.test(name));
    if (found) return found[1];
  }
  return null;
}

/** What is written to the terminal to show a text, which has no control characters; null: nothing would come of it. */
export function notification(env: Env, text: string, outer?: string): string | null {
  const kind = notificationKind(env, outer);
  if (kind === null) return null;
  // `9;4;…` and the like are other orders: a text never begins as one. `;` ends the title.
  const sequence = kind === 9 ? `\x1b]9;BooCode: ${text}\x07` : `\x1b]777;notify;BooCode;${text}\x1b\\`;
  return env.TMUX ? `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\` : sequence;
}
