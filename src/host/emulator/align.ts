/** Bytes of an unfinished UTF-8 character at the end: 0 to 3. */
function unfinished(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/**
 * Hands on bytes so that no chunk ends inside a character. xterm 6.0.0 loses a character that is split behind a
 * continuation byte 0x80 (`…`, `“` and `•` have one): its decoder takes that byte for none.
 */
export function alignUtf8(): (bytes: Uint8Array) => Uint8Array {
  let held: Uint8Array = new Uint8Array(0);
  return (bytes) => {
    const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const rest = unfinished(whole);
    if (rest === 0) {
      if (held.length > 0) held = new Uint8Array(0);
      return whole;
    }
    // A copy: the reader uses its memory again.
    held = Uint8Array.from(whole.subarray(whole.length - rest));
    return whole.subarray(0, whole.length - rest);
  };
}
