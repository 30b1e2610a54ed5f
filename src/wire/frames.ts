import { MAX_FRAME_BYTES } from '../schema/protocol.ts';

const HEADER_BYTES = 5;

/** One frame: `u32 length | u8 kind | payload`, the length counting kind and payload. */
export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  out.writeUInt32BE(payload.length + 1, 0);
  out[4] = kind;
  out.set(payload, HEADER_BYTES);
  return out;
}

/**
 * Cuts a byte stream into frames. Returns the function that takes the next bytes; it throws a RangeError when a length
 * cannot be right, after which the stream is of no more use. A payload is valid only during its call.
 */
export function frameReader(onFrame: (kind: number, payload: Buffer) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = HEADER_BYTES;
  return (bytes) => {
    parts.push(bytes);
    held += bytes.length;
    if (held < needed) return;
    let buffer = parts.length === 1 ? bytes : Buffer.concat(parts, held);
    for (needed = HEADER_BYTES; buffer.length >= HEADER_BYTES; ) {
      const length = buffer.readUInt32BE(0);
      if (length < 1 || length > MAX_FRAME_BYTES) throw new RangeError(`frame of ${length} bytes`);
      if (buffer.length < 4 + length) {
        needed = 4 + length;
        break;
      }
      onFrame(buffer[4]!, buffer.subarray(HEADER_BYTES, 4 + length));
      buffer = buffer.subarray(4 + length);
    }
    parts = buffer.length > 0 ? [buffer] : [];
    held = buffer.length;
  };
}
