import { type Agent, childId } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';

/** Lines of history asked of a host at a time: what one answer may hold. */
const PAGE = 10_000;

const nothing = (agent: Agent) =>
  new BooError(
    'not_found',
    `nothing is kept of the screen of ${agent.name}`,
    'It ended before it had one, or with its process host.',
  );

/** From the host while it has the child, else from what was kept at the end. */
async function fromHost<T>(
  { hosts }: Context,
  agent: Agent,
  ask: (link: HostLink, child: string) => Promise<T>,
): Promise<T | undefined> {
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!link) return undefined;
  return ask(link, childId(agent)).catch((error: unknown) => {
    if (error instanceof BooError && (error.code === 'not_found' || error.code === 'failed')) return undefined;
    throw error;
  });
}

export async function screenOf(ctx: Context, agent: Agent, ansi: boolean) {
  const live = await fromHost(ctx, agent, (link, child) => link.call('screen', { child, ansi }));
  if (live) return live;
  const last = ctx.ends.read(agent);
  if (!last) throw nothing(agent);
  return { ...last, ansi: ansi ? last.ansi : null };
}

/** History, then the screen; at most `count` lines, oldest first. */
export async function outputOf(ctx: Context, agent: Agent, count: number): Promise<string[]> {
  const live = await fromHost(ctx, agent, async (link, child) => {
    const { lines } = await link.call('screen', { child, ansi: false });
    return [...(await historyOf(link, child, count)), ...lines];
  });
  const last = live ? undefined : ctx.ends.read(agent);
  const all = live ?? (last && [...last.history, ...last.lines]);
  if (!all) throw nothing(agent);
  const end = all.findLastIndex((line) => line !== '') + 1;
  return all.slice(Math.max(0, end - count), end);
}

async function historyOf(link: HostLink, child: string, count: number): Promise<string[]> {
  const newest = await link.call('history', { child, from: null, count: Math.min(count, PAGE), styled: false });
  const pages = [newest.lines.map(({ text }) => text)];
  let { first, total } = newest;
  for (
    let from = (newest.lines[0]?.line ?? total) - PAGE, have = pages[0]!.length;
    have < count && from + PAGE > first;
    from -= PAGE
  ) {
    const start = Math.max(first, from);
    const page = await link.call('history', {
      child,
      from: start,
      count: Math.max(1, from + PAGE - start),
      styled: false,
    });
    pages.unshift(page.lines.map(({ text }) => text));
    have += page.lines.length;
    ({ first, total } = page);
    if (page.lines.length === 0) break;
  }
  return pages.flat();
}
