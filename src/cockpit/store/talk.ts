import { type Field, field } from './dialogs.ts';

/** How much of an item is seen. */
export type Fold = 'shut' | 'open' | 'whole';

/** A row of an entry of a conversation: it stays where it is while others come, above and below. */
export interface TalkPlace {
  key: string;
  row: number;
}

/** A prompt on its way: until the record has it, or it is in the agent's queue. */
export interface Outgoing {
  id: number;
  text: string;
  at: number;
  /** Why it was not sent; null: it is being sent. */
  error: string | null;
}

/** Files that fit what stands behind an @. */
export interface Completion {
  /** Of the @ in the field's text. */
  from: number;
  query: string;
  items: readonly string[];
  index: number;
}

/** Where one stands in the conversation with one agent, and what is being written to it. */
export interface TalkUi {
  /** What stands in the first row; null: the end is in sight, and stays so. */
  top: TalkPlace | null;
  /** The entry that keys are about. */
  chosen: string | null;
  folds: Readonly<Record<string, Fold>>;
  /** How everything is that is not in `folds`. */
  fold: Fold;
  field: Field;
  /** Pasted texts that stand in the field as `[paste 1: 312 lines]`. */
  pastes: readonly string[];
  /** How many prompts back one has gone, 0: none; and what was written before that. */
  back: number;
  draft: Field;
  completion: Completion | null;
  /** What is looked for; `finding`: keys go into it. */
  find: Field;
  finding: boolean;
  /** Entries there were when the end was last in sight. */
  seen: number;
  outbox: readonly Outgoing[];
  /** Said above the editor until the next key. */
  note: string | null;
}

export const initialTalk = (): TalkUi => ({
  ...{ top: null, chosen: null, folds: {}, fold: 'shut', field: field(), pastes: [], back: 0, draft: field() },
  ...{ completion: null, find: field(), finding: false, seen: 0, outbox: [], note: null },
});
