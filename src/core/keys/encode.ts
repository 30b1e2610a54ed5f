import type { ScreenModes } from '../../schema/screen.ts';
import { type Key, parseKey } from './names.ts';

export type KeyModes = Pick<ScreenModes, 'applicationCursor' | 'applicationKeypad' | 'kittyKeyboard'>;

const encoder = new TextEncoder();
/** Kitty flags (https://sw.kovidgoyal.net/kitty/keyboard-protocol/): disambiguate, report all keys as escape codes, report text. */
const DISAMBIGUATE = 1;
const ALL_KEYS = 8;
const TEXT = 16;

const ARROWS: Record<string, string> = { Up: 'A', Down: 'B', Right: 'C', Left: 'D', Home: 'H', End: 'F', KPBegin: 'E' };
const FUNCTION_LETTERS: Record<string, string> = { F1: 'P', F2: 'Q', F3: 'R', F4: 'S' };
const NUMBERS: Record<string, number> = {
  IC: 2,
  DC: 3,
  PPage: 5,
  NPage: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
  F13: 25,
  F14: 26,
  F15: 28,
  F16: 29,
  F17: 31,
  F18: 32,
  F19: 33,
  F20: 34,
};
const KEYPAD: Record<string, string> = { 'KP*': 'j', 'KP+': 'k', 'KP-': 'm', 'KP.': 'n', 'KP/': 'o', KPEnter: 'M' };
for (let digit = 0; digit < 10; digit++) KEYPAD[`KP${digit}`] = 'pqrstuvwxy'[digit]!;
/** Code point and legacy byte are the same. */
const CODES: Record<string, number> = { Tab: 9, Enter: 13, Escape: 27, Space: 32, BSpace: 127 };

const modifiers = ({ ctrl, alt, shift }: Key) => 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);

/** Keys that have the same sequence in both worlds: arrows, Home, End, function keys. Null for others. */
function functional(key: Key, modes: KeyModes): string | null {
  const { base } = key;
  const held = modifiers(key);
  const kitty = (modes.kittyKeyboard & (DISAMBIGUATE | ALL_KEYS)) !== 0;
  // Kitty: F3 would be the answer to a cursor query.
  if (kitty && base === 'F3') return held > 1 ? `\x1b[13;${held}~` : '\x1b[13~';
  const arrow = ARROWS[base];
  if (arrow) return held > 1 ? `\x1b[1;${held}${arrow}` : `\x1b${modes.applicationCursor ? 'O' : '['}${arrow}`;
  const letter = FUNCTION_LETTERS[base];
  if (letter) return held > 1 ? `\x1b[1;${held}${letter}` : kitty ? `\x1b[${letter}` : `\x1bO${letter}`;
  const number = NUMBERS[base];
  if (number) return held > 1 ? `\x1b[${number};${held}~` : `\x1b[${number}~`;
  const digit = /^F(\d\d)$/.exec(base);
  // Kitty numbers F13 to F35 from 57376 on; in the old encoding there is nothing above F20.
  return digit ? `\x1b[${57376 - 13 + Number(digit[1])}${held > 1 ? `;${held}` : ''}u` : null;
}

/** `CSI code ; modifiers u` where the flags ask for it, null where the key goes as it always did. */
function kitty(key: Key, flags: number): string | null {
  const code = CODES[key.base] ?? (([...key.base].length === 1 && key.base.codePointAt(0)) || null);
  if (code === null) return null;
  const held = modifiers(key);
  const all = (flags & ALL_KEYS) !== 0;
  const plain = !key.ctrl && !key.alt;
  const named = key.base in CODES && key.base !== 'Space';
  // Enter, Tab and Backspace alone stay as they are, so that `reset` can be typed after a crash.
  const legacy = named ? held === 1 && key.base !== 'Escape' : plain;
  if (legacy && !all) return null;
  const character = String.fromCodePoint(code);
  const upper = !named && character !== character.toLowerCase();
  const shown = upper ? character.toLowerCase().codePointAt(0)! : code;
  const state = held + (upper && !key.shift ? 1 : 0);
  const text = all && flags & TEXT && plain && !named ? `;${code}` : '';
  return `\x1b[${shown}${state > 1 || text ? `;${state > 1 ? state : ''}` : ''}${text}u`;
}

/** The control byte that terminals send for Control and a character; null when there is none. */
function controlByte(base: string): number | null {
  if (base === 'Space' || base === '@' || base === '2') return 0;
  if (base === '?' || base === '8') return 127;
  if (base === '/') return 31;
  const digit = '34567'.indexOf(base);
  if (digit >= 0 && base.length === 1) return 27 + digit;
  const code = base.length === 1 ? base.toUpperCase().charCodeAt(0) : 0;
  return code >= 64 && code < 96 ? code - 64 : null;
}

function legacy(key: Key, modes: KeyModes): string {
  const alt = key.alt ? '\x1b' : '';
  const pad = KEYPAD[key.base];
  if (pad) {
    if (modes.applicationKeypad) return `${alt}\x1bO${pad}`;
    return alt + (key.base === 'KPEnter' ? '\r' : key.base.slice(2));
  }
  if (key.base === 'Tab' && key.shift) return `${alt}\x1b[Z`;
  if (key.base === 'BSpace' && key.ctrl) return `${alt}\b`;
  const control = key.ctrl ? controlByte(key.base) : null;
  if (control !== null) return alt + String.fromCharCode(control);
  const code = CODES[key.base];
  return alt + (code === undefined ? key.base : String.fromCharCode(code));
}

/**
 * What a terminal in these modes sends for a key, by tmux's names (`C-x`, `M-Left`, `Enter`). What is no key name is text
 * and comes out as it is, in UTF-8.
 */
export function encodeKey(name: string, modes: KeyModes): Uint8Array {
  const key = parseKey(name);
  if (!key) return encoder.encode(name);
  const known = functional(key, modes);
  if (known !== null) return encoder.encode(known);
  const flags = modes.kittyKeyboard;
  const modern = flags & (DISAMBIGUATE | ALL_KEYS) ? kitty(key, flags) : null;
  return encoder.encode(modern ?? legacy(key, modes));
}
