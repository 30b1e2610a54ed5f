import { isLive } from '../../core/lifecycle.ts';
import { type Found, mergeMatches } from '../../core/search/merge.ts';
import { readPattern } from '../../core/search/pattern.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Search, SearchResult } from '../../schema/search.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Archive } from './archive.ts';
import { searchHost } from './ask-host.ts';
import { chooseAgents } from './choose.ts';
import type { Turn } from './newest.ts';

/** What hosts are given for one search, in milliseconds: with all that is around it an answer comes within 250. */
const BUDGET_MS = 200;

/** What is kept on disk is told of so often, in milliseconds: a person sees it grow, and each time all of it is sent. */
const TELL_MS = 250;

/** Of who was asked for by name: no match would be said of what nobody could look at. */
const NOTHING_KEPT = 'nothing is kept of what it printed';

type Lost = SearchResult['lost'];

/** Who asks: which turn it is of those who ask again and again, and whom to tell what was found so far. */
interface Asker {
  turn?: Turn;
  tell: ((result: SearchResult) => void) | undefined;
}

/**
 * Searches the agents that are meant: on their hosts while those have them, else what was kept on disk. Errors: `usage`
 * for a bad pattern, `not_found`.
 */
export async function searchAgents(
  ctx: Context,
  archive: Archive,
  wish: Search,
  { tell, turn }: Asker,
): Promise<SearchResult> {
  const { agents, past } = chooseAgents(ctx, wish);
  const lost: Lost = [];
  const byHost = Map.groupBy(agents, (agent) => (agent.host === null ? undefined : ctx.hosts.get(agent.host)));
  const asked = Promise.all(
    [...byHost].map(([link, group]) => (link ? askHost(link, group, wish, turn?.key ?? null, lost) : [])),
  );
  asked.catch(() => {});
  // While they look; to all of them, or to none, a bad one is told here.
  readPattern(wish.pattern);
  const onHosts = (await asked).flat();
  const isDone = ({ id, name }: Agent) =>
    onHosts.some((one) => one.id === id) || lost.some(({ agent }) => agent === name);
  const kept = agents.filter((agent) => !isDone(agent));
  const lives = [...past, ...kept.map(({ id, epoch }) => ({ id, epoch }))];
  const known = ctx.store.get().agents;
  // Ids begin with the time of the agent's making.
  const merged = (onDisk: Found[]) => {
    const found = [...onHosts, ...onDisk].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.epoch - b.epoch));
    const named = found.map((one) => ({ ...one, agent: known[one.id]?.name ?? one.agent }));
    return mergeMatches(named, wish.limit, lost);
  };
  if (lives.length === 0) return merged([]);
  const said = sayAtTimes((onDisk) => !turn?.signal.aborted && tell?.(merged(onDisk)));
  said([]);
  const onDisk: Found[] = [];
  try {
    await archive.search(lives, wish, turn?.signal, (more) => {
      onDisk.push(more);
      said(onDisk);
    });
  } catch (error) {
    const reason = `what is kept on disk could not be searched: ${messageOf(error)}`;
    for (const agent of kept.length > 0 ? kept.map(({ name }) => name) : ['ended agents']) lost.push({ agent, reason });
    return merged(onDisk);
  }
  if (wish.agents.length > 0) lost.push(...withNothing(kept, onDisk));
  return merged(onDisk);
}

/** Those that ran and ended, and of whose last life the disk has nothing. */
const withNothing = (agents: Agent[], onDisk: Found[]): Lost =>
  agents
    .filter((agent) => !isLive(agent) && agent.startedAt !== null)
    .filter(({ id, epoch }) => !onDisk.some((one) => one.id === id && one.epoch === epoch))
    .map(({ name }) => ({ agent: name, reason: NOTHING_KEPT }));

function sayAtTimes(say: (found: Found[]) => void): (found: Found[]) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (found) => {
    if (performance.now() - saidAt < TELL_MS) return;
    saidAt = performance.now();
    say(found);
  };
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
    const children = agents.map((agent) => ({ child: childId(agent), from: 1 }));
    const wish = { pattern, limit, before, after, since, children, screen: true, budgetMs: BUDGET_MS, key };
    const answer = await searchHost(link, wish);
    const answers = new Map(answer.children.map((found) => [found.child, found]));
    return agents.flatMap((agent) => {
      const found = answers.get(childId(agent)) ?? (answer.timedOut ? nothingYet(childId(agent)) : undefined);
      return found ? [{ agent: agent.name, id: agent.id, epoch: agent.epoch, found }] : [];
    });
  } catch (error) {
    if (error instanceof BooError && error.code === 'usage') throw error;
    // What has ended was written down.
    for (const agent of agents.filter(isLive)) lost.push({ agent: agent.name, reason: messageOf(error) });
    return [];
  }
}

/** Of a search that had to be ended by force. */
const nothingYet = (child: string): Found['found'] => ({
  child,
  matches: [],
  total: 0,
  upTo: 0,
  complete: false,
  sources: [],
});
