// A daemon that answers searches and pages of history from lists: panes and keys are what is looked at.
import type { HistoryLine } from '../../src/schema/host.ts';
import type { Match, SearchResult } from '../../src/schema/search.ts';
import type { drawn } from './cockpit.ts';

type Answer = (params: Record<string, unknown>) => unknown;

/** Calls of the cockpit are answered by these; what was asked of them is kept. An answer that is thrown is an error. */
export function answering(open: ReturnType<typeof drawn>, answers: Record<string, Answer>) {
  const asked: { method: string; params: Record<string, unknown> }[] = [];
  open.cockpit.bridge.call = (async (method: string, params: Record<string, unknown>) => {
    const answer = answers[method];
    if (!answer) throw new Error(`nobody answers ${method}`);
    // What the cockpit says by itself of what it looks at is nobody's question.
    if (method !== 'screen.attend') asked.push({ method, params });
    return answer(params);
  }) as never;
  return asked;
}

/** A match in the history of an agent of the team. */
export const match = (
  agent: string,
  line: number,
  text: string,
  spans: [number, number][],
  more: Partial<Match> = {},
): Match => ({
  agent,
  id: `id-${agent}`,
  epoch: 1,
  line,
  at: Date.now() - 200_000,
  text,
  spans,
  before: [],
  after: [],
  source: 'ring',
  ...more,
});

export function found(matches: Match[], more: Partial<SearchResult> = {}): SearchResult {
  const groups = Map.groupBy(matches, ({ id }) => id);
  const counts = [...groups].map(([id, { length, 0: one }]) => ({ id, agent: one!.agent, total: length }));
  return { matches, total: matches.length, truncated: false, sources: ['ring'], counts, lost: [], ...more };
}

/** Pages of a history of `total` lines, each made by `text`. */
export function pagesOf(total: () => number, text: (line: number) => string, first = 1) {
  return ({ from, count }: { from?: number | null; count?: number }) => {
    const start = Math.max(first, from ?? total() - (count ?? 1) + 1);
    const end = Math.min(total(), start + (count ?? 1) - 1);
    const lines: HistoryLine[] = [];
    for (let line = start; line <= end; line++)
      lines.push({ line, at: 1_700_000_000_000 + line * 1000, text: text(line) });
    return { lines, first, total: total() };
  };
}
