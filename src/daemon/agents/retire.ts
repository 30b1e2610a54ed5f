import { existsSync } from 'node:fs';
import { removeBranch, removeWorktree } from '../../git/remove.ts';
import { workAtRisk } from '../../git/risk.ts';
import { saveWork } from '../../git/save.ts';
import type { Agent } from '../../schema/agent.ts';
import type { SavedWork, WorkAtRisk } from '../../schema/daemon.ts';
import { type Context, exclusively } from '../context.ts';
import { stopAgent } from './stop.ts';

/** What a removal would touch; nothing for an agent that runs in the checkout itself, which is never touched. */
export async function riskOf(
  { root }: Context,
  { worktree, branch, base, baseCommit, archived }: Agent,
): Promise<WorkAtRisk> {
  if (worktree === null || (archived && branch === null)) return { uncommitted: [], unpushed: 0, unmerged: 0 };
  return workAtRisk({ root, worktree, branch, base, baseCommit });
}

/** Archive or remove: the work is saved, then the worktree goes. `removed` also takes the branch, when nothing is lost with it. */
export async function retireAgent(
  ctx: Context,
  id: string,
  how: 'archived' | 'removed',
): Promise<{ agent: Agent; saved: SavedWork | null }> {
  const doing = how === 'archived' ? 'archived' : 'removed';
  return exclusively(ctx, id, doing, async () => {
    const { root, store, ends, watches } = ctx;
    if (how === 'archived' && store.agent(id).archived) return { agent: store.agent(id), saved: null };
    const agent = await stopAgent(ctx, id, 'user');
    if (!store.get().agents[id]) return { agent, saved: null };
    watches.end(id);
    const risk = await riskOf(ctx, agent);
    const isRisky = risk.uncommitted.length > 0 || risk.unpushed > 0 || risk.unmerged > 0;
    const { name, worktree, branch, base } = agent;
    const saved = isRisky
      ? await saveWork({
          root,
          worktree: worktree && existsSync(worktree) ? worktree : null,
          branch,
          name,
          now: Date.now(),
        })
      : null;
    if (worktree !== null) await removeWorktree({ root, worktree, saved });
    if (how === 'removed' && branch !== null && worktree !== null) await removeBranch({ root, branch, base });
    await ends.collect(agent);
    const savedRef = saved?.ref ?? agent.savedRef;
    store.record(id, { type: how, savedRef });
    if (how === 'removed') ends.forget(id);
    return { agent: store.get().agents[id] ?? { ...agent, savedRef }, saved };
  });
}
