import { Agent } from './agent.ts';
import { STATE_VERSION } from './plain.ts';
import { SavedSearch } from './search.ts';
import * as z from './z.ts';

export { STATE_VERSION };

/** A living process host: found again by its socket after a crash of the daemon. */
export const HostRef = z.object({
  id: z.string(),
  socket: z.string(),
  pid: z.int(),
  /** Sequence number of its last event that the daemon has folded and written. */
  acked: z.int(),
});
export type HostRef = z.infer<typeof HostRef>;

/** What the daemon knows of one project, mirrored by every cockpit. */
export const ProjectState = z.object({
  version: z.literal(STATE_VERSION),
  project: z.object({
    root: z.string(),
    name: z.string(),
    /** False when the project is no git repository: agents then run in the folder itself. */
    git: z.boolean(),
    createdAt: z.number(),
  }),
  agents: z.record(z.string(), Agent),
  hosts: z.array(HostRef),
  /** Searches that are kept and watch. */
  searches: z.array(SavedSearch).optional(),
});
export type ProjectState = z.infer<typeof ProjectState>;

/** `.boocode/state.json`: the state, and how far into each agent's record it reaches. */
export const StateFile = z.object({
  /** Names the format, so that a foreign file is known at a glance. */
  format: z.literal('boocode-state'),
  version: z.literal(STATE_VERSION),
  /** Counts writes: of two generations the higher one that is whole is loaded. */
  generation: z.int(),
  state: ProjectState,
  /** Per agent id: file name in `.boocode/sessions` and the seq of the last event that `state` contains. */
  records: z.record(z.string(), z.object({ file: z.string(), seq: z.int() })),
});
export type StateFile = z.infer<typeof StateFile>;
