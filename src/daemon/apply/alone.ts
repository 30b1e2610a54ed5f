import { createTurns } from '../../git/limit.ts';
import { type Context, exclusively } from '../context.ts';

const turns = createTurns();

/** Decisions about one agent are carried out one after the other; while it is stopped, removed or the like they are refused. */
export const alone = <T>(ctx: Context, id: string, doing: string, task: () => Promise<T>): Promise<T> =>
  turns(id, () => exclusively(ctx, id, doing, task));
