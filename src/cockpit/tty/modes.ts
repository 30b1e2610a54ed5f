import type { ScreenModes } from '../../schema/screen.ts';

/** What the terminal is asked to do beside showing cells. Always: alternate screen, no line wrap, bracketed paste, focus events. */
export interface TtyModes {
  mouse: boolean;
  /** Movement without a button too: the agent that is typed to asked for it. */
  motion: boolean;
  applicationCursor: boolean;
  applicationKeypad: boolean;
  /** Kitty keyboard flags; 0: the terminal's own way. */
  keyboard: number;
}

export const COCKPIT_MODES: TtyModes = {
  mouse: true,
  motion: false,
  applicationCursor: false,
  applicationKeypad: false,
  keyboard: 0,
};

/**
 * The modes for typing to an agent in these modes. Bracketed paste stays on whatever the agent wants: pasted text can
 * then not be taken for the leave key, and the markers are taken out on the way (input/route).
 */
export const agentModes = (modes: ScreenModes | null, mouse: boolean): TtyModes =>
  modes === null
    ? { ...COCKPIT_MODES, mouse }
    : {
        mouse,
        motion: modes.mouse === 'any',
        applicationCursor: modes.applicationCursor,
        applicationKeypad: modes.applicationKeypad,
        keyboard: modes.kittyKeyboard & 31,
      };

/** Resetting one kind of mouse report ends them all in xterm, so the wanted one is set after it. */
function mouseSequence(from: TtyModes, to: TtyModes): string {
  if (from.mouse === to.mouse && (from.motion === to.motion || !to.mouse)) return '';
  if (!to.mouse) return '\x1b[?1003l\x1b[?1002l\x1b[?1006l';
  return to.motion ? '\x1b[?1003h\x1b[?1006h' : `${from.motion ? '\x1b[?1003l' : ''}\x1b[?1002h\x1b[?1006h`;
}

function keyboardSequence(from: number, to: number): string {
  if (from === to) return '';
  if (to === 0) return '\x1b[<u';
  return from === 0 ? `\x1b[>${to}u` : `\x1b[=${to};1u`;
}

/** What leads from one to the other; empty when they are alike. */
export function changeModes(from: TtyModes, to: TtyModes): string {
  const cursor = from.applicationCursor === to.applicationCursor ? '' : `\x1b[?1${to.applicationCursor ? 'h' : 'l'}`;
  const keypad = from.applicationKeypad === to.applicationKeypad ? '' : to.applicationKeypad ? '\x1b=' : '\x1b>';
  return mouseSequence(from, to) + cursor + keypad + keyboardSequence(from.keyboard, to.keyboard);
}

const NO_MODES: TtyModes = { ...COCKPIT_MODES, mouse: false };

/** Takes the terminal over. */
export const enterSequence = (modes: TtyModes): string =>
  `\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[?25l${changeModes(NO_MODES, modes)}`;

/** Questions whose answers make drawing better. The last one every terminal answers: then nothing more will come. */
export const QUESTIONS = '\x1b[?2026$p\x1b]11;?\x1b\\\x1b[c';

/**
 * Gives the terminal back as it was: first CAN, since a sequence may have been cut in its middle, and the end of an update
 * that was begun. The title goes back only when one was set (`titled`).
 */
export const leaveSequence = (modes: TtyModes, titled: boolean): string =>
  `\x18\x1b[?2026l${changeModes(modes, NO_MODES)}\x1b[?1003l\x1b[?1002l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[r\x1b[m\x1b[0 q${titled ? '\x1b[23;2t' : ''}\x1b[?7h\x1b[?25h\x1b[?1049l`;
