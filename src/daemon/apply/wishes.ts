import type { Wish, wishToApply } from '../../core/apply.ts';
import type { RawChange } from '../../git/changes.ts';
import { sidesOf } from '../../git/sides.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Chosen } from './chosen.ts';

export interface Wished {
  agent: Agent;
  checkout: string;
  chosen: Chosen[];
  wishes: Wish[];
}

/**
 * What is chosen of an agent's changes, freshly looked at, with the contents. Contents that nothing names may be swept away (git gc):
 * then all is looked at anew, once.
 */
export async function readWishes(
  ctx: Context,
  id: string,
  choose: (agent: Agent, changes: readonly RawChange[]) => Chosen[],
  how: typeof wishToApply,
): Promise<Wished> {
  for (let again = false; ; again = true) {
    const { checkout, changes, shadow } = await ctx.changes.of(id, true);
    const agent = ctx.store.agent(id);
    const chosen = choose(agent, changes);
    try {
      return { agent, checkout, chosen, wishes: await wishesOf(checkout, chosen, how) };
    } catch (error) {
      if (again || !(error instanceof BooError) || error.code !== 'failed') throw error;
      await shadow.rebuild();
    }
  }
}

async function wishesOf(checkout: string, chosen: readonly Chosen[], how: typeof wishToApply): Promise<Wish[]> {
  const sides = await sidesOf(
    checkout,
    chosen.map(({ change }) => change),
  );
  return chosen.map(({ change, ids }) => {
    const wish = how(change, sides.get(change)!, ids);
    if (wish) return wish;
    throw new BooError('conflict', `${change.file} has changed in this very moment`, 'Look at it again, then decide.');
  });
}
