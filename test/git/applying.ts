import { join } from 'node:path';
import { type Wish, wishToApply, wishToReject } from '../../src/core/apply.ts';
import { pieceIds } from '../../src/core/review.ts';
import { writeAll } from '../../src/daemon/apply/write.ts';
import { changesOf, type RawChange } from '../../src/git/changes.ts';
import { checkoutSite } from '../../src/git/checkout-site.ts';
import { Ground } from '../../src/git/ground.ts';
import { type Plan, planWish } from '../../src/git/plan.ts';
import { openShadow } from '../../src/git/shadow.ts';
import { sidesOf } from '../../src/git/sides.ts';
import { commit, freshFolder, newRepo, run } from './repo.ts';

/** A repository with a worktree of an agent, and what applying and rejecting do to it without a daemon. */
export async function createPair(files: Record<string, string | Buffer> = {}, config: Record<string, string> = {}) {
  const root = newRepo();
  for (const [name, value] of Object.entries(config)) run(root, 'config', name, value);
  if (Object.keys(files).length > 0) commit(root, files, 'more');
  const worktree = join(freshFolder('wt'), 'w');
  run(root, 'worktree', 'add', '-q', '-b', 'boo/x', worktree);
  const shadow = await openShadow(worktree);
  const look = async () => {
    await shadow.refresh(null);
    return changesOf(shadow, run(worktree, 'merge-base', 'HEAD', run(root, 'rev-parse', 'HEAD')));
  };
  const wishes = async (
    how: typeof wishToApply,
    choose: (change: RawChange) => string[] = pieceIds,
  ): Promise<Wish[]> => {
    const all = await look();
    const sides = await sidesOf(worktree, all);
    return all.flatMap((change) => {
      const ids = choose(change);
      return ids.length > 0 ? [how(change, sides.get(change)!, ids)!] : [];
    });
  };
  return {
    root,
    worktree,
    look,
    wishes,
    apply: async (choose?: (change: RawChange) => string[]) => carry(root, await wishes(wishToApply, choose)),
    reject: async (choose?: (change: RawChange) => string[]) => carry(worktree, await wishes(wishToReject, choose)),
  };
}

/** Plans and writes; what each file came to, with the reason. */
export async function carry(path: string, wishes: Wish[], between: (plans: Plan[]) => void = () => {}) {
  const ground = await Ground.open(path);
  try {
    const site = await checkoutSite(ground, wishes);
    const plans: Plan[] = [];
    for (const wish of wishes) plans.push(await planWish(site, wish));
    const outcomes: Record<string, string> = {};
    for (const { file, outcome, reason } of plans) outcomes[file] = reason ? `${outcome}: ${reason}` : outcome;
    between(plans);
    for (const { unit, error } of await writeAll(ground, plans, 'test')) {
      for (const index of unit) outcomes[plans[index]!.file] = `failed: ${(error as Error).message}`;
    }
    return outcomes;
  } finally {
    await ground.close();
  }
}
