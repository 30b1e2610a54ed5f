import { isUtf8 } from 'node:buffer';

/** Bytes of an unfinished UTF-8 character at the end: 0 to 3. */
function unfinished(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if (byte < 0x80) return 0;
    // Nothing can finish what begins with another byte.
    if (byte >= 0xf5) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/**
 * Hands on bytes so that no chunk ends inside a character. xterm 6.0.0 loses a character that is split behind a
 * continuation byte 0x80 (`…`, `“` and `•` have one): its decoder takes that byte for none. It also leaves out bytes that
 * are no UTF-8, such as the umlauts of a Latin-1 file: they become U+FFFD, as terminals show them and recordings hold them.
 */
export function alignUtf8(): (bytes: Uint8Array) => Uint8Array {
  let held: Uint8Array = new Uint8Array(0);
  return (bytes) => {
    const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const rest = unfinished(whole);
    if (rest === 0) {
      if (held.length > 0) held = new Uint8Array(0);
      return valid(whole);
    }
    // A copy: the reader uses its memory again.
    held = Uint8Array.from(whole.subarray(whole.length - rest));
    return valid(whole.subarray(0, whole.length - rest));
  };
}

const utf8 = new TextDecoder();
const valid = (bytes: Uint8Array) => (isUtf8(bytes) ? bytes : Buffer.from(utf8.decode(bytes)));
