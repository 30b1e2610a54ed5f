import type { AskKind } from '../../core/commands/context.ts';
import type { WorkAtRisk } from '../../schema/daemon.ts';
import type { InboxDialog } from './inbox.ts';
import type { ReviewDialog } from './review-dialogs.ts';
import type { WorkflowDialog } from './workflows.ts';

/** A text being written; `cursor` counts UTF-16 units and never stands inside a grapheme. */
export interface Field {
  text: string;
  cursor: number;
}
export const field = (text = ''): Field => ({ text, cursor: text.length });

/** What the new-agent dialog asks for, in the order in which Tab goes through it. */
export type NewField = 'runtime' | 'command' | 'name' | 'prompt' | 'base' | 'worktree';

interface Waits {
  /** An answer of the daemon is awaited: keys but Escape do nothing. */
  busy: boolean;
  /** The sentence why it did not work; what was written stays. */
  error: string | null;
}

export interface NewDialog extends Waits {
  kind: 'new';
  at: NewField;
  /** Id of the choice (`selectors/choices`): `profile:x` or `runtime:x`; null: the first that is there. */
  choice: string | null;
  command: Field;
  name: Field;
  prompt: Field;
  base: Field;
  /** Null: as configured. */
  worktree: boolean | null;
}
export interface PromptDialog extends Waits {
  kind: 'prompt';
  agent: string;
  text: Field;
}
export interface ConfirmDialog extends Waits {
  kind: 'confirm';
  ask: AskKind;
  agent: string | null;
  /** What stands on the worktree and is saved first; null while it is being found out, or where it does not matter. */
  risk: WorkAtRisk | null;
  /** The risk was asked for. */
  asked: boolean;
  top: number;
}
export interface RestoreDialog extends Waits {
  kind: 'restore';
  items: { target: string; label: string; detail: string }[] | null;
  index: number;
}
/** Where selected lines are written to. */
export interface WriteDialog extends Waits {
  kind: 'write';
  source: { agent: string; epoch: number | null; total: number };
  from: number;
  to: number;
  path: Field;
  /** The path of which it was said that a file is there already: confirmed once more it is replaced. */
  replaces: string | null;
}
/** Which model or permission mode an agent shall go on with. */
export interface PickDialog extends Waits {
  kind: 'pick';
  what: 'model' | 'mode';
  agent: string;
  index: number;
  /** Who wrote to the agent when it was opened goes on writing. */
  typing: boolean;
}
/** Saved searches. */
export interface SearchesDialog extends Waits {
  kind: 'searches';
  index: number;
}
export type Dialog =
  | NewDialog
  | PromptDialog
  | ConfirmDialog
  | RestoreDialog
  | WriteDialog
  | SearchesDialog
  | PickDialog
  | ReviewDialog
  | InboxDialog
  | WorkflowDialog
  | { kind: 'palette'; query: Field; index: number }
  | { kind: 'help'; top: number }
  | { kind: 'log'; back: number }
  | { kind: 'info'; agent: string; top: number }
  /** One tool call with all of its input and output. */
  | { kind: 'trace'; id: string; top: number };

/** What was written in prompts that were closed without being sent: it is there again when they open. */
export interface Drafts {
  /** Agent id ▶ text. */
  prompts?: Record<string, string>;
}

export const newDialog = (): NewDialog => ({
  kind: 'new',
  at: 'name',
  choice: null,
  command: field(),
  name: field(),
  prompt: field(),
  base: field(),
  worktree: null,
  busy: false,
  error: null,
});
