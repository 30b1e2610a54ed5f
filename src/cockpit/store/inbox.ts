import type { Agent } from '../../schema/agent.ts';
import type { Answerer, Approval } from '../../schema/approval.ts';
import type { Collision } from '../../schema/collision.ts';
import type { Field } from './dialogs.ts';
import type { Ui } from './model.ts';

/** One thing that waits for a person; `approval` null: an agent that asks on its own screen. */
export interface InboxEntry {
  /** That of the request; else made of the agent and of when it began to wait. */
  id: string;
  agent: Agent;
  /** Since when it waits, in milliseconds since the epoch. */
  at: number;
  approval: Approval | null;
}

/** What is found out about the chosen request when it comes into sight. */
export interface Looked {
  id: string;
  /** With nothing cut off; null: not there yet. */
  whole: Approval | null;
  /** Why the rest cannot be had. */
  error: string | null;
  /** Whom the edit would meet; null: not known. */
  collisions: readonly Collision[] | null;
}

/** The inbox: where one stands in it, and what is chosen in answer to questions. */
export interface InboxUi {
  /** Id of the chosen entry. It stays chosen when it waits no more, so that no other takes its place under a hand. */
  at: string | null;
  /** The chosen entry as it was last seen waiting. */
  held: InboxEntry | null;
  /** Somebody went there, rather than that it came by itself. */
  byHand: boolean;
  /** First row of the request that is seen, and cells by which its diff is moved to the left. */
  top: number;
  shift: number;
  /** The question that is being answered, and per question what is chosen. */
  question: number;
  answers: readonly (readonly string[])[];
  /** Id of the request whose answer is on its way. */
  busy: string | null;
  /** How the chosen request ended, as far as that was told. */
  ended: { id: string; by: Answerer } | null;
  looked: Looked | null;
  /** What was shown before, and is again afterwards. */
  from: Pick<Ui, 'mode' | 'focus' | 'view'> | null;
}

interface Waits {
  busy: boolean;
  error: string | null;
}
/** A text for one request: why it is denied, or the answer to one of its questions. */
export interface ReplyDialog extends Waits {
  kind: 'reply';
  entry: InboxEntry & { approval: Approval };
  /** Number of the question, from 0; null: a reason. */
  question: number | null;
  text: Field;
}
/** Asks before a rule is written. */
export interface AlwaysDialog extends Waits {
  kind: 'always';
  entry: InboxEntry & { approval: Approval };
  top: number;
}
export type InboxDialog = ReplyDialog | AlwaysDialog;

/** What changes with every entry that is chosen. */
export const freshEntry = (): Pick<InboxUi, 'top' | 'shift' | 'question' | 'answers' | 'ended' | 'looked'> => ({
  ...{ top: 0, shift: 0, question: 0, answers: [], ended: null, looked: null },
});

export const initialInbox = (): InboxUi => ({
  ...{ at: null, held: null, byHand: false, busy: null, from: null },
  ...freshEntry(),
});
