import type { InputEvent, MouseButton } from './event.ts';
import { formatKey } from './names.ts';
import { KITTY, LETTERS, TILDE } from './tables.ts';

/** Bits of `modifiers - 1` in xterm's and kitty's sequences. Caps lock (64) and num lock (128) are no modifiers here. */
const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
const OTHERS = 8 | 16 | 32;
const RELEASED = 3;

/** A key by its base name and xterm's modifier parameter. Super, Hyper and Meta are no keys of ours: their names match no command. */
export function keyEvent(base: string, modifiers: number, bytes: Uint8Array, typed: string | null = null): InputEvent {
  const bits = Math.max(0, modifiers - 1);
  const held = { ctrl: (bits & CTRL) !== 0, alt: (bits & ALT) !== 0, shift: (bits & SHIFT) !== 0 };
  const name = formatKey({ base, ...held });
  if (bits & OTHERS) return { type: 'key', key: `Super-${name}`, text: null, bytes };
  const plain = !held.ctrl && !held.alt;
  return { type: 'key', key: name, text: plain ? typed : null, bytes };
}

const KEYPAD_TEXT = /^KP([0-9*+./-])$/;

/** A character with modifiers, as kitty and modifyOtherKeys report it. */
function characterEvent(code: number, shifted: number, modifiers: number, text: string, bytes: Uint8Array): InputEvent {
  const bits = Math.max(0, modifiers - 1);
  const own = KITTY[code];
  if (own) {
    const typed = own === 'Space' ? ' ' : (KEYPAD_TEXT.exec(own)?.[1] ?? null);
    return keyEvent(own, modifiers, bytes, typed);
  }
  // 57344 to 63743 are keys without a character: locks, media keys, a modifier by itself.
  if (!(code >= 32 && code <= 0x10ffff) || (code >= 57344 && code <= 63743)) return { type: 'unknown', bytes };
  const character = String.fromCodePoint(code);
  if (bits & CTRL) return keyEvent(character.toLowerCase(), modifiers, bytes);
  const upper = shifted ? String.fromCodePoint(shifted) : text || character.toUpperCase();
  const shift = (bits & SHIFT) !== 0;
  const typed = shift ? upper : character;
  return keyEvent(typed, dropShift(modifiers), bytes, text || typed);
}
const dropShift = (modifiers: number) => ((modifiers - 1) & ~SHIFT) + 1;

const numbers = (params: string) =>
  params.split(';').map((part) => part.split(':').map((n) => (n === '' ? 0 : Number(n))));

/** `CSI code:shifted:base ; modifiers:kind ; text u`. */
function kittyEvent(params: string, bytes: Uint8Array): InputEvent {
  const [codes = [0], state = [1], texts = []] = numbers(params);
  const modifiers = state[0] || 1;
  const text = texts
    .filter((code) => code >= 32 && code <= 0x10ffff)
    .map((code) => String.fromCodePoint(code))
    .join('');
  // On a layout of another script Control goes with the key's place on a Latin one.
  const code = codes[0]! > 127 && codes[2] && (modifiers - 1) & (CTRL | ALT) ? codes[2] : codes[0]!;
  return released(state[1], characterEvent(code, codes[1] ?? 0, modifiers, text, bytes));
}

function released(kind: number | undefined, event: InputEvent): InputEvent {
  return kind === RELEASED && event.type === 'key' ? { type: 'release', key: event.key, bytes: event.bytes } : event;
}

function tildeEvent(params: string, bytes: Uint8Array): InputEvent {
  const list = numbers(params);
  const code = list[0]![0]!;
  const modifiers = list[1]?.[0] || 1;
  // modifyOtherKeys: `CSI 27 ; modifiers ; code ~`.
  if (code === 27 && list.length === 3) return characterEvent(list[2]![0]!, 0, modifiers, '', bytes);
  const name = TILDE[code];
  return name ? released(list[1]?.[1], keyEvent(name, modifiers, bytes)) : { type: 'unknown', bytes };
}

