import type { AskKind } from '../../../core/commands/context.ts';
import type { Keymap } from '../../../core/commands/keymap.ts';
import type { Dialog } from '../../store/dialogs.ts';
import type { InboxDialog } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';
import type { ReviewEffect } from '../../store/review-dialogs.ts';

/** What a dialog wants done; the cockpit does it. */
export type Effect =
  | { type: 'start' }
  | { type: 'send' }
  | { type: 'confirmed'; ask: AskKind; agent: string | null }
  | { type: 'restore'; target: string }
  | { type: 'run'; id: string }
  | { type: 'write' }
  | { type: 'pick'; id: string }
  | { type: 'search'; id: string }
  | { type: 'forget'; id: string }
  | { type: 'review'; act: ReviewEffect }
  | { type: 'answer'; dialog: InboxDialog }
  | { type: 'run.start' }
  | { type: 'trust' };

/** What a key made of a dialog. `dialog` null closes it. */
export interface Step<D extends Dialog = Dialog> {
  dialog: D | null;
  effect?: Effect;
}

/** A key as dialogs see it: tmux's name, what it types (null for none), whether it is a piece of a paste. */
export interface Press {
  key: string;
  text: string | null;
  pasted?: boolean;
}

export interface DialogContext {
  state: Cockpit;
  keymap: Keymap;
  /** Rows a scrolling dialog shows at once, and how many it has. */
  page: number;
  lines: number;
}

/** How far a key scrolls; null when it does not scroll. Infinite: to an end. */
export function scrollBy(key: string, page: number): number | null {
  const steps: Record<string, number> = {
    Up: -1,
    k: -1,
    Down: 1,
    j: 1,
    PPage: -page,
    b: -page,
    NPage: page,
    Space: page,
    Home: Number.NEGATIVE_INFINITY,
    g: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
    G: Number.POSITIVE_INFINITY,
  };
  return Object.hasOwn(steps, key) ? steps[key]! : null;
}

export const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, Math.max(least, most)));
