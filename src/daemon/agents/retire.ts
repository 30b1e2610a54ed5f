import { savedBefore } from '../../git/covered.ts';
import { findPlace, type Place } from '../../git/place.ts';
import { removeBranch, removeWorktree } from '../../git/remove.ts';
import { branchRef, commitOf } from '../../git/repository.ts';
import { workAtRisk } from '../../git/risk.ts';
import { saveWork } from '../../git/save.ts';
import type { Agent } from '../../schema/agent.ts';
import type { SavedWork, WorkAtRisk } from '../../schema/daemon.ts';
import { type Context, exclusively } from '../context.ts';
import { hasRepository } from './folder.ts';
import { stopAgent } from './stop.ts';

const NOTHING: WorkAtRisk = { uncommitted: [], ignored: [], unpushed: 0, unmerged: 0 };

/** What a removal would touch; nothing for an agent that runs in the checkout itself, which is never touched. */
export async function riskOf(
  { root }: Context,
  { worktree, branch, base, baseCommit, archived, merged }: Agent,
): Promise<WorkAtRisk> {
  if (worktree === null || (archived && branch === null) || !hasRepository(root)) return NOTHING;
  return workAtRisk({ root, worktree, branch, base, baseCommit, into: merged?.target ?? null });
}

interface Cleared {
  saved: SavedWork | null;
  notes: string[];
}

/** Saves an agent's work, puts that on record, and only then removes the worktree (and the branch, if nothing is lost with it). */
async function clear(ctx: Context, agent: Agent, how: 'archived' | 'removed', worktree: string): Promise<Cleared> {
  const { root, store } = ctx;
  const { id, name, branch, base, baseCommit } = agent;
  if (!hasRepository(root)) {
    return { saved: null, notes: [`${root} has no git repository any more, so ${worktree} was left as it is`] };
  }
  const place = await findPlace(root, worktree, branch);
  const isBranchGone = branch !== null && !(await commitOf(root, branchRef(branch)));
  const ref = agent.archived ? null : agent.savedRef;
  const before = ref === null ? null : await savedBefore({ root, worktree, branch, ref });
  const mustSave = before === null && (await isRisky(ctx, agent, place, isBranchGone));
  const saved = mustSave ? await saveWork({ root, worktree, branch, name, baseCommit, now: Date.now() }) : before;
  if (saved && !agent.archived) store.record(id, { type: 'saved', savedRef: saved.ref });
  const followAgain = ctx.changes.leave(id);
  const left = await removeWorktree({ root, worktree, branch, saved }).catch((error: unknown) => {
    followAgain();
    throw error;
  });
  if (how === 'removed' && branch !== null) await removeBranch({ root, branch, base });
  return { saved, notes: notesOf({ place, worktree, left, branch, isBranchGone: isBranchGone && !agent.archived }) };
}

/** What was saved before a removal that was interrupted may be older than what lies there now: it is saved anew. */
async function isRisky(ctx: Context, agent: Agent, place: Place, isBranchGone: boolean): Promise<boolean> {
  const { uncommitted, unpushed, unmerged } = await riskOf(ctx, agent);
  if (uncommitted.length > 0 || unpushed > 0 || unmerged > 0) return true;
  if (!('folder' in place)) return false;
  return isBranchGone || (agent.savedRef !== null && !agent.archived);
}

function notesOf({
  place,
  worktree,
  left,
  branch,
  isBranchGone,
}: {
  place: Place;
  worktree: string;
  left: string | null;
  branch: string | null;
  isBranchGone: boolean;
}): string[] {
  const notes: string[] = [];
  if (place.kind === 'moved') notes.push(`its worktree had been moved to ${place.path} and was left there`);
  else if (left) notes.push(`something else lies at ${worktree} now and was left as it is`);
  else if (place.kind === 'gone') notes.push(`its worktree ${worktree} had been deleted by hand`);
  if (isBranchGone) notes.push(`its branch ${branch} had been deleted by hand`);
  return notes;
}

/** Archive or remove: the work is saved, then the worktree goes. `removed` also takes the branch, when nothing is lost with it. */
export async function retireAgent(
  ctx: Context,
  id: string,
  how: 'archived' | 'removed',
): Promise<Cleared & { agent: Agent }> {
  return exclusively(ctx, id, how, async () => {
    const { store, ends, watches } = ctx;
    if (how === 'archived' && store.agent(id).archived) return { agent: store.agent(id), saved: null, notes: [] };
    const agent = await stopAgent(ctx, id, 'user');
    if (!store.get().agents[id]) return { agent, saved: null, notes: [] };
    watches.end(id);
    const { worktree } = agent;
    const { saved, notes } = worktree === null ? { saved: null, notes: [] } : await clear(ctx, agent, how, worktree);
    await ends.collect(agent);
    // What an archived agent had uncommitted is only in the work that was saved then; its branch alone may be saved again.
    const savedRef = agent.archived ? (agent.savedRef ?? saved?.ref ?? null) : (saved?.ref ?? agent.savedRef);
    store.record(id, { type: how, savedRef });
    return { agent: store.get().agents[id] ?? { ...agent, savedRef }, saved, notes };
  });
}
