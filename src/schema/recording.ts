import { Size } from './agent.ts';
import { Mark } from './history.ts';
import { HistoryLine } from './host.ts';
import { LastScreen } from './last-screen.ts';
import * as z from './z.ts';

/** The comment line above the screen that a rotated part begins with: who joins the parts leaves that event out. */
export const PART_BEGINS = 'the screen as it was when this part began';

/** First line of an asciicast v3 file (docs.asciinema.org/manual/asciicast/v3). */
export const CastHeader = z.looseObject({
  version: z.literal(3),
  term: z.looseObject(Size.shape),
  /** Seconds since the epoch. */
  timestamp: z.number().optional(),
  command: z.string().optional(),
});
export type CastHeader = z.infer<typeof CastHeader>;

/** Any other line of it: `[after, code, data]`. */
export interface CastEvent {
  /** Seconds since the event before, or since the beginning. */
  after: number;
  /** `o` output, `r` size as `COLSxROWS`, `m` marker, `x` exit status; others are passed over. */
  code: string;
  data: string;
}

/** The size that an `r` event tells; undefined when it is none that a terminal may have. */
export function castSize(data: string): Size | undefined {
  const [cols, rows] = (/^(\d{1,4})x(\d{1,4})$/.exec(data)?.slice(1) ?? []).map(Number);
  return Size.safeParse({ cols, rows }).data;
}

/** What the process that makes a history anew from a recording is given: first this, then what was recorded. */
export interface RebuildHead {
  size: Size;
  historyLines: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
}
/** When, the output, and the new size where it is one. */
export type RebuildInput = [at: number, text: string, size?: Size];

/** What it answers first; pages of the history's lines follow. */
export const Rebuilt = z.object({
  first: z.int(),
  total: z.int(),
  screen: LastScreen,
  marks: z.array(Mark),
  endedAt: z.number(),
});
export type Rebuilt = z.infer<typeof Rebuilt>;

export const RebuiltPage = z.array(HistoryLine);
