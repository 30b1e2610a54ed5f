import * as z from 'zod';

/**
 * The report of a host that an event was read from, so that one that is told again after a crash is known: `part` counts from 0. Of what
 * a driver reports at the start of a life, `seq` is 0.
 */
export const Origin = z.object({ host: z.string(), seq: z.number().int(), part: z.number().int() });
export type Origin = z.infer<typeof Origin>;
