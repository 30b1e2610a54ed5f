import type { Pattern, SearchResult } from '../../schema/search.ts';
import type { StatusState } from '../../schema/status.ts';
import { type Field, field } from './dialogs.ts';
import type { Ui } from './model.ts';

/** Where is looked: in all agents, in one (by id), in those that are in a state. */
export type Scope = { kind: 'all' } | { kind: 'agent'; id: string } | { kind: 'state'; state: StatusState };

/** The search view: what is looked for, what was found, where one stands in it. */
export interface SearchUi {
  field: Field;
  /** Keys go into the field. */
  writing: boolean;
  /** The whole pattern is selected, since it is that of last time: what is typed takes its place. */
  selected: boolean;
  case: Pattern['case'];
  fixed: boolean;
  scope: Scope;
  /** Archived and removed agents too. */
  ended: boolean;
  /** Lines shown before and after each match. */
  context: number;
  /** Times of day instead of how long ago. */
  exact: boolean;
  /** An answer is awaited, and has been for longer than one notices. */
  busy: boolean;
  slow: boolean;
  /** The newest answer, and for what. */
  result: SearchResult | null;
  of: Pattern | null;
  error: string | null;
  /** The chosen match. */
  index: number;
  /** The row of the results at which it stays when others come in; null: in the middle. */
  place: number | null;
  /** Patterns of before, newest first; `pastAt`: the one in the field, -1 none of them. */
  past: readonly string[];
  pastAt: number;
  /** What was shown before, and is again afterwards. */
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

export const MOST_CONTEXT = 5;

export const initialSearch = (): SearchUi => ({
  field: field(),
  writing: true,
  selected: false,
  case: 'smart',
  fixed: false,
  scope: { kind: 'all' },
  ended: false,
  context: 1,
  exact: false,
  busy: false,
  slow: false,
  result: null,
  of: null,
  error: null,
  index: 0,
  place: null,
  past: [],
  pastAt: -1,
  from: null,
});

export const patternOf = ({
  field: { text },
  case: how,
  fixed,
}: Pick<SearchUi, 'field' | 'case' | 'fixed'>): Pattern => ({
  text,
  case: how,
  fixed,
});
