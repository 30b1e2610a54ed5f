import * as z from 'zod';

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

/** Stable names of expected failures; `util/errors` maps them to exit codes. */
export const ErrorCode = z.enum([
  'failed',
  'usage',
  'not_found',
  'conflict',
  'no_daemon',
  'protocol',
  'paused',
  'timed_out',
  'interrupted',
  'untrusted',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const WireError = z.object({ code: ErrorCode, message: z.string(), hint: z.string().optional() });
export type WireError = z.infer<typeof WireError>;

export const Envelope = z.discriminatedUnion('t', [
  /** The first message of both sides. */
  z.object({ t: z.literal('hello'), protocol: z.number().int(), version: z.string(), role: z.string() }),
  z.object({ t: z.literal('req'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  z.object({ t: z.literal('res'), id: z.number().int(), result: z.unknown().optional(), error: WireError.optional() }),
  z.object({ t: z.literal('note'), topic: z.string(), data: z.unknown() }),
]);
export type Envelope = z.infer<typeof Envelope>;

/** A table of what one side answers: method ▶ shapes of its parameters and its result. */
export type Methods = Record<string, { params: z.ZodType; result: z.ZodType }>;
/** A table of what one side says unasked: topic ▶ shape. */
export type Topics = Record<string, z.ZodType>;
