import { foldName } from '../../core/lifecycle.ts';
import { findAgent } from '../../core/names.ts';
import { findPlace } from '../../git/place.ts';
import { removeWorktree } from '../../git/remove.ts';
import { branchRef, commitOf } from '../../git/repository.ts';
import { restoreWork } from '../../git/restore.ts';
import { workAtRisk } from '../../git/risk.ts';
import { saveWork } from '../../git/save.ts';
import { findSaved, SAVED_REFS } from '../../git/saved.ts';
import { addWorktree, checkPathFree, createWorktree } from '../../git/worktree.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { freshAgent } from './create.ts';
import { hasRepository } from './folder.ts';
import { planWorktree } from './prepare.ts';
import { findRemoved } from './removed.ts';

/** Brings an archived or removed agent back with its worktree and its work; `query` may also be a saved ref. */
export async function restoreAgent(ctx: Context, query: string): Promise<Agent> {
  const { store } = ctx;
  const found = findAgent(store.all(), query);
  const agent = found.agent ?? findRemoved(ctx, query) ?? (await fromRef(ctx, query).catch(() => undefined));
  if (!agent) throw found.error!;
  return exclusively({ ...ctx, store: { ...store, agent: () => agent } }, agent.id, 'restored', async () => {
    if (found.agent && !agent.archived && !(await isMissing(ctx, agent))) {
      throw new BooError(
        'conflict',
        `${agent.name} is neither archived nor removed`,
        `boocode restart ${agent.name} starts it again.`,
      );
    }
    const { worktree, branch } = await bringBack(ctx, agent);
    // An agent that was removed is made known again as it ended, in its own record.
    store.record(
      agent.id,
      { type: 'created', agent: { ...agent, name: freeName(ctx, agent), archived: true } },
      { epoch: agent.epoch },
    );
    store.record(agent.id, { type: 'restored', worktree, branch });
    return store.agent(agent.id);
  });
}

/** An agent of the list whose worktree is not where it was made: somebody moved or deleted it. */
const isMissing = async ({ root }: Context, { worktree, branch }: Agent): Promise<boolean> =>
  worktree !== null && hasRepository(root) && (await findPlace(root, worktree, branch)).kind !== 'intact';

interface Back {
  worktree: string | null;
  branch: string | null;
}

/** The worktree where it is now, else from saved work, else from its branch, else made anew from its base. */
async function bringBack(ctx: Context, agent: Agent): Promise<Back> {
  const { root, store } = ctx;
  const { worktree: path, branch, base, baseCommit, id } = agent;
  if (path === null || branch === null) return { worktree: null, branch };
  if (!hasRepository(root)) {
    const hint = `Move it back to ${root}/.git, then restore again.`;
    throw new BooError('not_found', `the git repository of ${root} is gone`, hint);
  }
  const place = await findPlace(root, path, branch);
  const isOthers = store.all().some((one) => one.id !== id && !one.archived && one.worktree === path);
  // A restore that was interrupted left it half made; whatever lies in it is saved, and it is made again.
  const isHalf = place.kind === 'intact' && !place.whole && agent.savedRef !== null;
  if ('path' in place && !isOthers && !isHalf) return { worktree: place.path, branch };
  const mustForget = isHalf ? !isOthers : place.kind === 'gone' && !place.taken;
  const savedRef = mustForget ? await forget(ctx, agent, path, isHalf) : agent.savedRef;
  if (savedRef !== null) return restoreWork({ root, ref: savedRef, path, branch });
  const commit = await commitOf(root, branchRef(branch));
  if (commit === null) {
    const known = baseCommit && (await commitOf(root, baseCommit));
    return createWorktree({ root, path, branch, base: known ? baseCommit : base });
  }
  await checkPathFree(root, path);
  await addWorktree({ root, path, branch, commit, branchExists: true });
  return { worktree: path, branch };
}

/** Takes away what is left of a worktree, after all that is still known of it is saved. Gives the ref to restore from. */
async function forget({ root }: Context, agent: Agent, worktree: string, isHalf: boolean): Promise<string | null> {
  const { branch, base, baseCommit, name, savedRef } = agent;
  const { uncommitted, unpushed, unmerged } = await workAtRisk({ root, worktree, branch, base, baseCommit });
  const isRisky = isHalf || (savedRef === null && uncommitted.length + unpushed + unmerged > 0);
  const saved = isRisky ? await saveWork({ root, worktree, branch, name, baseCommit, now: Date.now() }) : null;
  await removeWorktree({ root, worktree, branch, saved });
  return savedRef ?? saved?.ref ?? null;
}

/** Saved work whose agent's record is gone: an ended shell around it. */
async function fromRef({ root, config }: Context, ref: string): Promise<Agent> {
  const { meta } = await findSaved(root, ref);
  const { config: settings } = config.get();
  const { path, branch } = planWorktree(root, settings.worktrees, meta.name, { branch: meta.branch ?? undefined });
  const plan = { runtime: 'shell', profile: null, argv: [], prompt: null, timeouts: settings.timeouts };
  const agent = freshAgent({ name: meta.name, task: meta.name, plan, cwd: path, size: null });
  const savedRef = ref.startsWith('refs/') ? ref : `${SAVED_REFS}/${ref}`;
  return {
    ...agent,
    worktree: path,
    branch,
    savedRef,
    status: {
      state: 'cancelled',
      evidence: { source: 'user', detail: `restored from ${savedRef}` },
      since: agent.createdAt,
    },
  };
}

function freeName({ store }: Context, { id, name }: Agent): string {
  const taken = new Set(
    store
      .all()
      .filter((other) => other.id !== id)
      .map((other) => foldName(other.name)),
  );
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(foldName(candidate))) return candidate;
  }
}
