import { findAgent } from '../../core/names.ts';
import { type Found, mergeMatches } from '../../core/search/merge.ts';
import { readPattern } from '../../core/search/pattern.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Search, SearchResult } from '../../schema/search.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';

/** What hosts are given for one search, in milliseconds: with all that is around it an answer comes within 250. */
const BUDGET_MS = 200;

type Lost = SearchResult['lost'];

/** Searches the agents that are meant. `hostKey`: a newer search under it ends this one. Errors: `usage`, `not_found`. */
export async function searchAgents(ctx: Context, wish: Search, hostKey: string | null): Promise<SearchResult> {
  readPattern(wish.pattern);
  const agents = chooseAgents(ctx, wish);
  const lost: Lost = [];
  const byHost = Map.groupBy(agents, (agent) => (agent.host === null ? undefined : ctx.hosts.get(agent.host)));
  const answers = await Promise.all(
    [...byHost].map(([link, group]) => (link ? askHost(link, group, wish, hostKey, lost) : [])),
  );
  const order = new Map(agents.map(({ id }, index) => [id, index]));
  const found = answers.flat().sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  return mergeMatches(found, wish.limit, lost);
}

/** Those that are named, else all that are listed; of them those in one of the states. Oldest first. */
function chooseAgents({ store }: Context, { agents, states, all }: Search): Agent[] {
  const known = store.all();
  const named = agents.map((query) => {
    const found = findAgent(known, query);
    if (!found.agent) throw found.error;
    return found.agent;
  });
  const meant = agents.length > 0 ? [...new Set(named)] : known.filter(({ archived }) => all || !archived);
  return meant
    .filter(({ status }) => states.length === 0 || states.includes(status.state))
    .sort((a, b) => a.createdAt - b.createdAt);
}

/** What a host has of these agents. One that is lost meanwhile is said; the others' hits are worth having. */
async function askHost(
  link: HostLink,
  agents: Agent[],
  { pattern, limit, before, after, since }: Search,
  key: string | null,
  lost: Lost,
): Promise<Found[]> {
  try {
    const { children } = await link.call('search', {
      pattern,
      limit,
      before,
      after,
      since,
      children: agents.map((agent) => ({ child: childId(agent), from: 1 })),
      screen: true,
      budgetMs: BUDGET_MS,
      key,
    });
    const answers = new Map(children.map((found) => [found.child, found]));
    return agents.flatMap((agent) => {
      const found = answers.get(childId(agent));
      return found ? [{ agent: agent.name, id: agent.id, epoch: agent.epoch, found }] : [];
    });
  } catch (error) {
    if (error instanceof BooError && error.code === 'usage') throw error;
    for (const { name } of agents) lost.push({ agent: name, reason: messageOf(error) });
    return [];
  }
}
