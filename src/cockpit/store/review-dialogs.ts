import type { Part } from '../../schema/change.ts';
import type { MergeOutcome } from '../../schema/collision.ts';
import type { Field } from './dialogs.ts';

interface Waits {
  busy: boolean;
  error: string | null;
}

/** Parts of one agent's change that something is to be done with. */
export interface Chosen {
  /** Id. */
  agent: string;
  parts: Part[];
  /** The content that was looked at; null where several files are meant. */
  seen: string | null;
  /** What is meant, for people: `the hunk at line 12 of src/a.ts`. */
  words: string;
}

/** Why it is rejected, and when it is taken out. */
export interface RejectDialog extends Waits {
  kind: 'reject';
  chosen: Chosen;
  reason: Field;
  now: boolean;
}
/** A comment on lines; `id` null: a new one. */
export interface CommentDialog extends Waits {
  kind: 'comment';
  id: string | null;
  agent: string;
  file: string;
  line: number;
  endLine: number;
  quote: string;
  text: Field;
}
/** The comments that are not sent yet. */
export interface CommentsDialog extends Waits {
  kind: 'comments';
  agent: string;
  index: number;
}
export type ApplyField = 'stage' | 'target';
export const APPLY_FIELDS: readonly ApplyField[] = ['target', 'stage'];
/** Approved parts, before they go to the target. */
export interface ApplyDialog extends Waits {
  kind: 'apply';
  agent: string;
  files: string[];
  at: ApplyField;
  /** A branch; empty: the project's checkout. */
  target: Field;
  /** Null: as configured. */
  stage: boolean | null;
}
export type MergeField = 'how' | 'target' | 'message' | 'uncommitted' | 'checks';
export const MERGE_FIELDS: readonly MergeField[] = ['how', 'target', 'message', 'uncommitted', 'checks'];
/** Merging back; with an outcome it asks what is to come of it. */
export interface MergeDialog extends Waits {
  kind: 'merge';
  agent: string;
  at: MergeField;
  how: 'merge' | 'squash' | 'rebase';
  /** Empty: what is checked out in the project. */
  target: Field;
  message: Field;
  uncommitted: boolean;
  checks: boolean;
  outcome: MergeOutcome | null;
  top: number;
}

export type ReviewDialog = RejectDialog | CommentDialog | CommentsDialog | ApplyDialog | MergeDialog;

/** What such a dialog wants done. */
export type ReviewEffect = 'reject' | 'comment' | 'edit' | 'forget' | 'send' | 'apply' | 'merge' | 'offer' | 'archive';
