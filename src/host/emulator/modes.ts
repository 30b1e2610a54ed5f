import type { Terminal } from '@xterm/headless';
import type { Cursor, ScreenModes } from '../../schema/screen.ts';

type Params = (number | number[])[];
const first = (params: Params, fallback: number) => {
  const value = params[0];
  return typeof value === 'number' && value > 0 ? value : fallback;
};

/** Deepest stack of keyboard flags that a program may push, as kitty itself bounds it. */
const MAX_KEYBOARD_STACK = 16;
/** Flags 1, 2, 4, 8 and 16 exist. */
const KEYBOARD_FLAGS = 31;

/** Modes that xterm does not keep or does not tell: cursor looks, mouse encoding, kitty's keyboard flags per screen. */
export interface ExtraModes {
  readonly cursor: Pick<Cursor, 'visible' | 'shape' | 'blink'>;
  readonly mouseEncoding: ScreenModes['mouseEncoding'];
  readonly kittyKeyboard: number;
}

interface State extends ExtraModes {
  cursor: { visible: boolean; shape: Cursor['shape']; blink: boolean };
  mouseEncoding: ScreenModes['mouseEncoding'];
}

const initial = (): Pick<State, 'cursor' | 'mouseEncoding'> => ({
  cursor: { visible: true, shape: 'block', blink: false },
  mouseEncoding: 'default',
});

/** Watches the sequences that set those modes; xterm handles them as well. `reply` writes to the program. */
export function trackModes(terminal: Terminal, reply: (text: string) => void): ExtraModes {
  const state = initial();
  const alternate = () => terminal.buffer.active.type === 'alternate';
  const keyboard = trackKeyboard(terminal, alternate, reply);
  const set = (on: boolean) => (params: Params) => {
    for (const mode of params) {
      if (mode === 25) state.cursor.visible = on;
      else if (mode === 12) state.cursor.blink = on;
      else if (mode === 1006) state.mouseEncoding = on ? 'sgr' : 'default';
      else if (mode === 1016) state.mouseEncoding = on ? 'sgr-pixels' : 'default';
    }
    return false;
  };
  const { parser } = terminal;
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
  parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, (params) => {
    const style = params.length === 0 ? 1 : Number(params[0]);
    if (style > 6) return false;
    state.cursor.shape = style >= 5 ? 'bar' : style >= 3 ? 'underline' : 'block';
    state.cursor.blink = style % 2 === 1;
    return false;
  });
  parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => {
    state.cursor.visible = true;
    return false;
  });
  parser.registerEscHandler({ final: 'c' }, () => {
    Object.assign(state, initial());
    keyboard.reset();
    return false;
  });
  return {
    get cursor() {
      return state.cursor;
    },
    get mouseEncoding() {
      return state.mouseEncoding;
    },
    get kittyKeyboard() {
      return keyboard.flags();
    },
  };
}

/** Kitty's keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol): one stack per screen, queried with `CSI ? u`. */
function trackKeyboard(terminal: Terminal, alternate: () => boolean, reply: (text: string) => void) {
  let stacks: [number[], number[]] = [[0], [0]];
  const stack = () => stacks[alternate() ? 1 : 0];
  const flags = () => stack().at(-1)!;
  const { parser } = terminal;
  parser.registerCsiHandler({ prefix: '>', final: 'u' }, (params) => {
    if (stack().length >= MAX_KEYBOARD_STACK) stack().shift();
    stack().push(first(params, 0) & KEYBOARD_FLAGS);
    return true;
  });
  parser.registerCsiHandler({ prefix: '<', final: 'u' }, (params) => {
    const count = first(params, 1);
    stack().splice(Math.max(0, stack().length - count));
    if (stack().length === 0) stack().push(0);
    return true;
  });
  parser.registerCsiHandler({ prefix: '=', final: 'u' }, (params) => {
    const wanted = first(params, 0) & KEYBOARD_FLAGS;
    const how = typeof params[1] === 'number' ? params[1] : 1;
    stack()[stack().length - 1] = how === 2 ? flags() | wanted : how === 3 ? flags() & ~wanted : wanted;
    return true;
  });
  parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => {
    reply(`\x1b[?${flags()}u`);
    return true;
  });
  return {
    flags,
    reset() {
      stacks = [[0], [0]];
    },
  };
}
