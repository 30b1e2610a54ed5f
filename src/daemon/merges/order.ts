import { mostTogether } from '../../core/order.ts';
import type { Merged } from '../../git/merge-tree.ts';
import type { Forecast, PairForecast } from '../../schema/collision.ts';
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
  /** Pairs of names that conflict, and where. */
  conflicts: readonly Pick<PairForecast, 'a' | 'b' | 'files'>[];
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
 * The most agents that fit the target and together by what is known of pairs, merged to be sure. Everybody else conflicts with the target
 * or with one of them: else there would be more of them.
 */
export async function orderOf(outcomes: Outcomes, { stands, alone, conflicts, target }: OrderAsk): Promise<Order> {
  const bad = new Map(
    conflicts.flatMap(({ a, b, files }) => [`${a}\0${b}`, `${b}\0${a}`].map((key) => [key, files] as const)),
  );
  const merged = await Promise.all(alone);
  const chosen = mostTogether(
    stands.filter((_, index) => merged[index]!.conflicts.length === 0).map(({ name }) => name),
    (a, b) => bad.has(`${a}\0${b}`),
  );
  const isChosen = ({ name }: Work) => chosen.includes(name);
  const together = await outcomes.together(stands.map((one) => (isChosen(one) ? one.commit : null)));
  const all = together && (await outcomes.together([target, together]));
  if (all === null)
    return oneByOne(
      outcomes,
      [...stands.filter(isChosen), ...stands.filter((one) => !isChosen(one))],
      chosen.length,
      target,
    );
  const remaining = stands.flatMap((work, index) => {
    if (isChosen(work)) return [];
    const { name } = work;
    const withTarget = merged[index]!.conflicts;
    const withChosen = chosen.flatMap((one) => bad.get(`${name}\0${one}`) ?? []);
    const files = new Set([...withTarget, ...withChosen].map(({ file }) => file));
    return [{ agent: name, files: [...files].sort() }];
  });
  return { order: chosen, remaining };
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
