import * as z from './z.ts';

/**
 * The report of a host that an event was read from, so that one that is told again after a crash is known: `part` counts from 0. Of what
 * a driver reports at the start of a life, `seq` is 0.
 */
export const Origin = z.object({ host: z.string(), seq: z.int(), part: z.int() });
export type Origin = z.infer<typeof Origin>;
