import type { BudgetUse, Total, Trace, TraceGroup, Turn } from '../../schema/trace.ts';
import { type Field, field } from './dialogs.ts';
import type { Ui } from './model.ts';

/** A part of a long list of traces as the daemon gave it, and for what question (`queryOf`). */
export interface TraceWindow {
  of: string;
  /** Where `traces` begin among all that fit. */
  at: number;
  traces: readonly Trace[];
  groups: readonly TraceGroup[];
  total: number;
  errors: number;
}

export interface TracesData {
  window: TraceWindow | null;
  error: string | null;
  /** Traces that are looked at whole, by id; the newest few. */
  whole: Readonly<Record<string, Trace>>;
}

export interface Stats {
  agents: readonly Total[];
  models: readonly Total[];
  days: readonly Total[];
  total: Total;
  budgets: readonly BudgetUse[];
}

export interface TimelineData {
  /** Of one agent (its id), or (null) of all; oldest first. */
  of: string | null;
  turns: readonly Turn[] | null;
  stats: Stats | null;
  error: string | null;
}

/** Whose: the selected agent's, or all agents'. */
export type Whose = 'agent' | 'all';

/** The view of tool calls. */
export interface TracesUi {
  whose: Whose;
  group: 'turn' | 'tool';
  errorsFirst: boolean;
  filter: Field;
  /** Keys go into the filter. */
  writing: boolean;
  /** The chosen trace: where it stands among all that fit, and its id; null: whatever stands there. */
  index: number;
  id: string | null;
  /** Ids of those of which input and output are seen. */
  open: readonly string[];
  /** Numbers in full. */
  exact: boolean;
  /** What was shown before, and is again afterwards. */
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

/** The view of turns, and of totals. */
export interface TimelineUi {
  part: 'turns' | 'totals';
  whose: Whose;
  /** The chosen turn; null: the newest. */
  at: { agent: string; turn: number } | null;
  /** First row of the totals. */
  top: number;
  exact: boolean;
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

export const initialTracesData = (): TracesData => ({ window: null, error: null, whole: {} });
export const initialTimelineData = (): TimelineData => ({ of: null, turns: null, stats: null, error: null });

export const initialTraces = (): TracesUi => ({
  ...{ whose: 'agent', group: 'turn', errorsFirst: false, filter: field(), writing: false, index: 0, id: null },
  ...{ open: [], exact: false, from: null },
});
export const initialTimeline = (): TimelineUi => ({
  ...{ part: 'turns', whose: 'agent', at: null, top: 0, exact: false, from: null },
});
