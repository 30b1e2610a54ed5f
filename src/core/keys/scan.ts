import type { InputEvent } from './event.ts';
import { csiEvent, keyEvent, mouseEvent } from './sequence.ts';
import { KEYPAD, LETTERS } from './tables.ts';

/** What was found at one place: an event and where it ends, or null when more bytes are needed. */
export interface Found {
  event: InputEvent;
  end: number;
}

export const ESC = 0x1b;
/** Longer is no sequence that a terminal sends as a key or short answer. */
const MAX_CSI = 128;
/** Longest answer (OSC, DCS) that is waited for. */
const MAX_STRING = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
export const latin = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
export const cut = (bytes: Uint8Array, from: number, to: number) => bytes.slice(from, to);

/** Bytes in the UTF-8 sequence that begins with this byte; 0 when none does. */
const sequenceLength = (byte: number) =>
  byte < 0x80
    ? 1
    : byte >= 0xc2 && byte < 0xe0
      ? 2
      : byte >= 0xe0 && byte < 0xf0
        ? 3
        : byte >= 0xf0 && byte < 0xf5
          ? 4
          : 0;

const CONTROLS: Record<number, string> = {
  0: 'C-Space',
  9: 'Tab',
  13: 'Enter',
  27: 'Escape',
  28: 'C-\\',
  29: 'C-]',
  30: 'C-^',
  31: 'C-_',
  127: 'BSpace',
};

