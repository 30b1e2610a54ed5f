import type { Reading } from '../../../src/cockpit/store/reading.ts';
import type { HistoryLine } from '../../../src/schema/host.ts';

export const line = (number: number, text = `line ${number}`): HistoryLine => ({
  line: number,
  text,
  at: 1000 * number,
});
export const lines = (from: number, to: number): HistoryLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

/** Somebody who reads lines `from` … `to` of an agent that printed `total` and shows `live` rows. */
export function readingOf({
  from = 1,
  to = 100,
  first = 1,
  total = 100,
  live = 10,
  ...more
}: Partial<Reading> & { from?: number; to?: number } = {}): Reading {
  return {
    agent: 'id-web',
    name: 'web',
    epoch: null,
    life: 1,
    loading: false,
    first,
    total,
    lines: lines(from, to),
    live,
    top: { tail: 1 },
    seen: total,
    resume: false,
    back: 'live',
    selection: null,
    query: null,
    hits: null,
    marks: null,
    note: null,
    error: null,
    ...more,
  };
}

/** A pane of ten rows, as high as the live screen. */
export const area = { width: 20, height: 10, live: 10 };