const BUTTONS: MouseButton[] = ['left', 'middle', 'right', 'none'];
const WHEELS: MouseButton[] = ['wheelUp', 'wheelDown', 'wheelLeft', 'wheelRight'];

/** Button byte of a mouse report, `x` and `y` counted from 1. `up`: SGR's own mark of a release. */
export function mouseEvent(button: number, x: number, y: number, up: boolean, bytes: Uint8Array): InputEvent {
  const low = button & 3;
  const wheel = (button & 64) !== 0;
  const side = (button & 128) !== 0;
  const moved = (button & 32) !== 0;
  const name = side ? (low === 0 ? 'back' : 'forward') : wheel ? WHEELS[low]! : BUTTONS[low]!;
  const lifted = up || (!moved && !wheel && !side && low === 3);
  return {
    type: 'mouse',
    kind: lifted ? 'release' : moved ? 'move' : 'press',
    button: name,
    x: Math.max(0, x - 1),
    y: Math.max(0, y - 1),
    mods: { shift: (button & 4) !== 0, alt: (button & 8) !== 0, ctrl: (button & 16) !== 0 },
    bytes,
  };
}

/** Answers: `CSI ? … c`, `CSI ? … u`, `CSI ? … $ y`, `CSI … n`, `CSI … t`, `CSI row ; column R`. */
function replyName(params: string, between: string, final: string) {
  if (final === 'c' && /^[?>=]/.test(params)) return 'attributes';
  if (final === 'y' && between === '$') return 'mode';
  if (final === 'u' && params.startsWith('?')) return 'keyboard';
  if (final === 'n' || final === 't' || final === 'x') return 'attributes';
  if (final === 'R' && /^\??\d+;\d+/.test(params) && !/^1;([2-9]|1[0-6])$/.test(params)) return 'cursor';
  return null;
}

/** rxvt: `CSI a` is S-Up, `CSI 3 ^` is C-DC, `CSI 3 $` is S-DC, `CSI 3 @` is C-S-DC. */
function rxvtEvent(params: string, final: string, bytes: Uint8Array): InputEvent | null {
  const arrow = params === '' && 'abcd'.includes(final) ? LETTERS[final.toUpperCase()] : undefined;
  if (arrow) return keyEvent(arrow, 1 + SHIFT, bytes);
  const held = { '^': CTRL, $: SHIFT, '@': CTRL | SHIFT }[final];
  const name = TILDE[Number(params)];
  return held && name ? keyEvent(name, 1 + held, bytes) : null;
}

/** What a whole CSI sequence means: `params` (0x30 to 0x3f), `between` (0x20 to 0x2f), `final`. */
export function csiEvent(params: string, between: string, final: string, bytes: Uint8Array): InputEvent {
  const reply = replyName(params, between, final);
  if (reply) return { type: 'reply', name: reply, text: params + between + final, bytes };
  if ((final === 'M' || final === 'm') && params.startsWith('<')) {
    const [button = 0, x = 1, y = 1] = params.slice(1).split(';').map(Number);
    return mouseEvent(button, x, y, final === 'm', bytes);
  }
  if (final === 'u') return kittyEvent(params, bytes);
  if (final === '~') return tildeEvent(params, bytes);
  if (params === '' && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I', bytes };
  // Shift is in the key itself, whether the terminal mentions it or not.
  if (final === 'Z') return keyEvent('Tab', (((numbers(params)[1]?.[0] || 1) - 1) | SHIFT) + 1, bytes);
  const name = LETTERS[final];
  if (name && between === '' && !/^[<=>?]/.test(params)) {
    const state = numbers(params)[1];
    return released(state?.[1], keyEvent(name, state?.[0] || 1, bytes));
  }
  return rxvtEvent(params, final, bytes) ?? { type: 'unknown', bytes };
}