/** A character or a control byte; `alt` when ESC stood before it (at `start`). */
export function character(bytes: Uint8Array, start: number, at: number, flush: boolean): Found | null {
  const byte = bytes[at]!;
  const alt = at > start;
  const length = sequenceLength(byte);
  let end = at + 1;
  while (end < at + length && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end++;
  if (length > 1 && end === bytes.length && end < at + length && !flush) return null;
  const whole = cut(bytes, start, end);
  if (length === 0 || end < at + length) return { event: { type: 'unknown', bytes: whole }, end };
  const name = byte < 32 || byte === 127 ? (CONTROLS[byte] ?? `C-${String.fromCharCode(byte + 96)}`) : null;
  // Most keys are one byte, for which a decoder costs more than all else that is done here.
  const text = name ? null : length === 1 ? String.fromCharCode(byte) : utf8.decode(bytes.subarray(at, end));
  const key = name ?? (text === ' ' ? 'Space' : text!);
  const named = alt ? (key.startsWith('C-') ? `C-M-${key.slice(2)}` : `M-${key}`) : key;
  return { event: { type: 'key', key: named, text: alt ? null : text, bytes: whole }, end };
}

/** `CSI M` and three bytes: the mouse as terminals without SGR reports send it. */
function oldMouse(bytes: Uint8Array, start: number, at: number): Found | null {
  if (bytes.length < at + 4) return null;
  const [button, x, y] = [bytes[at + 1]! - 32, bytes[at + 2]! - 32, bytes[at + 3]! - 32];
  return { event: mouseEvent(button, x, y, false, cut(bytes, start, at + 4)), end: at + 4 };
}

const between = (byte: number | undefined, low: number, high: number) =>
  byte !== undefined && byte >= low && byte <= high;

/** `at` is where the parameters begin, after `ESC [`. */
function csi(bytes: Uint8Array, start: number, at: number): Found | null {
  let middle = at;
  while (between(bytes[middle], 0x30, 0x3f)) middle++;
  let last = middle;
  while (between(bytes[last], 0x20, 0x2f)) last++;
  const params = latin(bytes, at, Math.min(middle, at + MAX_CSI));
  if (last >= bytes.length && last - at < MAX_CSI) return null;
  const final = bytes[last];
  // rxvt ends `CSI 3 $` with what is elsewhere the middle of a sequence.
  if (!between(final, 0x40, 0x7e)) {
    const dollar = last === middle + 1 && bytes[middle] === 0x24;
    const event: InputEvent = dollar
      ? csiEvent(params, '', '$', cut(bytes, start, last))
      : { type: 'unknown', bytes: cut(bytes, start, last) };
    return { event, end: last };
  }
  if (final === 0x4d && last === at) return oldMouse(bytes, start, at);
  // The Linux console: `CSI [ A` is F1.
  if (final === 0x5b && last === at) {
    if (bytes.length < at + 2) return null;
    const n = bytes[at + 1]! - 0x40;
    const whole = cut(bytes, start, at + 2);
    return { event: n >= 1 && n <= 5 ? keyEvent(`F${n}`, 1, whole) : { type: 'unknown', bytes: whole }, end: at + 2 };
  }
  return {
    event: csiEvent(params, latin(bytes, middle, last), String.fromCharCode(final!), cut(bytes, start, last + 1)),
    end: last + 1,
  };
}

/** `at` is after `ESC O`. */
function ss3(bytes: Uint8Array, start: number, at: number): Found | null {
  let last = at;
  while (between(bytes[last], 0x30, 0x3b)) last++;
  if (last >= bytes.length) return null;
  const letter = String.fromCharCode(bytes[last]!);
  const modifiers = last > at ? Number(latin(bytes, at, last).split(';').at(-1)) || 1 : 1;
  const whole = cut(bytes, start, last + 1);
  const name = LETTERS[letter] ?? KEYPAD[letter];
  const rxvt = 'abcd'.includes(letter) ? LETTERS[letter.toUpperCase()] : undefined;
  if (name)
    return { event: keyEvent(name, modifiers, whole, /^KP[^EB]$/.test(name) ? name.slice(2) : null), end: last + 1 };
  if (rxvt) return { event: keyEvent(rxvt, 5, whole), end: last + 1 };
  return { event: { type: 'unknown', bytes: whole }, end: last + 1 };
}

/** OSC, DCS and APC answers, up to BEL or ST. `at` is after the two bytes that begin them. */
function stringReply(bytes: Uint8Array, start: number, at: number): Found | null {
  for (let i = at; i < bytes.length; i++) {
    const bell = bytes[i] === 7;
    const st = bytes[i] === ESC;
    if (!bell && !st) continue;
    if (st && i + 1 >= bytes.length) return null;
    const ended = bell || bytes[i + 1] === 0x5c;
    const end = bell ? i + 1 : ended ? i + 2 : i;
    const whole = cut(bytes, start, end);
    if (!ended) return { event: { type: 'unknown', bytes: whole }, end };
    const text = utf8.decode(bytes.subarray(at, i));
    const color = bytes[start + 1] === 0x5d && /^(4;\d+|1[0-2]);/.test(text);
    return { event: { type: 'reply', name: color ? 'color' : 'string', text, bytes: whole }, end };
  }
  if (bytes.length - at < MAX_STRING) return null;
  return { event: { type: 'unknown', bytes: cut(bytes, start, bytes.length) }, end: bytes.length };
}

/** What can follow `ESC ]`, `ESC P` and `ESC _` in an answer; anything else is a key with Alt. */
const STRING_STARTS: Record<number, RegExp> = { 93: /[0-9lL]/, 80: /[0-9>!$]/, 95: /G/ };

export function escapeSequence(bytes: Uint8Array, start: number, flush: boolean): Found | null {
  const next = bytes[start + 1];
  if (next === undefined) return null;
  const third = bytes[start + 2];
  if (next === 0x5b) return third === undefined ? null : csi(bytes, start, start + 2);
  if (next === 0x4f) return third === undefined ? null : ss3(bytes, start, start + 2);
  const starts = STRING_STARTS[next];
  if (starts && third === undefined) return null;
  if (starts?.test(String.fromCharCode(third!))) return stringReply(bytes, start, start + 2);
  if (next !== ESC) return character(bytes, start, start + 1, flush);
  return twice(bytes, start, flush);
}

/** ESC before a sequence is Alt held with its key; before nothing it is Escape pressed twice. */
function twice(bytes: Uint8Array, start: number, flush: boolean): Found | null {
  const inner =
    bytes[start + 2] === 0x5b || bytes[start + 2] === 0x4f ? escapeSequence(bytes, start + 1, flush) : undefined;
  if (bytes[start + 2] === undefined || inner === null) return null;
  if (inner?.event.type === 'key' && !inner.event.key.includes('M-')) {
    const { key } = inner.event;
    const named = key.startsWith('C-') ? `C-M-${key.slice(2)}` : `M-${key}`;
    return { event: { type: 'key', key: named, text: null, bytes: cut(bytes, start, inner.end) }, end: inner.end };
  }
  return lone(bytes, start);
}

export const lone = (bytes: Uint8Array, start: number): Found => ({
  event: { type: 'key', key: 'Escape', text: null, bytes: cut(bytes, start, start + 1) },
  end: start + 1,
});
