import * as z from './z.ts';

export { FRAME_INPUT, FRAME_JSON, FRAME_SCREEN, MAX_FRAME_BYTES, PROTOCOL_VERSION } from './protocol.ts';

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
  z.object({ t: z.literal('hello'), protocol: z.int(), version: z.string(), role: z.string() }),
  z.object({ t: z.literal('req'), id: z.int(), method: z.string(), params: z.unknown() }),
  z.object({ t: z.literal('res'), id: z.int(), result: z.unknown().optional(), error: WireError.optional() }),
  z.object({ t: z.literal('note'), topic: z.string(), data: z.unknown() }),
]);
export type Envelope = z.infer<typeof Envelope>;

/** What one side answers to: shapes of its parameters and its result. `reads`: it changes nothing, so that nobody has to look what came of it. */
export interface Method {
  params: z.ZodType;
  result: z.ZodType;
  reads?: boolean;
}
/** A table of what one side answers. */
export type Methods = Record<string, Method>;
/** A table of what one side says unasked: topic ▶ shape. */
export type Topics = Record<string, z.ZodType>;
