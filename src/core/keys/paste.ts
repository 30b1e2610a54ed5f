import type { PasteEvent } from './event.ts';

const START = new Uint8Array([0x1b, 0x5b, 0x32, 0x30, 0x30, 0x7e]);
const END = new Uint8Array([0x1b, 0x5b, 0x32, 0x30, 0x31, 0x7e]);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the end marker begins, or where a part of one at the very end of `bytes` does; `at` is the length when neither is there. */
function pasteEnd(bytes: Uint8Array, from: number): { at: number; whole: boolean } {
  for (let at = bytes.indexOf(END[0]!, from); at !== -1; at = bytes.indexOf(END[0]!, at + 1)) {
    let matched = 0;
    while (matched < END.length && bytes[at + matched] === END[matched]) matched++;
    if (matched === END.length) return { at, whole: true };
    if (at + matched === bytes.length) return { at, whole: false };
  }
  return { at: bytes.length, whole: false };
}

/** Bytes at the end that may belong together with the next ones: a UTF-8 sequence that is cut, or a CR before its LF. */
function heldBack(bytes: Uint8Array, from: number, to: number): number {
  if (to > from && bytes[to - 1] === 13) return 1;
  for (let back = 1; back <= 3 && to - back >= from; back++) {
    const byte = bytes[to - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/**
 * The next piece of a bracketed paste from `at` on: up to its end marker, or as much as is whole. `first`: the start marker
 * stands at `at`. Terminals send line ends of a paste as CR; `text` has LF.
 */
export function pastePiece(bytes: Uint8Array, at: number, first: boolean): { event: PasteEvent | null; end: number } {
  const from = first ? at + START.length : at;
  const mark = pasteEnd(bytes, from);
  const to = mark.whole ? mark.at : mark.at - heldBack(bytes, from, mark.at);
  if (!mark.whole && to <= from) return { event: null, end: at };
  const end = mark.whole ? to + END.length : to;
  const text = utf8.decode(bytes.subarray(from, to)).replace(/\r\n?/g, '\n');
  return { event: { type: 'paste', text, first, last: mark.whole, bytes: bytes.slice(at, end) }, end };
}

/**
 * Text as a terminal would paste it: line ends as CR; in the markers when the program asked for them, and then without any
 * escape, so that nothing in the text can end the paste or act as a key.
 */
export function encodePaste(text: string, modes: { bracketedPaste: boolean }): Uint8Array {
  const encoder = new TextEncoder();
  const lines = text.replace(/\r?\n/g, '\r');
  if (!modes.bracketedPaste) return encoder.encode(lines);
  return encoder.encode(`\x1b[200~${lines.replace(/[\x1b\x9b]/g, '')}\x1b[201~`);
}
