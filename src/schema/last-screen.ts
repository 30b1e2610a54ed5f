import { Size } from './agent.ts';
import { Cursor } from './screen.ts';
import * as z from './z.ts';

/** The screen as it was when a life ended, kept with its history. */
export const LastScreen = z.object({
  lines: z.array(z.string()),
  /** As of a host's `screen`. */
  wrapped: z.array(z.boolean()).optional(),
  open: z.string().optional(),
  /** With SGR sequences, where the rows have them too. */
  openAnsi: z.string().optional(),
  /** The same rows with SGR sequences and nothing else. */
  ansi: z.array(z.string()),
  cursor: Cursor,
  size: Size,
  title: z.string(),
  /** As of a host's `screen`. */
  at: z.number().optional(),
});
export type LastScreen = z.infer<typeof LastScreen>;
