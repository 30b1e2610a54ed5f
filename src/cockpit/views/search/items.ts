import type { Match, SearchResult } from '../../../schema/search.ts';

/** A row of the results. `index` counts matches. */
export type Item =
  | { kind: 'head'; id: string; agent: string; epoch: number; total: number; shown: number }
  | { kind: 'match'; index: number }
  | { kind: 'context'; line: number; text: string }
  | { kind: 'gap' };

/**
 * The results as rows: a heading for each life of an agent, then its matches with the lines around them. Lines that two
 * matches have around them stand there once; a gap is marked where lines are left out between them.
 */
export function itemsOf({ matches, counts }: SearchResult, context: number): Item[] {
  const items: Item[] = [];
  let last = 0;
  matches.forEach((match, index) => {
    const before = matches[index - 1];
    const begins = !before || !sameLife(before, match);
    if (begins) {
      const shown = matches.filter((one) => sameLife(one, match)).length;
      const alone = matches.every((one) => one.id !== match.id || one.epoch === match.epoch);
      const total = alone ? (counts.find(({ id }) => id === match.id)?.total ?? shown) : shown;
      items.push({ kind: 'head', id: match.id, agent: match.agent, epoch: match.epoch, total, shown });
      last = 0;
    }
    const around = linesAround(match, matches[index + 1], last, context);
    const first = Math.min(match.line, around[0]?.line ?? match.line);
    if (!begins && context > 0 && first > last + 1) items.push({ kind: 'gap' });
    for (const one of around.filter(({ line }) => line < match.line)) items.push({ kind: 'context', ...one });
    items.push({ kind: 'match', index });
    for (const one of around.filter(({ line }) => line > match.line)) items.push({ kind: 'context', ...one });
    last = Math.max(match.line, around.at(-1)?.line ?? 0);
  });
  return items;
}

const sameLife = (a: Match, b: Match) => a.id === b.id && a.epoch === b.epoch;

/** Lines around a match that no match before has shown and that are not the next match itself. */
function linesAround(match: Match, next: Match | undefined, shown: number, context: number) {
  const from = match.line - match.before.length;
  const before = match.before.map((text, index) => ({ line: from + index, text }));
  const after = match.after.map((text, index) => ({ line: match.line + 1 + index, text }));
  const end = next && sameLife(match, next) ? next.line : Number.POSITIVE_INFINITY;
  return [
    ...before.filter(({ line }) => line > shown && line >= match.line - context),
    ...after.filter(({ line }) => line < end && line <= match.line + context),
  ];
}
