import * as z from './z.ts';

/** The environment of the command that asks: an agent gets it, not the daemon's, which may be days old. Never stored. */
export const Env = z.record(z.string(), z.string());
