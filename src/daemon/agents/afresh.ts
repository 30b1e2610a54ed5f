import { messageOf } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { firstPrompt } from '../sessions/prompts.ts';
import { relaunch } from './relaunch.ts';

/** The task it was given at first, and what it was to go on with. */
function fullPrompt(first: string | null, more: string | null): string | null {
  if (first === null || more === null || first === more) return more ?? first;
  return `${first}\n\n${more}`;
}

/**
 * Begins an agent again without the session that it was to go on with: its provider does not have it any more. With the full prompt, since
 * it knows nothing of what was before; and it is said.
 */
export async function beginAfresh(ctx: Context, id: string, epoch: number, message: string): Promise<void> {
  const { store, publish, log } = ctx;
  const agent = store.get().agents[id];
  if (!agent || agent.epoch !== epoch) return;
  const more = agent.queue?.find((one) => one.id === firstPrompt(epoch));
  const ask = { prompt: fullPrompt(agent.prompt, more?.text ?? null), images: more?.images ?? [] };
  const why = `its session was refused (${message}): begun afresh`;
  try {
    await exclusively(ctx, id, 'begun afresh', () => relaunch(ctx, id, { ...ask, resume: null, forget: true, why }));
    publish('message', { level: 'warning', text: `${agent.name}: ${why}, with its full prompt.` });
  } catch (error) {
    log.warn(`${agent.name}: ${why}, but ${messageOf(error)}`);
    publish('message', { level: 'error', text: `${agent.name}: ${why}, but ${messageOf(error)}.` });
  }
}
