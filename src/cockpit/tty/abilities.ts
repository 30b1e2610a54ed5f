import type { Abilities, ColorDepth } from '../types.ts';

type Env = Record<string, string | undefined>;

/** Colours of the terminal by what its environment says: NO_COLOR (https://no-color.org) goes before all else. */
export function colorDepth(env: Env): ColorDepth {
  const term = env.TERM ?? '';
  if (env.NO_COLOR || term === 'dumb' || term === '' || /-m(ono)?$/.test(term) || /^vt\d/.test(term)) return 1;
  if (/truecolor|24bit/i.test(env.COLORTERM ?? '') || /direct|^(xterm-)?(kitty|ghostty|foot|alacritty)/.test(term))
    return 24;
  return /256/.test(term) ? 8 : 4;
}

/** Terminals of which it is known that erased cells get the present background. `screen` is the one that has not. */
const fillsErased = (term: string) =>
  /^(xterm|tmux|kitty|alacritty|foot|ghostty|wezterm|rxvt|linux|konsole|vte)/.test(term);

export const abilitiesOf = (env: Env): Abilities => ({
  depth: colorDepth(env),
  atomic: false,
  erasesWithBackground: fillsErased(env.TERM ?? ''),
});

/** Does this kind of terminal answer questions, rather than print them? */
export const answers = (env: Env): boolean => !/^(|dumb|linux|vt\d.*|screen)$/.test(env.TERM ?? '');

/** The answer to `OSC 11 ; ?`: dark or light, by what the eye makes of the colour; null when it is none. */
export function backgroundOf(reply: string): 'dark' | 'light' | null {
  const found = /^11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(reply);
  if (!found) return null;
  const [r, g, b] = found.slice(1).map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  return 0.299 * r! + 0.587 * g! + 0.114 * b! > 0.5 ? 'light' : 'dark';
}
