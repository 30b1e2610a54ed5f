import type { ConfirmDialog, Dialog } from '../../store/dialogs.ts';
import { newKey, promptKey, writeKey } from './forms.ts';
import { alwaysKey, replyKey } from './inbox.ts';
import { paletteKey, pickKey, restoreKey, searchesKey } from './lists.ts';
import { applyKey, commentKey, commentsKey, mergeKey, rejectKey } from './review.ts';
import { clamp, type DialogContext, type Press, type Step, scrollBy } from './step.ts';
import { sourceKey, startKey } from './workflows.ts';

/** What a key makes of a dialog. Escape closes every one; so does `q` where nothing is written. */
export function dialogKey(dialog: Dialog, press: Press, context: DialogContext): Step {
  const { key, pasted } = press;
  if (!pasted && (key === 'Escape' || key === 'C-c' || key === 'C-g')) return { dialog: null };
  switch (dialog.kind) {
    case 'new':
      return newKey(dialog, press, context);
    case 'prompt':
      return promptKey(dialog, press);
    case 'write':
      return writeKey(dialog, press);
    case 'palette':
      return paletteKey(dialog, press);
    case 'confirm':
      return confirmKey(dialog, key, context);
    case 'reject':
      return rejectKey(dialog, press);
    case 'comment':
      return commentKey(dialog, press);
    case 'merge':
      return mergeKey(dialog, press, context);
    case 'reply':
      return replyKey(dialog, press);
    case 'always':
      return alwaysKey(dialog, press, context);
    case 'startRun':
      return startKey(dialog, press, context);
    case 'source':
      return sourceKey(dialog, press, context);
  }
  if (key === 'q') return { dialog: null };
  switch (dialog.kind) {
    case 'restore':
      return restoreKey(dialog, press, context.page);
    case 'pick':
      return pickKey(dialog, press, context);
    case 'searches':
      return searchesKey(dialog, press, context);
    case 'comments':
      return commentsKey(dialog, press, context);
    case 'apply':
      return applyKey(dialog, press);
    case 'log':
      return { dialog: { ...dialog, back: backBy(dialog.back, key, context) } };
    default:
      // Enter closes what is only read.
      if (key === 'Enter') return { dialog: null };
      return { dialog: { ...dialog, top: topBy(dialog.top, key, context) } };
  }
}

/** Only `y` destroys: Enter, which comes easily, does not. */
function confirmKey(dialog: ConfirmDialog, key: string, context: DialogContext): Step<ConfirmDialog> {
  if (key === 'n' || key === 'q') return { dialog: null };
  if (key !== 'y') return { dialog: { ...dialog, top: topBy(dialog.top, key, context) } };
  if (dialog.busy) return { dialog };
  const effect = { type: 'confirmed', ask: dialog.ask, agent: dialog.agent } as const;
  return { dialog: { ...dialog, busy: true, error: null }, effect };
}

export const topBy = (top: number, key: string, { page, lines }: DialogContext): number =>
  clamp(top + (scrollBy(key, page) ?? 0), 0, lines - page);
const backBy = (back: number, key: string, { page, lines }: DialogContext): number =>
  clamp(back - (scrollBy(key, page) ?? 0), 0, lines - page);
