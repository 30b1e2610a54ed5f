import type { Operation } from '../../../schema/change.ts';
import { commentsOf } from '../../selectors/review/comments.ts';
import type { Dialog } from '../../store/dialogs.ts';
import type { ApplyDialog, RejectDialog, ReviewEffect } from '../../store/review-dialogs.ts';
import { plural } from '../../views/numbers.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { perform } from '../perform.ts';
import { failed } from '../requests.ts';
import { sentence } from '../wording.ts';
import { forgetComment, keepComment, openComment, sendComments } from './comment.ts';
import { mergeBack, offerConflicts } from './merge.ts';
import { changeReview } from './move.ts';

/** Carries out what a dialog of the review wants. */
export function carryOutReview(bridge: Bridge, act: ReviewEffect, dialog: Dialog) {
  const { store } = bridge;
  switch (act) {
    case 'reject':
      return dialog.kind === 'reject' && void reject(bridge, dialog);
    case 'apply':
      return dialog.kind === 'apply' && void apply(bridge, dialog);
    case 'comment':
      return dialog.kind === 'comment' && void keepComment(bridge, dialog);
    case 'send':
      return dialog.kind === 'comments' && void sendComments(bridge, dialog);
    case 'edit':
    case 'forget': {
      if (dialog.kind !== 'comments') return;
      const own = commentsOf(store.getState(), dialog.agent);
      const one = own[Math.min(dialog.index, own.length - 1)];
      if (!one) return;
      if (act === 'edit') return openComment(bridge, dialog.agent, one);
      void forgetComment(bridge, dialog.agent, one);
      return own.length === 1 ? store.closeDialog('comments') : undefined;
    }
    case 'merge':
      return dialog.kind === 'merge' && void mergeBack(bridge, dialog);
    case 'offer':
      return dialog.kind === 'merge' && offerConflicts(bridge, dialog);
    case 'archive': {
      if (dialog.kind !== 'merge') return;
      store.setUi({ selected: dialog.agent });
      return perform(bridge, { type: 'ask', ask: 'archive' });
    }
  }
}

/** `2 files written, 1 merged; src/a.ts: conflict, the target …`. */
export function outcomeWords({ files }: Operation): { text: string; isGood: boolean } {
  const bad = files.filter(({ outcome }) => outcome === 'conflict' || outcome === 'refused');
  const counted = (['written', 'merged', 'unchanged'] as const).flatMap((outcome) => {
    const count = files.filter((file) => file.outcome === outcome).length;
    return count > 0 ? [`${plural(count, 'file')} ${outcome}`] : [];
  });
  const why = bad.map(({ file, outcome, reason }) => `${clean(file)}: ${reason ? clean(reason) : outcome}`);
  return { text: [...counted, ...why].join('; ') || 'nothing to do', isGood: bad.length === 0 };
}

async function reject(bridge: Bridge, { chosen, reason, now }: RejectDialog): Promise<void> {
  const { store, review } = bridge;
  const { agent, parts, seen, words } = chosen;
  const open = (dialog: RejectDialog) => dialog.busy && dialog.chosen === chosen;
  try {
    const text = reason.text.trim() || null;
    const { operation, told } = await bridge.call('changes.reject', { agent, parts, reason: text, now, seen });
    store.closeDialog('reject', open);
    changeReview(store, { anchor: null });
    const name = clean(store.getState().data.project?.agents[agent]?.name ?? agent);
    const done = operation ? outcomeWords(operation) : null;
    const what = done ? done.text : `it is taken out when ${name}’s turn ends`;
    const heard = told ? ` ${name} was told (${told.receipt}).` : operation ? ` ${name} cannot be told.` : '';
    store.say(done && !done.isGood ? 'warning' : 'info', `Rejected ${words}: ${what}.${heard} U undoes it.`);
  } catch (error) {
    failed(bridge, 'reject', error, open);
  }
  review.changed([agent]);
}

async function apply(bridge: Bridge, { agent, target, stage }: ApplyDialog): Promise<void> {
  const { store, review } = bridge;
  const open = (dialog: ApplyDialog) => dialog.busy && dialog.agent === agent;
  try {
    const { operation } = await bridge.call('changes.apply', {
      ...{ agent, parts: null, seen: null, stage },
      target: target.text.trim() || null,
    });
    store.closeDialog('apply', open);
    const { text, isGood } = outcomeWords(operation);
    store.say(isGood ? 'info' : 'warning', `Applied to ${clean(operation.target)}: ${text}. U undoes it.`);
  } catch (error) {
    failed(bridge, 'apply', error, open);
  }
  review.changed([agent]);
}

/** The newest apply or reject that is not undone yet, of whatever agent. */
export async function undoLast(bridge: Bridge): Promise<void> {
  const { store, review } = bridge;
  try {
    const { operation } = await bridge.call('changes.undo', { operation: null });
    const { text, isGood } = outcomeWords(operation);
    store.say(isGood ? 'info' : 'warning', `Undone in ${clean(operation.target)}: ${text}.`);
  } catch (error) {
    store.say('error', sentence(error, store.getState()));
  }
  review.changed(Object.keys(store.getState().data.review.lists));
}
