import { foldName, isLive } from '../../core/lifecycle.ts';
import { findAgent } from '../../core/names.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Lives } from '../../schema/history.ts';
import { listHistory, readLife } from '../../storage/history.ts';
import { recordingOf } from '../../storage/recording.ts';
import { findRemoved } from '../agents/removed.ts';
import type { Context } from '../context.ts';

/** What is known of an agent that may have been removed. */
export type Known = Pick<Agent, 'id' | 'name' | 'epoch' | 'host' | 'prompt' | 'startedAt'>;

/** Shortest piece of an id that is taken for one. */
const PREFIX = 8;

/** A removed agent by what is kept of it: its history, else its record. The newest one of that name. */
async function findPast(ctx: Context, query: string): Promise<Known | undefined> {
  const present = ctx.store.get().agents;
  const found: Known[] = [];
  for (const { id, path } of listHistory(ctx.root).reverse()) {
    if (present[id] || (query.length >= PREFIX && !id.startsWith(query) && found.length > 0)) continue;
    const life = await readLife(path);
    if (!life) continue;
    const named = foldName(life.name) === foldName(query) || (query.length >= PREFIX && id.startsWith(query));
    if (named)
      found.push({ id, name: life.name, epoch: life.epoch, host: null, prompt: null, startedAt: life.startedAt });
    if (found.length > 0 && found[0]!.id !== id) break;
  }
  const newest = found.filter(({ id }) => id === found[0]?.id).sort((a, b) => b.epoch - a.epoch)[0];
  return newest ?? findRemoved(ctx, query);
}

/** A listed agent, else a removed one of which something is kept. Throws `not_found` as `findAgent`. */
export async function findKnown(ctx: Context, query: string): Promise<Known> {
  const found = findAgent(ctx.store.all(), query);
  const agent = found.agent ?? (await findPast(ctx, query));
  if (!agent) throw found.error!;
  return agent;
}

/** The lives of an agent with what is kept of each, oldest first. */
export function livesOf({ root, store }: Context, { id, name, epoch }: Known): Lives {
  const agent = store.get().agents[id];
  const kept = new Map(listHistory(root).flatMap((one) => (one.id === id ? [[one.epoch, one] as const] : [])));
  const lives = Array.from({ length: epoch }, (_, i) => i + 1).map((life) => {
    const isPresent = agent?.epoch === life;
    return {
      epoch: life,
      live: isPresent && isLive(agent),
      endedAt: isPresent ? agent.endedAt : (kept.get(life)?.endedAt ?? null),
      history: kept.has(life) || (isPresent && agent.host !== null),
      recording: recordingOf(root, id, life),
    };
  });
  return { id, name, epoch, removed: !agent, lives };
}
