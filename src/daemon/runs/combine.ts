import { isLive } from '../../core/lifecycle.ts';
import { mostTogether } from '../../core/order.ts';
import { makeCommit } from '../../git/commit.ts';
import { mergeTree } from '../../git/merge-tree.ts';
import { requireGit } from '../../git/refs.ts';
import { branchRef, checkBranchName, commitOf, treeOfCommit } from '../../git/repository.ts';
import { filesBetween, makeBranch, workOf } from '../../git/work-of.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Identity } from '../../schema/identity.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { RunCache } from './cache.ts';
import { getRun } from './get.ts';
import { specOfRun } from './start.ts';

/** What one agent of the run did. */
interface Work {
  name: string;
  label: string;
  commit: string;
  files: ReadonlySet<string>;
}

export interface Combined {
  branch: string;
  commit: string;
  merged: string[];
  conflicts: { agent: string; files: string[] }[];
}

/**
 * Brings what the agents of a run did onto one new branch from where the run began, a commit for each, as many as fit together; those that
 * conflict are left out. No checkout is touched. Errors: `conflict` while it goes on, where nothing was changed, for a branch that is there.
 */
export async function combineRun(
  ctx: Context,
  cache: RunCache,
  agent: Agent,
  { branch: wanted, identity }: { branch?: string | undefined; identity: Identity },
): Promise<Combined> {
  const { root } = ctx;
  if (isLive(agent)) {
    throw new BooError('conflict', `the run ${agent.name} goes on`, 'Wait for its end, or cancel it.');
  }
  const spec = specOfRun(ctx, agent);
  if (!ctx.git || spec.base === null) throw new BooError('conflict', `${root} was no git repository when it began`);
  await requireGit();
  const branch = await freeBranch(ctx, agent, wanted);
  const works = await worksOf(ctx, cache, agent, spec.base);
  if (works.length === 0) throw new BooError('conflict', `the agents of ${agent.name} changed nothing`);
  const first = await fitting(root, works);
  const line = [...works].sort((a, b) => Number(first.has(b.name)) - Number(first.has(a.name)));
  let tip = spec.base;
  const merged: string[] = [];
  const conflicts: Combined['conflicts'] = [];
  for (const work of line) {
    const next = await upon(root, tip, work, identity);
    if ('conflicts' in next) conflicts.push({ agent: work.name, files: next.conflicts });
    else {
      tip = next.tip;
      merged.push(work.name);
    }
  }
  await makeBranch(root, branch, tip);
  return { branch, commit: tip, merged, conflicts };
}

async function freeBranch({ root, config }: Context, { name }: Agent, wanted: string | undefined): Promise<string> {
  const { branchPrefix } = config.get().config.worktrees;
  const taken = async (branch: string) => (await commitOf(root, branchRef(branch))) !== null;
  if (wanted !== undefined) {
    await checkBranchName(root, wanted);
    if (!(await taken(wanted))) return wanted;
    throw new BooError('conflict', `there is a branch ${wanted} already`, 'Choose another name.');
  }
  for (let count = 1; ; count++) {
    const branch = `${branchPrefix}${name}-combined${count > 1 ? `-${count}` : ''}`;
    if (!(await taken(branch))) return branch;
  }
}

/** Of each agent that changed something and whose call went well, also of other runs where the result was taken from the cache; the newest of each call. */
async function worksOf(ctx: Context, cache: RunCache, agent: Agent, base: string): Promise<Work[]> {
  const { run, children } = getRun(ctx, agent);
  const bad = new Set(
    run.steps.flatMap(({ status, agent: by }) => (status !== 'completed' && by !== null ? [by] : [])),
  );
  const good = children.filter(({ id }) => !bad.has(id));
  const newest = new Map(good.map((child) => [child.call?.key ?? child.id, child]));
  const taken = new Set(run.steps.flatMap(({ cached, agent: by }) => (cached && by !== null ? [by] : [])));
  const own = await Promise.all(
    [...newest.values()].map(async (child) => {
      const commit = await workOf(ctx.root, child);
      return commit === null ? [] : [{ name: child.name, label: child.call?.label ?? child.name, commit }];
    }),
  );
  const kept = cache.commitsOf(taken).map(({ entry, commit }) => ({ name: entry.label, label: entry.label, commit }));
  const seen = new Set<string>();
  const works: Work[] = [];
  for (const one of [...own.flat(), ...kept]) {
    if (seen.has(one.commit)) continue;
    seen.add(one.commit);
    const same = works.filter(({ name }) => name === one.name).length;
    const name = same > 0 ? `${one.name} (${same + 1})` : one.name;
    works.push({ ...one, name, files: await filesBetween(ctx.root, base, one.commit) });
  }
  return works;
}

/** Names of those that are tried first: the most of which no two conflict. */
async function fitting(root: string, works: readonly Work[]): Promise<Set<string>> {
  const bad = new Set<string>();
  const pairs = works.flatMap((a, i) => works.slice(i + 1).map((b) => [a, b] as const));
  const sharing = pairs.filter(([a, b]) => [...a.files].some((file) => b.files.has(file)));
  await Promise.all(
    sharing.map(async ([a, b]) => {
      const { conflicts } = await mergeTree(root, a.commit, b.commit, { lines: false });
      if (conflicts.length > 0) bad.add(`${a.name}\0${b.name}`).add(`${b.name}\0${a.name}`);
    }),
  );
  const names = works.map(({ name }) => name);
  return new Set(mostTogether(names, (a, b) => bad.has(`${a}\0${b}`)));
}

async function upon(
  root: string,
  tip: string,
  work: Work,
  identity: Identity,
): Promise<{ tip: string } | { conflicts: string[] }> {
  const { tree, conflicts } = await mergeTree(root, tip, work.commit, { lines: false });
  if (conflicts.length > 0) return { conflicts: conflicts.map(({ file }) => file) };
  // Another one did the same already.
  if (tree === (await treeOfCommit(root, tip))) return { tip };
  const title = work.label.replace(/\s+/g, ' ').trim().slice(0, 72) || work.name;
  const message = `${title}\n\nBy ${work.name}.\n`;
  return { tip: await makeCommit(root, { tree, parents: [tip], message, identity }) };
}
