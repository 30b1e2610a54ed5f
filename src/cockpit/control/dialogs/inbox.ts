import type { AlwaysDialog, ReplyDialog } from '../../store/inbox.ts';
import { write } from './forms.ts';
import { topBy } from './key.ts';
import type { DialogContext, Press, Step } from './step.ts';

/** Enter sends the text; a reason may stay empty, an answer may not. */
export function replyKey(dialog: ReplyDialog, press: Press): Step<ReplyDialog> {
  if (dialog.busy) return { dialog };
  if (press.key === 'Enter' && !press.pasted) {
    if (dialog.question !== null && dialog.text.text.trim() === '') return { dialog };
    return begin(dialog);
  }
  return { dialog: { ...dialog, text: write(dialog.text, press, true), error: null } };
}

/** Only `y` writes a rule: Enter, which comes easily, does not. */
export function alwaysKey(dialog: AlwaysDialog, { key }: Press, context: DialogContext): Step<AlwaysDialog> {
  if (key === 'n' || key === 'q') return { dialog: null };
  if (dialog.busy) return { dialog };
  return key === 'y' ? begin(dialog) : { dialog: { ...dialog, top: topBy(dialog.top, key, context) } };
}

function begin<D extends ReplyDialog | AlwaysDialog>(dialog: D): Step<D> {
  const busy = { ...dialog, busy: true, error: null };
  return { dialog: busy, effect: { type: 'answer', dialog: busy } };
}
