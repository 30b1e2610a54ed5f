import type { InputEvent } from './event.ts';
import { pastePiece } from './paste.ts';
import { character, cut, ESC, escapeSequence, type Found, latin, lone } from './scan.ts';
import { csiEvent } from './sequence.ts';

/** What is left between two reads: bytes of a sequence that has not ended, and how far a paste has come. */
export interface InputState {
  pending: Uint8Array;
  /** none: no paste · first: its start marker came, no piece was given out yet · more: pieces were. */
  paste: 'none' | 'first' | 'more';
}
export const emptyInput: InputState = { pending: new Uint8Array(0), paste: 'none' };

/** Nothing more will come: what has begun is what it looks like, Escape or a key with Alt. */
function unfinished(bytes: Uint8Array, start: number): Found {
  if (bytes[start] !== ESC || bytes.length === start + 1 || bytes[start + 1] === ESC) {
    return bytes[start] === ESC ? lone(bytes, start) : character(bytes, start, start, true)!;
  }
  if (bytes.length === start + 2) return character(bytes, start, start + 1, true)!;
  const whole = cut(bytes, start, bytes.length);
  // rxvt's `CSI 3 $` (S-DC) ends with what is elsewhere the middle of a sequence.
  const rxvt = /^\x1b\[(\d+)\$$/.exec(latin(whole, 0, whole.length));
  return { event: rxvt ? csiEvent(rxvt[1]!, '', '$', whole) : { type: 'unknown', bytes: whole }, end: bytes.length };
}

const isPasteStart = ({ event }: Found) =>
  event.type === 'unknown' && event.bytes.length === 6 && latin(event.bytes, 2, 6) === '200~';

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/**
 * Cuts what a terminal sent into events. What may be the beginning of more is kept in the state; `flush` (after
 * `flushAfter` milliseconds without another byte) makes keys of it. Pure; the bytes of all events joined are what came in.
 */
export function tokenize(
  state: InputState,
  chunk: Uint8Array,
  flush = false,
): { events: InputEvent[]; state: InputState } {
  const bytes = join(state.pending, chunk);
  const events: InputEvent[] = [];
  let { paste } = state;
  let at = 0;
  while (at < bytes.length) {
    if (paste !== 'none') {
      const piece = pastePiece(bytes, at, paste === 'first');
      if (piece.event) events.push(piece.event);
      if (piece.event) paste = piece.event.last ? 'none' : 'more';
      at = piece.end;
      if (paste !== 'none') break;
      continue;
    }
    const found =
      (bytes[at] === ESC ? escapeSequence(bytes, at, flush) : character(bytes, at, at, flush)) ??
      (flush ? unfinished(bytes, at) : null);
    if (!found) break;
    if (isPasteStart(found)) paste = 'first';
    else {
      events.push(found.event);
      at = found.end;
    }
  }
  return { events, state: { pending: cut(bytes, at, bytes.length), paste } };
}

/** Milliseconds to wait for more: a lone ESC is soon a key; what cannot be typed by hand may have been split on its way. Null: nothing to wait for. */
export function flushAfter({ pending, paste }: InputState): number | null {
  if (pending.length === 0 || paste !== 'none') return null;
  return pending.length <= 2 ? ESCAPE_MS : SEQUENCE_MS;
}
/** Slow links split a sequence by less than this; a person does not notice it. */
export const ESCAPE_MS = 25;
const SEQUENCE_MS = 250;
