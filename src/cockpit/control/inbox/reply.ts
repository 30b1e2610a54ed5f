import { inboxEntries } from '../../selectors/inbox/entries.ts';
import type { InboxDialog, ReplyDialog } from '../../store/inbox.ts';
import type { Bridge } from '../bridge.ts';
import { answer } from './answer.ts';
import { setAnswer } from './keys.ts';

/** What was written or confirmed for one request. It goes to that request, whatever is chosen meanwhile. */
export async function carryOutReply(bridge: Bridge, dialog: InboxDialog): Promise<void> {
  const { store } = bridge;
  const { entry } = dialog;
  if (dialog.kind === 'reply' && dialog.question !== null) return keepAnswer(bridge, dialog, dialog.question);
  const text = dialog.kind === 'reply' ? dialog.text.text.trim() : '';
  const given =
    dialog.kind === 'always'
      ? { verdict: 'always' as const }
      : { verdict: 'deny' as const, ...(text !== '' && { reason: text }) };
  const problem = await answer(bridge, entry, given);
  const meant = (open: InboxDialog) => open.busy && open.entry.id === entry.id;
  const waits = inboxEntries(store.getState()).some(({ id }) => id === entry.id);
  // A request that waits no more takes no other answer: the text is of no use either.
  if (problem && waits) return store.changeDialog(dialog.kind, { busy: false, error: problem }, meant);
  store.closeDialog(dialog.kind, meant);
  if (problem) store.say('warning', problem);
}

/** One's own words stand among the choices; they go out with the other answers. */
function keepAnswer(bridge: Bridge, { entry, text }: ReplyDialog, question: number) {
  const { store } = bridge;
  store.closeDialog('reply', (open) => open.entry.id === entry.id);
  const { at, answers } = store.getState().ui.inbox;
  if (at !== entry.id) return store.say('warning', 'That question waits no more: nothing was sent.');
  const asked = entry.approval.questions?.[question];
  const labels = new Set(asked?.choices.map(({ label }) => label));
  const taken = asked?.many ? (answers[question] ?? []).filter((one) => labels.has(one)) : [];
  setAnswer(bridge, question, [...taken, text.text.trim()]);
}
