import { v7 as uuidv7 } from 'uuid';
import { commentText } from '../../core/told.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Comment } from '../../schema/review.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { deafness, type Told, tell } from './tell.ts';

/** Comments of one agent that are kept, and characters of each: they stand in its state. */
const MOST = 500;
const LONGEST = 20_000;

/** Keeps a comment; an empty text takes it back (null). */
export function keepComment(
  { store }: Context,
  agent: Agent,
  { id, text, ...place }: Omit<Comment, 'id'> & { id: string | null },
): Comment | null {
  const said = text.trim();
  if (said === '') {
    if (id !== null) store.record(agent.id, { type: 'uncommented', ids: [id] });
    return null;
  }
  if (said.length > LONGEST || place.quote.length > LONGEST)
    throw new BooError('usage', `a comment has at most ${LONGEST} characters`, 'Say it in fewer words.');
  if (id === null && (agent.comments?.length ?? 0) >= MOST)
    throw new BooError('conflict', `${agent.name} has ${MOST} comments that are not sent`, 'Send them first.');
  const comment = { id: id ?? uuidv7(), ...place, text: said };
  store.record(agent.id, { type: 'commented', comment });
  return comment;
}

/** Agents whose comments are on their way: nobody sends them twice. */
const sending = new Set<string>();

/** Sends these comments as one prompt. What the agent took is kept no longer. */
export async function sendComments(ctx: Context, agent: Agent, ids: readonly string[]): Promise<Told> {
  const why = deafness(agent);
  if (why !== null) throw new BooError('conflict', `${agent.name} cannot be told: ${why}`, 'Its comments are kept.');
  const comments = agent.comments?.filter(({ id }) => ids.includes(id)) ?? [];
  if (comments.length < ids.length || sending.has(agent.id))
    throw new BooError('conflict', `comments for ${agent.name} were sent or taken back meanwhile`, 'Look again.');
  sending.add(agent.id);
  try {
    const told = await tell(ctx, agent.id, commentText(comments));
    if (told.receipt !== 'not delivered' && ctx.store.get().agents[agent.id])
      ctx.store.record(agent.id, { type: 'uncommented', ids: [...ids] });
    return told;
  } finally {
    sending.delete(agent.id);
  }
}
