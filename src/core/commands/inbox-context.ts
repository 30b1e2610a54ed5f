import type { Verdict } from '../../schema/approval.ts';

/** What waits for a person, and what of it is chosen. */
export interface InboxContext {
  count: number;
  chosen: {
    /** The agent's name. */
    name: string;
    /** look: it asks on its own screen, and can be answered only there. */
    kind: 'tool' | 'question' | 'plan' | 'look';
    verdicts: readonly Verdict[];
    /** Why it waits no more, as a clause; null: it does. */
    gone: string | null;
    /** An answer to it is on its way. */
    busy: boolean;
    /** Choices of the question that is being answered. */
    choices: number;
  } | null;
}

/** What can be done in the inbox. */
export type InboxMove =
  | Verdict
  | 'reason'
  | 'text'
  | 'question'
  | 'questionBack'
  | 'enter'
  | 'next'
  | 'down'
  | 'up'
  | 'first'
  | 'last'
  | 'pageDown'
  | 'pageUp'
  | 'rowDown'
  | 'rowUp'
  | 'right'
  | 'left'
  | 'tab'
  | 'tabBack'
  | 'leave';
