import { isMidTurn } from '../../core/lifecycle.ts';
import { advanceBranch } from '../../git/advance.ts';
import { adoptWork, markWork, settleWork, unmarkWork, workAsCommit } from '../../git/commit-work.ts';
import { takenOver } from '../../git/fork.ts';
import { createTurns } from '../../git/limit.ts';
import { mergeBack } from '../../git/merge-back.ts';
import { findPlace } from '../../git/place.ts';
import { requireGit } from '../../git/refs.ts';
import { branchRef, commitOf } from '../../git/repository.ts';
import { gitLine } from '../../git/run.ts';
import { sweepTempWorktrees } from '../../git/temp-worktree.ts';
import type { Agent } from '../../schema/agent.ts';
import type { MergeAsk, MergeOutcome } from '../../schema/collision.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { noRepository } from '../no-repository.ts';
import { checksFolder, runChecks } from './checks.ts';

/** How often a merge is computed anew because its target moved meanwhile. */
const TRIES = 5;

/** One merge after the other per project: the second is computed on what the first one made. */
const turns = createTurns();

interface Job {
  ask: MergeAsk;
  agent: Agent;
  /** The branch that is merged into. */
  target: string;
  /** Null when it is gone. */
  worktree: string | null;
  /** What the agent has committed, and with `work` its uncommitted work upon it. */
  committed: string;
  work: string | null;
  /** What is not merged though it was asked for, in sentences. */
  notes: string[];
  signal?: AbortSignal | undefined;
}

/**
 * Merges what an agent did into a branch: computed in the object store, checked, and only then brought there. Whatever does not come about
 * leaves everything as it was. Errors: `conflict`, `not_found`, `usage`, each with what to do.
 */
export async function mergeAgent(
  ctx: Context,
  agent: Agent,
  ask: MergeAsk,
  signal?: AbortSignal,
): Promise<MergeOutcome> {
  await requireGit();
  return exclusively(ctx, agent.id, 'merged', () =>
    turns(ctx.root, async () => {
      const job = await prepare(ctx, agent, ask, signal);
      for (let nth = 1; nth <= TRIES; nth++) {
        const outcome = await once(ctx, job);
        if (outcome) return outcome;
      }
      throw new BooError(
        'conflict',
        `${job.target} moved again and again while ${agent.name} was being merged`,
        'Try again when nobody else writes to it.',
      );
    }),
  );
}

async function prepare(ctx: Context, agent: Agent, ask: MergeAsk, signal?: AbortSignal): Promise<Job> {
  const { root } = ctx;
  const { name, branch } = agent;
  if (!ctx.git) throw noRepository(root);
  if (agent.worktree === null) {
    throw new BooError(
      'conflict',
      `${name} works in the checkout itself, so there is nothing to merge`,
      'Its changes lie there already; git commit keeps them.',
    );
  }
  const place = await findPlace(root, agent.worktree, branch);
  const worktree = place.kind === 'intact' || place.kind === 'moved' ? place.path : null;
  const tip = branch === null ? null : await commitOf(root, branchRef(branch));
  const committed = (worktree && (await commitOf(worktree, 'HEAD'))) ?? tip;
  if (!committed) {
    throw new BooError('not_found', `neither the worktree nor the branch of ${name} is there any more`);
  }
  const target = await targetOf(root, ask.target, agent);
  const work = ask.uncommitted && worktree !== null ? await uncommitted(agent, worktree, ask) : null;
  const notes = ask.uncommitted ? await unmergeable(ctx, agent, worktree) : [];
  return { ask, agent, target, worktree, committed, work, notes, signal };
}

/** A commit of the worktree takes of a submodule where it stands, and nothing that was edited inside; without one there is none. */
async function unmergeable({ changes }: Context, { id, name }: Agent, worktree: string | null): Promise<string[]> {
  if (worktree === null) return [`the worktree of ${name} is not at its place: only what it has committed counts`];
  const seen = await changes.of(id, true);
  return seen.changes
    .filter(({ editedInside }) => editedInside)
    .map(({ file }) => `what ${name} edited inside ${file} is not merged: it is not committed there`);
}

/** A branch; what is checked out in the project where none is named. */
async function targetOf(root: string, wanted: string | null, { name, branch }: Agent): Promise<string> {
  const target = wanted ?? (await gitLine(['symbolic-ref', '--short', '--quiet', 'HEAD'], root));
  if (target === null) {
    throw new BooError('conflict', `${root} stands on no branch`, 'Name the branch to merge into with --target.');
  }
  if (!(await commitOf(root, branchRef(target)))) {
    throw new BooError('not_found', `there is no branch ${target} with a commit`, 'git branch lists the branches.');
  }
  if (target === branch) throw new BooError('usage', `${target} is the branch of ${name} itself`, 'Name another one.');
  return target;
}

