import type { DiffLine, FileChange, Hunk } from '../../schema/change.ts';
import type { Collision, Forecast } from '../../schema/collision.ts';
import { type Field, field } from './dialogs.ts';
import type { Ui } from './model.ts';

/** One file's diff as the daemon gave it, and for what. */
export interface FetchedDiff {
  /** Id. */
  agent: string;
  file: string;
  split: boolean;
  context: number;
  change: FileChange;
  hunks: readonly { hunk: Hunk; lines: readonly DiffLine[] }[];
}

/** What is known of agents' changes, by agent id: of those that are looked at alone. */
export interface ReviewData {
  lists: Readonly<Record<string, readonly FileChange[]>>;
  /** Why the changes of an agent cannot be told. */
  errors: Readonly<Record<string, string>>;
  diff: FetchedDiff | null;
  /** Why the chosen file's diff cannot be shown. */
  diffError: string | null;
}

/** Where one stands in the list; `file` null: at the agent, `agent` null: at a file that several agents have. */
export interface Place {
  agent: string | null;
  file: string | null;
}

/** The review view: what is listed, where one stands in it and in the diff. */
export interface ReviewUi {
  part: 'files' | 'diff';
  /** The selected agent's files, or all agents by file. */
  by: 'agent' | 'file';
  at: Place | null;
  /** Where `at` stood in the list last: who it was taken from finds a neighbour. */
  index: number;
  /** Both sides beside each other, where they fit. */
  sides: boolean;
  /** Every piece as a hunk of its own. */
  split: boolean;
  /** Unchanged lines around each change. */
  context: number;
  /** The row of the diff one stands in, and the other end of what is selected. */
  row: number;
  anchor: number | null;
  /** A line of the base that one wants to stand in as soon as the diff is there. */
  goal: number | null;
  /** Cells by which the lines are moved to the left. */
  shift: number;
  find: Field;
  /** Keys go into `find`. */
  writing: boolean;
  /** What was shown before, and is again afterwards. */
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

/** The collisions view. */
export interface CollisionsUi {
  part: 'list' | 'forecast';
  index: number;
  /** Where one stands in the suggested order and what is left over. */
  agent: number;
  /** First column of the matrix that is seen. */
  shift: number;
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

export interface ForecastData {
  value: Forecast | null;
  /** When it was asked for; null: not under way. Milliseconds since the epoch. */
  since: number | null;
  error: string | null;
  /** When the answer came. */
  at: number | null;
}

export interface CollisionData {
  list: readonly Collision[];
  forecast: ForecastData;
}

export const CONTEXT = { least: 0, usual: 3, most: 50 } as const;

export const initialReviewData = (): ReviewData => ({ lists: {}, errors: {}, diff: null, diffError: null });
export const initialCollisionData = (): CollisionData => ({
  list: [],
  forecast: { value: null, since: null, error: null, at: null },
});
export const initialReview = (): ReviewUi => ({
  ...{ part: 'files', by: 'agent', at: null, index: 0, sides: false, split: false, context: CONTEXT.usual },
  ...{ row: 0, anchor: null, goal: null, shift: 0, find: field(), writing: false, from: null },
});
export const initialCollisions = (): CollisionsUi => ({ part: 'list', index: 0, agent: 0, shift: 0, from: null });
