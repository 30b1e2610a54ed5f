import * as z from 'zod';

/** What happened to a prompt: seen from the agent's own reaction, never assumed. */
export const Receipt = z.enum(['submitted', 'accepted', 'not delivered']);
export type Receipt = z.infer<typeof Receipt>;
