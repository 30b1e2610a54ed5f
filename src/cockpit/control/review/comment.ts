import { quoted, standing } from '../../selectors/review/diff.ts';
import { field } from '../../store/dialogs.ts';
import type { ReviewComment } from '../../store/review.ts';
import type { CommentDialog, CommentsDialog } from '../../store/review-dialogs.ts';
import { plural } from '../../views/numbers.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { failed } from '../requests.ts';
import { changeReview } from './move.ts';

/** Lines of a quote that are kept: the agent has the file. */
const QUOTED = 40;

/** A comment on the rows that are selected; the one that stands there already is changed. */
export function askComment({ store }: Bridge) {
  const state = store.getState();
  const here = standing(state);
  const place = here && quoted(here);
  if (!here || !place) return store.say('warning', 'A comment belongs to a line: go to one first.');
  const { agent, file } = here.diff;
  const known = state.ui.review.comments.find(
    (one) => one.agent === agent && one.file === file && one.line === place.line && one.endLine === place.endLine,
  );
  if (known) return openComment({ store }, known);
  const quote = place.quote.split('\n').slice(0, QUOTED).join('\n');
  store.openDialog({
    kind: 'comment',
    id: null,
    agent,
    file,
    ...place,
    quote,
    text: field(),
    busy: false,
    error: null,
  });
}

export function openComment({ store }: Pick<Bridge, 'store'>, { text, ...comment }: ReviewComment) {
  store.openDialog({ kind: 'comment', ...comment, text: field(text), busy: false, error: null });
}

/** Keeps what was written; nothing written removes it. */
export function keepComment({ store }: Bridge, { id, agent, file, line, endLine, quote, text }: CommentDialog) {
  const { comments } = store.getState().ui.review;
  const next = Math.max(0, ...comments.map((one) => one.id)) + 1;
  const comment = { id: id ?? next, agent, file, line, endLine, quote, text: text.text.trim() };
  const others = comments.filter((one) => one.id !== comment.id);
  const kept = comment.text === '' ? others : [...others, comment];
  kept.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  changeReview(store, { comments: kept, anchor: null });
  store.say(
    'info',
    comment.text === '' ? 'Nothing is said there.' : `${plural(kept.length, 'comment')} to send: C lists them.`,
  );
}

/** The comments of the dialog's agent, in the order of files and lines. */
export const commentsOf = (comments: readonly ReviewComment[], agent: string) =>
  comments.filter((one) => one.agent === agent);

export function openComments({ store }: Pick<Bridge, 'store'>, preferred: string | null) {
  const { comments } = store.getState().ui.review;
  const own = preferred !== null && comments.some((one) => one.agent === preferred);
  const agent = own ? preferred : comments[0]?.agent;
  if (agent !== undefined) store.openDialog({ kind: 'comments', agent, index: 0, busy: false, error: null });
}

/** All comments on one agent's change as one message; they are gone once it has them. */
export async function sendComments(bridge: Bridge, { agent }: CommentsDialog): Promise<void> {
  const { store } = bridge;
  const sent = commentsOf(store.getState().ui.review.comments, agent);
  const comments = sent.map(({ file, line, endLine, quote, text }) => ({ file, line, endLine, quote, text }));
  const open = (dialog: CommentsDialog) => dialog.busy && dialog.agent === agent;
  try {
    const { receipt, evidence } = await bridge.call('changes.comment', { agent, comments });
    const name = clean(store.getState().data.project?.agents[agent]?.name ?? agent);
    if (receipt === 'not delivered') {
      return store.changeDialog('comments', { busy: false, error: `${name} did not get it: ${evidence.detail}` }, open);
    }
    const ids = new Set(sent.map(({ id }) => id));
    changeReview(store, { comments: store.getState().ui.review.comments.filter(({ id }) => !ids.has(id)) });
    store.closeDialog('comments', open);
    const level = receipt === 'submitted' ? 'info' : 'warning';
    store.say(level, `${name}, ${plural(sent.length, 'comment')}: ${receipt} (${evidence.detail}).`);
  } catch (error) {
    failed(bridge, 'comments', error, open);
  }
}
