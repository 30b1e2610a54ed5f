import { mostTogether } from '../../core/order.ts';
import type { Merged } from '../../git/merge-tree.ts';
import type { Forecast } from '../../schema/collision.ts';
import type { Outcomes } from './outcomes.ts';

/** Somebody's work as a commit. */
interface Work {
  name: string;
  commit: string;
}

export interface OrderAsk {
  stands: readonly Work[];
  /** Each of them merged into the target (`mergeAlone`). */
  alone: readonly Promise<Merged>[];
  /** Pairs of names that conflict. */
  conflicts: readonly (readonly [string, string])[];
  /** Commit. */
  target: string;
}
type Order = Pick<Forecast, 'order' | 'remaining'>;

/** Each of them merged into one commit, without the lines of conflicts. */
export const mergeAlone = (outcomes: Outcomes, works: readonly Work[], into: string): Promise<Merged>[] =>
  outcomes.of(
    works.map(({ commit }) => [into, commit]),
    { lines: false },
  );

/**
 * The most agents that fit the target and together by what is known of pairs, merged to be sure; then everybody else, in case a pair
 * that conflicts alone does not after the others.
 */
export async function orderOf(outcomes: Outcomes, { stands, alone, conflicts, target }: OrderAsk): Promise<Order> {
  const bad = new Set(conflicts.flatMap(([a, b]) => [`${a}\0${b}`, `${b}\0${a}`]));
  const merged = await Promise.all(alone);
  const chosen = mostTogether(
    stands.filter((_, index) => merged[index]!.conflicts.length === 0).map(({ name }) => name),
    (a, b) => bad.has(`${a}\0${b}`),
  );
  const isChosen = ({ name }: Work) => chosen.includes(name);
  const others = stands.filter((one) => !isChosen(one));
  const together = await outcomes.together(stands.map((one) => (isChosen(one) ? one.commit : null)));
  const all = together && (await outcomes.together([target, together]));
  if (all === null) return oneByOne(outcomes, [...stands.filter(isChosen), ...others], chosen.length, target);
  const { order, remaining } = await oneByOne(outcomes, others, 0, all);
  return { order: [...chosen, ...order], remaining };
}

/** Merges them into `target` one after the other; of the first `hopeful` ones most are thought to fit, of the others few. */
async function oneByOne(outcomes: Outcomes, line: readonly Work[], hopeful: number, target: string): Promise<Order> {
  const order: string[] = [];
  const remaining: Order['remaining'] = [];
  let now = target;
  for (const [index, one] of line.entries()) {
    // Who does not fit leaves what is merged by then as it is: all of those are tried at once.
    const [merging] = mergeAlone(outcomes, index < hopeful ? [one] : line.slice(index), now);
    const { tree, conflicts } = await merging!;
    if (conflicts.length > 0) {
      remaining.push({ agent: one.name, files: conflicts.map(({ file }) => file) });
      continue;
    }
    order.push(one.name);
    now = await outcomes.commit(tree, [now, one.commit]);
  }
  return { order, remaining };
}
