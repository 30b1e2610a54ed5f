import { findAgent } from '../../core/names.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Search } from '../../schema/search.ts';
import { listHistory } from '../../storage/history.ts';
import { findRemoved } from '../agents/removed.ts';
import type { Context } from '../context.ts';

export interface Chosen {
  /** Oldest first. */
  agents: Agent[];
  /** Lives that can only be kept on disk: earlier ones, and those of removed agents. */
  past: { id: string; epoch: number }[];
}

/** Whom a search means: those named, else all that are listed; of them those in one of the states. Errors: `not_found`. */
export function chooseAgents(ctx: Context, { agents: names, states, all }: Search): Chosen {
  const known = ctx.store.all();
  const removed: string[] = [];
  const named = names.flatMap((query) => {
    const found = findAgent(known, query);
    if (found.agent) return [found.agent];
    const gone = all ? findRemoved(ctx, query) : undefined;
    if (!gone) throw found.error;
    removed.push(gone.id);
    return [];
  });
  const meant = names.length > 0 ? [...new Set(named)] : known.filter(({ archived }) => all || !archived);
  const agents = meant
    .filter(({ status }) => states.length === 0 || states.includes(status.state))
    .sort((a, b) => a.createdAt - b.createdAt);
  if (!all) return { agents, past: [] };
  const epochs = new Map(agents.map(({ id, epoch }) => [id, epoch]));
  const isMeant = (id: string) => {
    if (epochs.has(id) || removed.includes(id)) return true;
    return names.length === 0 && states.length === 0 && !ctx.store.get().agents[id];
  };
  const past = listHistory(ctx.root).filter(({ id, epoch }) => isMeant(id) && epochs.get(id) !== epoch);
  return { agents, past: past.map(({ id, epoch }) => ({ id, epoch })) };
}
