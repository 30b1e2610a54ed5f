const START_BYTES = 64 * 1024;
const decimal: string[] = [];
for (let n = 0; n < 1000; n++) decimal.push(String(n));

/** Bytes on their way to the terminal. Cells are written byte by byte: building strings costs twice as much. */
export interface Out {
  readonly length: number;
  byte(value: number): void;
  /** Text of ASCII characters only. */
  ascii(text: string): void;
  codePoint(code: number): void;
  /** Any text, as UTF-8. */
  text(text: string): void;
  /** `ESC [ a final`, without `a` when it is `skip` (the default of the sequence). */
  csi(a: number, final: string, skip?: number): void;
  /** A copy of what was written; it begins anew. */
  take(): Uint8Array;
}

export function createOut(): Out {
  let bytes = new Uint8Array(START_BYTES);
  let length = 0;
  const room = (count: number) => {
    if (length + count <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + count));
    larger.set(bytes.subarray(0, length));
    bytes = larger;
  };
  const ascii = (text: string) => {
    room(text.length);
    for (let i = 0; i < text.length; i++) bytes[length++] = text.charCodeAt(i);
  };
  const codePoint = (code: number) => {
    room(4);
    if (code < 0x80) {
      bytes[length++] = code;
    } else if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6);
      bytes[length++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      bytes[length++] = 0xe0 | (code >> 12);
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[length++] = 0x80 | (code & 0x3f);
    } else {
      bytes[length++] = 0xf0 | (code >> 18);
      bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[length++] = 0x80 | (code & 0x3f);
    }
  };
  return {
    get length() {
      return length;
    },
    byte(value) {
      room(1);
      bytes[length++] = value;
    },
    ascii,
    codePoint,
    text(text) {
      for (const character of text) codePoint(character.codePointAt(0)!);
    },
    csi(a, final, skip = 1) {
      ascii('\x1b[');
      if (a !== skip) ascii(decimal[a] ?? String(a));
      ascii(final);
    },
    take() {
      const taken = bytes.slice(0, length);
      length = 0;
      return taken;
    },
  };
}
