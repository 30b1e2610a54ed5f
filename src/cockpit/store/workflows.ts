import type { Run } from '../../schema/run.ts';
import type { WorkflowInfo } from '../../schema/workflow.ts';
import type { Field } from './dialogs.ts';
import type { Ui } from './model.ts';

/** A run as it is folded here. The run is changed in place (it may have 10,000 steps): `version` says that it was. */
export interface ShownRun {
  /** Id of its agent. */
  agent: string;
  run: Run;
  version: number;
}

export interface WorkflowsData {
  /** Null until the first answer. */
  list: readonly WorkflowInfo[] | null;
  listError: string | null;
  shown: ShownRun | null;
  runError: string | null;
}

/** Which part of a run is seen, and which of its steps. */
export type RunPart = 'steps' | 'log' | 'result';
export type StepsShown = 'all' | 'open' | 'wrong';

/** The view of workflows and their runs. */
export interface WorkflowsUi {
  /** Id of the run that is looked at; null: the list of runs and workflows. */
  run: string | null;
  /** What is chosen in the list: `run ID` or `workflow NAME`; null: the first. */
  item: string | null;
  part: RunPart;
  steps: StepsShown;
  /** Key of the chosen row of the steps (selectors/workflows/steps); null: the first. */
  row: string | null;
  /** Keys of folded rows that are open, and of open ones that are folded. */
  flipped: readonly string[];
  /** Rows scrolled: in the result from its beginning, in the log back from its end. */
  top: number;
  from: Pick<Ui, 'mode' | 'focus'> | null;
}

interface Waits {
  busy: boolean;
  error: string | null;
}

/** What a workflow takes, being written. Fields of yes and no, and of choices, hold their value as text. */
export interface StartDialog extends Waits {
  kind: 'startRun';
  workflow: WorkflowInfo;
  /** Name of the field that is written to: an argument's, or (behind them) one of `START_OPTIONS`. */
  at: string;
  fields: Readonly<Record<string, Field>>;
}

/** What every run can be given besides its arguments. No argument can be called so: `/` is in no name. */
export const START_OPTIONS = ['/name', '/runs', '/asks', '/usd', '/fresh'] as const;

/** The source of a workflow; where it is not trusted yet it asks whether it may run. */
export interface SourceDialog extends Waits {
  kind: 'source';
  workflow: WorkflowInfo;
  source: string | null;
  top: number;
}
export type WorkflowDialog = StartDialog | SourceDialog;

export const initialWorkflowsData = (): WorkflowsData => ({
  ...{ list: null, listError: null, shown: null, runError: null },
});
export const initialWorkflows = (): WorkflowsUi => ({
  ...{ run: null, item: null, part: 'steps', steps: 'all', row: null, flipped: [], top: 0, from: null },
});
