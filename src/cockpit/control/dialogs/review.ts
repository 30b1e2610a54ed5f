import { commented, commentsOf } from '../../selectors/review/comments.ts';
import type { Dialog, Field } from '../../store/dialogs.ts';
import {
  type ApplyDialog,
  type CommentDialog,
  type CommentsDialog,
  MERGE_FIELDS,
  type MergeDialog,
  type RejectDialog,
  type ReviewEffect,
} from '../../store/review-dialogs.ts';
import { edit, insert } from '../edit.ts';
import { clamp, type DialogContext, type Press, type Step, scrollBy } from './step.ts';

const NEWLINE = new Set(['M-Enter', 'S-Enter', 'C-j', 'C-Enter']);
const write = (field: Field, { key, text, pasted }: Press, multiline: boolean): Field => {
  if (multiline && !pasted && NEWLINE.has(key)) return insert(field, '\n', true);
  return text === null ? edit(field, key, multiline) : insert(field, text, multiline);
};
const effect = (act: ReviewEffect) => ({ type: 'review', act }) as const;
const begin = <D extends Dialog & { busy: boolean }>(dialog: D, act: ReviewEffect): Step<D> => ({
  dialog: { ...dialog, busy: true, error: null },
  effect: effect(act),
});

/** Enter rejects, with the reason that was written; Tab: at once, or at the end of the turn. */
export function rejectKey(dialog: RejectDialog, press: Press): Step<RejectDialog> {
  if (dialog.busy) return { dialog };
  if (!press.pasted && press.key === 'Enter') return begin(dialog, 'reject');
  if (!press.pasted && (press.key === 'Tab' || press.key === 'BTab'))
    return { dialog: { ...dialog, now: !dialog.now } };
  return { dialog: { ...dialog, reason: write(dialog.reason, press, false), error: null } };
}

export function commentKey(dialog: CommentDialog, press: Press): Step<CommentDialog> {
  if (dialog.busy) return { dialog };
  if (press.key === 'Enter' && !press.pasted) return begin(dialog, 'comment');
  return { dialog: { ...dialog, text: write(dialog.text, press, true), error: null } };
}

/** Enter or e changes a comment, x removes it, s sends all of them. */
export function commentsKey(
  dialog: CommentsDialog,
  { key }: Press,
  { state, page }: DialogContext,
): Step<CommentsDialog> {
  if (dialog.busy) return { dialog };
  const own = commentsOf(state, dialog.agent);
  if (key === 's') return begin(dialog, 'send');
  if (key === 'Enter' || key === 'e') return { dialog, effect: effect('edit') };
  if (key === 'x' || key === 'd' || key === 'DC') return { dialog, effect: effect('forget') };
  if (key === 'Tab') {
    const agents = commented(state);
    return {
      dialog: {
        ...dialog,
        agent: agents[(agents.indexOf(dialog.agent) + 1) % agents.length] ?? dialog.agent,
        index: 0,
      },
    };
  }
  const by = scrollBy(key, page);
  return { dialog: by === null ? dialog : { ...dialog, index: clamp(dialog.index + by, 0, own.length - 1) } };
}

const STAGES = [null, true, false] as const;
const TURNS = new Set(['Tab', 'BTab', 'Up', 'Down']);

/** Enter applies (it can be undone). At `stage`: Space turns it (staged, not staged, as configured), y and n answer. */
export function applyKey(dialog: ApplyDialog, press: Press): Step<ApplyDialog> {
  if (dialog.busy) return { dialog };
  const { key, pasted } = press;
  if (!pasted && key === 'Enter') return begin(dialog, 'apply');
  if (!pasted && TURNS.has(key)) return { dialog: { ...dialog, at: dialog.at === 'stage' ? 'target' : 'stage' } };
  if (dialog.at === 'target') return { dialog: { ...dialog, target: write(dialog.target, press, false), error: null } };
  if (key === 'y') return begin(dialog, 'apply');
  if (key === 'n') return { dialog: null };
  const by = key === 's' || key === 'Space' || key === 'Right' ? 1 : key === 'Left' ? STAGES.length - 1 : 0;
  return { dialog: { ...dialog, stage: STAGES[(STAGES.indexOf(dialog.stage) + by) % STAGES.length]! } };
}

const HOW = ['merge', 'squash', 'rebase'] as const;

export function mergeKey(dialog: MergeDialog, press: Press, context: DialogContext): Step<MergeDialog> {
  if (dialog.busy) return { dialog };
  if (dialog.outcome) return outcomeKey(dialog, press, context);
  const { key, pasted } = press;
  const { at } = dialog;
  if (!pasted) {
    if (key === 'Enter') return begin(dialog, 'merge');
    const by = key === 'Tab' || key === 'Down' ? 1 : key === 'BTab' || key === 'Up' ? -1 : 0;
    if (by !== 0) {
      const next = MERGE_FIELDS[(MERGE_FIELDS.indexOf(at) + by + MERGE_FIELDS.length) % MERGE_FIELDS.length]!;
      return { dialog: { ...dialog, at: next } };
    }
  }
  if (at === 'target' || at === 'message')
    return { dialog: { ...dialog, [at]: write(dialog[at], press, false), error: null } };
  const turn = key === 'Space' || key === 'Right' ? 1 : key === 'Left' ? -1 : 0;
  if (turn === 0) return { dialog };
  if (at === 'how')
    return { dialog: { ...dialog, how: HOW[(HOW.indexOf(dialog.how) + turn + HOW.length) % HOW.length]! } };
  return { dialog: { ...dialog, [at]: !dialog[at] } };
}

/** After a merge: a archives the agent with its worktree, Enter keeps both. After a conflict: s sends it to the agent. */
function outcomeKey(dialog: MergeDialog, { key }: Press, { page, lines }: DialogContext): Step<MergeDialog> {
  const { outcome } = dialog.outcome!;
  const isDone = outcome === 'merged' || outcome === 'nothing';
  if (isDone && key === 'a') return { dialog: null, effect: effect('archive') };
  if (!isDone && key === 's') return { dialog: null, effect: effect('offer') };
  if (key === 'Enter' || key === 'q' || key === 'k') return { dialog: null };
  return { dialog: { ...dialog, top: clamp(dialog.top + (scrollBy(key, page) ?? 0), 0, lines - page) } };
}
