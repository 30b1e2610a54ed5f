/*
 * The few numbers of the wire without its shapes: what has to start in an instant (an agent waits for its hooks) speaks it without them.
 */

/**
 * Raised whenever a shape in this room that crosses a socket changes incompatibly: wire, daemon, host, screen.
 * A peer of another version is refused with what to do.
 */
export const PROTOCOL_VERSION = 1;

/**
 * A frame is `u32 length (big endian, of what follows) | u8 kind | payload`.
 * JSON frames carry an Envelope; the binary kinds are described in schema/screen.
 */
export const FRAME_JSON = 0;
export const FRAME_SCREEN = 1;
export const FRAME_INPUT = 2;

/** A larger frame is a protocol error: nothing we send comes near it. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;
