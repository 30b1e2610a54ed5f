import * as z from './z.ts';

/** How a number is known: we measured it, the agent reported it, it was worked out from others, or nobody knows. */
export const Provenance = z.enum(['measured', 'reported', 'estimated', 'unknown']);
export type Provenance = z.infer<typeof Provenance>;
