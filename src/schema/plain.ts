/*
 * What this room says without shapes. The cockpit takes keys and the first commands answer before zod is loaded and hundreds of
 * shapes are made: what is needed until then is imported from here (and from cell, protocol and search-limits).
 */
import type { StatusState } from './status.ts';

/** Raised with every change of the state's shape; older files are migrated by storage/migrate. */
export const STATE_VERSION = 1;

/** States that end a life: sticky, no later event of the same epoch changes them. */
export const TERMINAL_STATES = ['completed', 'failed', 'cancelled', 'timed_out'] as const satisfies StatusState[];

/** Characters of an approval's input and diff that are kept in the state; the whole stands in the agent's record. */
export const APPROVAL_TEXT = 65_536;

/** Characters of input and output in a list of traces; the whole is had one by one. */
export const TRACE_TEXT = 2000;

/** The child of a host that carries this agent's present life. A restart is a new child. */
export const childId = (agent: { id: string; epoch: number }) => `${agent.id}.${agent.epoch}`;
