/**
 * How many of its hits each may keep so that together they are at most `limit`: those with few keep all of them, the rest
 * share what is left evenly, the first ones taking the odd ones.
 */
export function fairShares(counts: readonly number[], limit: number): number[] {
  const shares = counts.map(() => 0);
  let left = limit;
  let open = counts.flatMap((count, index) => (count > 0 ? [index] : []));
  while (left > 0 && open.length > 0) {
    const each = Math.max(1, Math.floor(left / open.length));
    for (const index of open) {
      const more = Math.min(each, counts[index]! - shares[index]!, left);
      shares[index]! += more;
      left -= more;
    }
    open = open.filter((index) => shares[index]! < counts[index]!);
  }
  return shares;
}
