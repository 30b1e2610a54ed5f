import type { Comment } from '../../../schema/review.ts';
import { commented, commentsOf } from '../../selectors/review/comments.ts';
import { quoted, standing } from '../../selectors/review/diff.ts';
import { field } from '../../store/dialogs.ts';
import type { CommentDialog, CommentsDialog } from '../../store/review-dialogs.ts';
import { plural } from '../../views/numbers.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { failed } from '../requests.ts';
import { sentence } from '../wording.ts';
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
  const known = commentsOf(state, agent).find(
    (one) => one.file === file && one.line === place.line && one.endLine === place.endLine,
  );
  if (known) return openComment({ store }, agent, known);
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

export function openComment({ store }: Pick<Bridge, 'store'>, agent: string, { text, ...comment }: Comment) {
  store.openDialog({ kind: 'comment', agent, ...comment, text: field(text), busy: false, error: null });
}

/** Keeps what was written, in the agent's own state; nothing written takes it back. */
export async function keepComment(bridge: Bridge, dialog: CommentDialog): Promise<void> {
  const { store } = bridge;
  const { id, agent, file, line, endLine, quote } = dialog;
  const open = (one: CommentDialog) => one.busy && one.agent === agent && one.file === file && one.line === line;
  try {
    const text = dialog.text.text;
    const { comment } = await bridge.call('changes.comment', {
      agent,
      comment: { id, file, line, endLine, quote, text },
    });
    store.closeDialog('comment', open);
    changeReview(store, { anchor: null });
    store.say('info', comment ? 'It is kept until all comments are sent: C lists them.' : 'Nothing is said there.');
  } catch (error) {
    failed(bridge, 'comment', error, open);
  }
}

export async function forgetComment(bridge: Bridge, agent: string, comment: Comment): Promise<void> {
  const { store } = bridge;
  await bridge.call('changes.comment', { agent, comment: { ...comment, text: '' } }).catch((error: unknown) => {
    store.say('error', sentence(error, store.getState()));
  });
}

export function openComments({ store }: Pick<Bridge, 'store'>, preferred: string | null) {
  const agents = commented(store.getState());
  const agent = preferred !== null && agents.includes(preferred) ? preferred : agents[0];
  if (agent !== undefined) store.openDialog({ kind: 'comments', agent, index: 0, busy: false, error: null });
}

/** All comments on one agent's change as one message; they are gone once it has them. */
export async function sendComments(bridge: Bridge, { agent }: CommentsDialog): Promise<void> {
  const { store } = bridge;
  const comments = commentsOf(store.getState(), agent).map(({ id }) => id);
  const open = (dialog: CommentsDialog) => dialog.busy && dialog.agent === agent;
  try {
    const { receipt, evidence } = await bridge.call('changes.send', { agent, comments });
    const name = clean(store.getState().data.project?.agents[agent]?.name ?? agent);
    if (receipt === 'not delivered') {
      return store.changeDialog('comments', { busy: false, error: `${name} did not get it: ${evidence.detail}` }, open);
    }
    store.closeDialog('comments', open);
    const level = receipt === 'submitted' ? 'info' : 'warning';
    store.say(level, `${name}, ${plural(comments.length, 'comment')}: ${receipt} (${evidence.detail}).`);
  } catch (error) {
    failed(bridge, 'comments', error, open);
  }
}