async function uncommitted(agent: Agent, worktree: string, { now, identity }: MergeAsk): Promise<string | null> {
  const work = await workAsCommit(worktree, `Work of ${agent.name}\n`, identity);
  if (work !== null && !now && isMidTurn(agent)) {
    throw new BooError(
      'conflict',
      `${agent.name} is at work, and what it has not committed may be half done`,
      'Wait until it is idle, merge only what is committed, or take it as it is with --now.',
    );
  }
  return work;
}

/** One try; null: the target moved meanwhile. */
async function once(ctx: Context, job: Job): Promise<MergeOutcome | null> {
  const { root, store } = ctx;
  const { ask, agent, target } = job;
  const before = (await commitOf(root, branchRef(target)))!;
  const head = job.work ?? job.committed;
  const { notes } = job;
  const nothing = { outcome: 'nothing', commit: before, previous: before, target, files: [], check: null, notes };
  const base: MergeOutcome = { ...nothing, outcome: 'nothing' };
  const from = agent.branch ?? agent.name;
  const { merged } = store.agent(agent.id);
  const done = await takenOver(root, { merged, target: before, head });
  const made = await mergeBack({ ...ask, root, target: before, head, into: target, from, done });
  if (made.kind === 'nothing') return base;
  if (made.kind === 'conflict') return { ...base, outcome: 'conflict', files: made.files };
  const about = `merging ${agent.name} into ${target}`;
  const check = ask.checks ? await runChecks(ctx, { commit: made.commit, about, signal: job.signal }) : null;
  if (check) return { ...base, outcome: 'checks_failed', check };
  job.signal?.throwIfAborted();
  const moved = await bring(ctx, job, { from: before, to: made.commit });
  if (!moved) return null;
  const merge = { target, commit: made.commit, head, how: ask.how, at: Date.now() };
  store.record(agent.id, { type: 'merged', merge });
  ctx.changes.moved();
  const { checkout } = moved;
  return { ...base, outcome: 'merged', commit: made.commit, checkout, notes: [...notes, ...moved.notes] };
}

/** Moves the target, then makes the agent's uncommitted work its commit. Null: the target is elsewhere by now. */
async function bring(
  { root, log }: Context,
  { agent, target, worktree, committed, work }: Job,
  { from, to }: { from: string; to: string },
): Promise<{ notes: string[]; checkout: string | null } | null> {
  const adoption = worktree !== null && work !== null ? { worktree, old: committed, commit: work } : null;
  if (adoption) await markWork(adoption, to);
  const undo = async () => {
    if (adoption) await unmarkWork(adoption.worktree);
  };
  let checkout: string | null;
  try {
    const { moved, checkout: holder } = await advanceBranch({
      root,
      branch: target,
      from,
      to,
      why: `boocode merge ${agent.name}`,
    });
    if (!moved) {
      await undo();
      return null;
    }
    checkout = holder;
  } catch (error) {
    await undo();
    throw error;
  }
  if (!adoption) return { notes: [], checkout };
  const left = `what ${agent.name} had not committed is merged, but stays uncommitted in its worktree`;
  try {
    const adopted = await adoptWork(adoption);
    return { notes: adopted ? [] : [`${left}, because it has committed meanwhile`], checkout };
  } catch (error) {
    log.warn(`${agent.name}: ${messageOf(error)}`);
    return { notes: [`${left}: ${messageOf(error)}`], checkout };
  } finally {
    await undo();
  }
}

/** After a daemon was killed in the middle of a merge: its temporary worktrees go, and half a step is finished or forgotten. */
export async function sweepMerges(ctx: Context): Promise<void> {
  const { root, log, store, config } = ctx;
  if (!ctx.git) return;
  try {
    const left = await sweepTempWorktrees(root, checksFolder(root, config.get().config));
    for (const path of left) log.warn(`removed ${path}, left by a merge that was interrupted`);
  } catch (error) {
    log.warn(`what an interrupted merge left was not removed: ${messageOf(error)}`);
  }
  for (const { worktree, name, archived } of store.all()) {
    if (worktree === null || archived) continue;
    await settleWork(worktree).catch((error: unknown) => log.debug(`${name}: ${messageOf(error)}`));
  }
}
