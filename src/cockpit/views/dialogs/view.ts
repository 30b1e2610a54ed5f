import type { Keymap } from '../../../core/commands/keymap.ts';
import { contextOf } from '../../selectors/screen.ts';
import type { Dialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import type { DialogView } from './box.ts';
import { confirmView } from './confirm.ts';
import { alwaysView, replyView } from './inbox.ts';
import { helpView, paletteView, restoreView } from './lists.ts';
import { mergeView } from './merge.ts';
import { newView } from './new.ts';
import { pickView } from './pick.ts';
import { applyView, commentsView, commentView, rejectView } from './review.ts';
import { searchesView, writeView } from './search.ts';
import { infoView, logView, promptView } from './texts.ts';
import { traceView } from './trace.ts';
import { sourceView, startView } from './workflows.ts';

/** The box of a dialog, in the middle of the screen. */
export function dialogView(dialog: Dialog, state: Cockpit, keymap: Keymap, now: number): DialogView {
  switch (dialog.kind) {
    case 'new':
      return newView(dialog, state);
    case 'prompt':
      return promptView(dialog, state);
    case 'confirm':
      return confirmView(dialog, state);
    case 'palette':
      return paletteView(dialog, state, keymap, contextOf(state));
    case 'help':
      return helpView(dialog, state, keymap);
    case 'restore':
      return restoreView(dialog, state);
    case 'log':
      return logView(dialog, state, now);
    case 'info':
      return infoView(dialog, state, now);
    case 'trace':
      return traceView(dialog, state);
    case 'write':
      return writeView(dialog, state);
    case 'pick':
      return pickView(dialog, state);
    case 'searches':
      return searchesView(dialog, state, now);
    case 'reject':
      return rejectView(dialog, state);
    case 'comment':
      return commentView(dialog, state);
    case 'comments':
      return commentsView(dialog, state);
    case 'apply':
      return applyView(dialog, state);
    case 'merge':
      return mergeView(dialog, state);
    case 'reply':
      return replyView(dialog, state);
    case 'always':
      return alwaysView(dialog, state);
    case 'startRun':
      return startView(dialog, state);
    case 'source':
      return sourceView(dialog, state);
  }
}
