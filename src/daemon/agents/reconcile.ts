import { isLive } from '../../core/lifecycle.ts';
import { endRunner } from '../../git/runner.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { ChildInfo } from '../../schema/host.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';
import { markStarted } from './launch.ts';
import { undoWorktree } from './prepare.ts';
import { onExit } from './reports.ts';
import { stopChild } from './stop.ts';

interface Found {
  link: HostLink;
  info: ChildInfo;
}

/**
 * Brings the state and what really runs together again after this daemon (or the one before it) was gone: agents of
 * living hosts go on, ends that nobody saw are recorded, and what was half made is taken away. `writtenAt`: when the one before wrote last.
 */
export async function reconcile(ctx: Context, writtenAt: number): Promise<void> {
  const children = new Map<string, Found>();
  // What begins again by itself when it hears of an end is no business of this.
  const lives = new Set(ctx.store.all().map(childId));
  for (const link of ctx.hosts.links()) {
    try {
      await link.listen();
      for (const info of (await link.call('children', {})).children) children.set(info.child, { link, info });
    } catch (error) {
      ctx.log.warn(`host ${link.id} did not answer: ${messageOf(error)}`);
    }
  }
  for (const agent of ctx.store.all()) {
    try {
      if (isLive(agent) && lives.has(childId(agent))) await settle(ctx, agent, children.get(childId(agent)), writtenAt);
    } catch (error) {
      // A full disk keeps nobody from the agents: their hosts tell what was not written until it is.
      ctx.log.warn(`${agent.name}: ${messageOf(error)}`);
    }
    children.delete(childId(agent));
  }
  // A child of an earlier life, or of an agent that is no more: nobody could ever reach it.
  let strangers = 0;
  for (const [child, { link, info }] of children) {
    ctx.log.warn(`ending ${child} (pid ${info.pid}), which belongs to no agent`);
    if (info.exit === null && !ctx.store.get().agents[child.slice(0, child.lastIndexOf('.'))]) strangers += 1;
    if (info.exit === null) await link.call('stop', { child, graceMs: 2000 }).catch(() => {});
    await link.call('collect', { child }).catch(() => {});
  }
  if (strangers > 0) ctx.unsaid.push(sayEnded(strangers));
}

/** Somebody took the state away while no daemon was there that could have made it again. */
const sayEnded = (count: number) =>
  `${count} running ${count > 1 ? 'agents were' : 'agent was'} ended of which nothing is known any more, as when .boocode was taken away while no daemon ran. Worktrees and branches are as they were.`;

async function settle(ctx: Context, agent: Agent, found: Found | undefined, writtenAt: number): Promise<void> {
  const { store, watches, log } = ctx;
  const { id } = agent;
  if (found) {
    const { link, info } = found;
    markStarted(ctx, id, { pid: info.pid, host: link.id, at: info.startedAt });
    if (info.exit !== null) return onExit(ctx, store.agent(id), info.exit, { at: Date.now(), complaint: null });
    // What it had printed until then was seen, or it would be marked.
    watches.begin(store.agent(id), writtenAt);
    ctx.sessions.begin(store.agent(id));
    if (agent.stopping)
      void stopChild(ctx, id).catch((error) => log.warn(`stopping ${agent.name}: ${messageOf(error)}`));
    return;
  }
  if (agent.host !== null) return void store.owe(id, { type: 'hostLost', host: agent.host });
  if (agent.epoch === 1) {
    // A setup command outlives the daemon that ran it, and would go on where nothing is any more.
    if (agent.worktree !== null) await endRunner(agent.worktree);
    await undoWorktree(ctx, agent);
  }
  store.owe(id, { type: 'startFailed', message: 'the daemon ended while it was being prepared' });
}
