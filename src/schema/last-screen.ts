import * as z from 'zod';
import { Size } from './agent.ts';
import { Cursor } from './screen.ts';

/** The last screen of a life, as written to `.boocode/sessions/<id>.screen.json`. */
export const LastScreen = z.object({
  epoch: z.number().int(),
  lines: z.array(z.string()),
  ansi: z.array(z.string()),
  cursor: Cursor,
  size: Size,
  title: z.string(),
  history: z.array(z.string()),
});
export type LastScreen = z.infer<typeof LastScreen>;
