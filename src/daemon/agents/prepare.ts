import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { headCommit } from '../../git/head.ts';
import { copyFiles, runSetup } from '../../git/prepare.ts';
import { requireGit } from '../../git/refs.ts';
import { removeBranch, removeWorktree } from '../../git/remove.ts';
import { runnerOf } from '../../git/runner.ts';
import { saveWork } from '../../git/save.ts';
import { branchFor, worktreeFor } from '../../git/slug.ts';
import { checkPathFree, createWorktree } from '../../git/worktree.ts';
import type { Agent } from '../../schema/agent.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import { sayDiskFull } from '../../util/disk.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { worktreesFolder } from '../../util/paths.ts';
import type { Context } from '../context.ts';

export interface WorktreePlan {
  path: string;
  branch: string;
  base: string | null;
  /** That it starts from; null: that of its base. */
  commit: string | null;
}

/** Where an agent's worktree and branch will be. */
export function planWorktree(
  root: string,
  config: ResolvedConfig['worktrees'],
  name: string,
  asked: { branch?: string; base?: string; commit?: string | null | undefined },
): WorktreePlan {
  return {
    path: worktreeFor(config.dir ?? worktreesFolder(root), name),
    branch: asked.branch ?? branchFor(config.branchPrefix, name),
    base: asked.base ?? config.base,
    commit: asked.commit ?? null,
  };
}

/** The folder an agent without a worktree runs in: where the command was given, when that is in the project. */
export function folderInProject(root: string, cwd: string): string {
  try {
    const real = realpathSync(cwd);
    return relative(root, real).startsWith('..') ? root : real;
  } catch {
    return root;
  }
}

/** Where the work of an agent in the checkout itself begins: what was there before is not its own. */
export async function noteStart({ root, store }: Context, id: string): Promise<void> {
  const baseCommit = await headCommit(root).catch(() => null);
  if (baseCommit) store.record(id, { type: 'preparing', step: 'noting where it begins', facts: { baseCommit } });
}

/** Makes the worktree and fills it; each step is on record before it begins. What it made is undone when it fails. */
export async function prepareWorktree(
  ctx: Context,
  id: string,
  plan: WorktreePlan,
  { env, config, signal }: { env: Record<string, string>; config: ResolvedConfig; signal: AbortSignal },
): Promise<void> {
  const { root, store, publish } = ctx;
  // The daemon stands still while it starts a git: not in the same breath as it did for all that came before.
  await nextTurn();
  await requireGit();
  await checkPathFree(root, plan.path);
  store.record(id, {
    type: 'preparing',
    step: 'making its worktree',
    facts: { worktree: plan.path, branch: plan.branch, cwd: plan.path },
  });
  const made = await createWorktree({ root, ...plan, signal });
  const { worktree, branch, base, baseCommit, warnings } = made;
  try {
    store.record(id, {
      type: 'preparing',
      step: 'copying files into its worktree',
      facts: { worktree, branch, base, baseCommit, cwd: worktree },
    });
    for (const text of warnings) publish('message', { level: 'warning', text });
    await copyFiles({ root, worktree, patterns: config.worktrees.copy });
    const runs = await runnerOf(worktree);
    for (const command of config.worktrees.setup) {
      store.record(id, { type: 'preparing', step: `setup: ${command}` });
      await runSetup({ worktree, commands: [command], env, signal, onStart: runs });
    }
    signal.throwIfAborted();
  } catch (error) {
    await undoWorktree(ctx, { name: store.agent(id).name, worktree, branch, base });
    throw sayDiskFull(error, 'its worktree could not be filled', worktree);
  }
}

/** Takes a worktree away that never had an agent in it. What a setup command left there is saved first, as for any other. */
export async function undoWorktree(
  { root, log, publish }: Context,
  { name, worktree, branch, base }: Pick<Agent, 'name' | 'worktree' | 'branch' | 'base'>,
): Promise<void> {
  if (worktree === null) return;
  try {
    try {
      await removeWorktree({ root, worktree, saved: null });
    } catch (error) {
      if (!(error instanceof BooError) || error.code !== 'conflict') throw error;
      const saved = await saveWork({ root, worktree, branch, name, now: Date.now() });
      await removeWorktree({ root, worktree, saved });
    }
    if (branch !== null) await removeBranch({ root, branch, base });
  } catch (error) {
    const text = `what was made for ${name} could not be removed: ${messageOf(error)}`;
    log.warn(text);
    publish('message', { level: 'warning', text });
  }
}
