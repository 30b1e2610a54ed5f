import { HistoryLine } from './host.ts';
import { LastScreen } from './last-screen.ts';
import { Mark } from './mark.ts';
import * as z from './z.ts';

export { Mark };

/** What is kept of one life of an agent: the first line of `.boocode/history/<id>.<epoch>.jsonl.gz`, lines follow. */
export const KeptLife = z.object({
  version: z.literal(1),
  agent: z.string(),
  name: z.string(),
  runtime: z.string(),
  epoch: z.int(),
  startedAt: z.number().nullable(),
  endedAt: z.number(),
  /** host: as its process host had it · recording: made anew from its recording after the host was lost. */
  source: z.enum(['host', 'recording']),
  /** Numbers of the oldest and of the newest line that were written. */
  first: z.int(),
  total: z.int(),
  screen: LastScreen,
  marks: z.array(Mark),
});
export type KeptLife = z.infer<typeof KeptLife>;

/** What is known of an agent, removed ones included, and of each of its lives, oldest first. */
export const Lives = z.object({
  id: z.string(),
  name: z.string(),
  /** Its present, or last, life. */
  epoch: z.int(),
  removed: z.boolean(),
  lives: z.array(
    z.object({
      epoch: z.int(),
      live: z.boolean(),
      endedAt: z.number().nullable(),
      /** Its history can be asked for. */
      history: z.boolean(),
      /** Paths of the parts of its recording in the order of time; none when there is no recording. */
      recording: z.array(z.string()),
    }),
  ),
});
export type Lives = z.infer<typeof Lives>;

/** What a daemon answers of histories (part of daemonMethods). */
export const historyMethods = {
  /**
   * A page of the history of a living agent, or of what was kept of an ended or removed one. `from` null: the last `count`
   * lines. The live screen is not part of it. `epoch` null: its present life.
   */
  'agent.history': {
    reads: true,
    params: z.object({
      agent: z.string(),
      epoch: z.int().nullable(),
      from: z.int().nullable(),
      count: z.int().min(1).max(10_000),
      styled: z.boolean(),
    }),
    result: z.object({
      lines: z.array(HistoryLine),
      /** Oldest line that is kept, and the newest. */
      first: z.int(),
      total: z.int(),
      /** One sentence when it is not what the agent's host had: made anew from a recording, or cut off. */
      notice: z.string().optional(),
    }),
  },
  /** Oldest first, as far as they are known. `epoch` as above; missing: its present life. */
  'agent.marks': {
    reads: true,
    params: z.object({ agent: z.string(), epoch: z.number().int().nullable().optional() }),
    result: z.object({ marks: z.array(Mark) }),
  },
  'agent.lives': { reads: true, params: z.object({ agent: z.string() }), result: Lives },
};
