import type { Mark } from '../../schema/history.ts';
import type { HistoryLine } from '../../schema/host.ts';
import type { Pattern } from '../../schema/search.ts';
import type { Field } from './dialogs.ts';

/**
 * A row of what an agent printed: row `row` of the folded logical line `line`, or, below all lines, `tail` rows down from
 * the mark of now (0 is the mark itself, 1 the first row of the live screen). A place in a line stays where it is while
 * lines are added.
 */
export type Place = { line: number; row: number } | { tail: number };

/** Lines that match what was looked for, and the one that was jumped to. */
export interface Hits {
  pattern: Pattern;
  /** In order of line; the newest when there are more than were asked for. */
  matches: readonly { line: number; spans: readonly (readonly [number, number])[]; text: string }[];
  total: number;
  /** Index in `matches`; -1: none yet. */
  at: number;
}

/** Somebody reads what an agent printed before, in the place of its screen; the agent goes on. */
export interface Reading {
  /** Id. */
  agent: string;
  name: string;
  /** Which life of it; null: the present one. */
  epoch: number | null;
  /** The life that its lines are of; null when nothing is known of the agent any more. */
  life: number | null;
  /** Nothing has been answered yet: `first`, `total` and `lines` say nothing. */
  loading: boolean;
  /** Oldest line that is kept, and the newest, as last answered. */
  first: number;
  total: number;
  /** The lines around `top`, in order and without a gap; at most two pages. */
  lines: readonly HistoryLine[];
  /** Rows of its live screen; 0 when there is none. */
  live: number;
  /** What stands in the first row. */
  top: Place;
  /** The newest line when the end was last in sight: what came since is new. */
  seen: number;
  /** Who comes back to the live screen types to it again. */
  resume: boolean;
  /** Where leaving leads: to the live screen, or to the results of a search. */
  back: 'live' | 'search';
  /** Lines chosen with keys: where it began, and where the cursor is. */
  selection: { from: number; to: number } | null;
  /** What is looked for while it is written, and where one stood before. */
  query: { field: Field; from: Place } | null;
  hits: Hits | null;
  /** Prompts, turns and commands; null while they are not known. */
  marks: readonly Mark[] | null;
  /** Said in the bottom border until the next key: where a jump went, what is gone. */
  note: string | null;
  error: string | null;
}
