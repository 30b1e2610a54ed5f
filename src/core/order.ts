/** Beyond this many agents the best choice is approached, not proven: the number of choices doubles with each. */
const EXACT = 24;

/**
 * The most agents of which no two conflict, of those the ones that come first in `ids`. `conflicts` tells of pairs. The answer keeps the
 * order of `ids`.
 */
export function mostTogether(ids: readonly string[], conflicts: (a: string, b: string) => boolean): string[] {
  const against = ids.map((a, i) => ids.map((b, j) => i !== j && conflicts(a, b)));
  const inTheWay = ids.map((_, i) => i).filter((i) => against[i]!.some(Boolean));
  const free = ids.map((_, i) => i).filter((i) => !inTheWay.includes(i));
  const chosen = inTheWay.length <= EXACT ? best(inTheWay, against) : greedy(inTheWay, against);
  return [...free, ...chosen].sort((a, b) => a - b).map((i) => ids[i]!);
}

/** Largest independent set by branch and bound: with the first one, or without it. */
function best(left: readonly number[], against: readonly boolean[][]): number[] {
  let most: number[] = [];
  const search = (rest: readonly number[], taken: number[]) => {
    if (taken.length + rest.length <= most.length) return;
    const [first, ...others] = rest;
    if (first === undefined) {
      most = taken;
      return;
    }
    const compatible = others.filter((one) => !against[first]![one]);
    search(compatible, [...taken, first]);
    // Whoever is in nobody's way is always taken.
    if (compatible.length < others.length) search(others, taken);
  };
  search(left, []);
  return most;
}

/** Again and again the one that is in the fewest others' way. */
function greedy(left: readonly number[], against: readonly boolean[][]): number[] {
  const taken: number[] = [];
  let rest = [...left];
  while (rest.length > 0) {
    const degree = (one: number) => rest.filter((other) => against[one]![other]).length;
    const next = rest.reduce((a, b) => (degree(b) < degree(a) ? b : a));
    taken.push(next);
    rest = rest.filter((one) => one !== next && !against[next]![one]);
  }
  return taken;
}
