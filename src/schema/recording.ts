import * as z from 'zod';
import { Size } from './agent.ts';

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
