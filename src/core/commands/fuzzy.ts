/*
 * Scored by hand rather than by a package: the palette searches forty short titles, once per key, and what is wanted
 * (all letters in order; starts of words and runs count more) is thirty lines.
 */
const START = 8;
/** On top of that: a title that begins with what was written is what is meant. */
const FIRST = 2;
/** More than a start: who writes a word means it, however many words begin with its letters. */
const RUN = 9;
const HIT = 1;
const GAP = -0.1;

/** How well `query` fits `text`, and the positions that match; null when its letters are not all there in order. */
export function fuzzy(query: string, text: string): { score: number; at: number[] } | null {
  const wanted = [...query.toLowerCase().replaceAll(/\s+/g, '')];
  const letters = [...text.toLowerCase()];
  // best[i]: the best way to have matched the first letters, ending at position i.
  let best = new Map<number, { score: number; at: number[] }>([[-1, { score: 0, at: [] }]]);
  for (const letter of wanted) {
    const next: typeof best = new Map();
    letters.forEach((one, index) => {
      if (one !== letter) return;
      for (const [end, way] of best) {
        if (end >= index) continue;
        const word = index === 0 || /[\s\-_/.:]/.test(letters[index - 1]!);
        const run = end === index - 1 && end >= 0;
        const start = (word ? START : 0) + (index === 0 ? FIRST : 0);
        const score = way.score + HIT + start + (run ? RUN : 0) + (end < 0 ? 0 : (index - end - 1) * GAP);
        if (score > (next.get(index)?.score ?? Number.NEGATIVE_INFINITY))
          next.set(index, { score, at: [...way.at, index] });
      }
    });
    best = next;
  }
  return [...best.values()].sort((a, b) => b.score - a.score)[0] ?? null;
}

/** The items that fit, best first; all of them, in their order, for an empty query. */
export function rank<T>(query: string, items: readonly T[], text: (item: T) => string): { item: T; at: number[] }[] {
  return items
    .flatMap((item, order) => {
      const match = fuzzy(query, text(item));
      return match ? [{ item, order, ...match }] : [];
    })
    .sort((a, b) => (query.trim() ? b.score - a.score : 0) || a.order - b.order)
    .map(({ item, at }) => ({ item, at }));
}
