import { commentsOf, countComments } from '../../selectors/review/comments.ts';
import type { Cockpit } from '../../store/model.ts';
import {
  APPLY_FIELDS,
  type ApplyDialog,
  type CommentDialog,
  type CommentsDialog,
  type RejectDialog,
} from '../../store/review-dialogs.ts';
import { plural } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fitRow, line, type Row, select, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { choice, LABEL, settingRows } from './settings.ts';
import { fieldLine, fieldLines } from './text.ts';

const WIDTH = 72;
/** Rows of a comment, and of what it quotes, that are seen at once. */
const WRITTEN = 6;
const QUOTED = 6;
export const room = (state: Cockpit) => Math.min(WIDTH, state.ui.size.cols - 4);
export const nameOf = (state: Cockpit, agent: string) =>
  clean(state.data.project?.agents[agent]?.name ?? 'an agent that is gone');

/** What a dialog that waits, or that failed, says at its foot. */
export function noteRows({ busy, error }: { busy: boolean; error: string | null }, work: string, width: number): Row[] {
  if (busy) return [[], line(work, 'busy')];
  return error ? [[], ...wrap(`✖ ${clean(error)}`, width).map((text) => line(text, 'bad'))] : [];
}

export function rejectView(dialog: RejectDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { text, x } = fieldLine(dialog.reason, width - 2);
  const when = dialog.now ? 'At once' : "When the agent's turn ends";
  return box({
    size: state.ui.size,
    title: `Reject ${cut(dialog.chosen.words, width - 12)}?`,
    width,
    head: [
      line('Why? Told to an agent that takes prompts; may stay empty.', 'dim'),
      [{ text: '› ', tone: 'key' }, { text }],
      [],
    ],
    body: [
      ...wrap(
        `${when} it is taken out of the worktree. Its content is kept: U brings it back. If the agent writes it again it is shown as returned.`,
        width,
      ).map((part) => line(part)),
    ],
    foot: noteRows(dialog, 'Rejecting…', width),
    cursor: dialog.busy ? null : { x: 2 + x, y: 1, in: 'head' },
    buttons: [
      { label: 'Reject', key: 'Enter' },
      { label: dialog.now ? 'After the turn' : 'At once', key: 'Tab' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

const lineWords = ({ line: from, endLine }: Pick<CommentDialog, 'line' | 'endLine'>) =>
  endLine > from ? `lines ${from}–${endLine}` : `line ${from}`;

export function commentView(dialog: CommentDialog, state: Cockpit): DialogView {
  const width = room(state);
  const quote = dialog.quote.split('\n');
  const shown = quote.slice(0, QUOTED).map(
    (part): Row => [
      { text: '│ ', tone: 'border' },
      { text: cut(clean(part), width - 2), tone: 'dim' },
    ],
  );
  const more = quote.length > QUOTED ? [line(`  and ${plural(quote.length - QUOTED, 'line')} more`, 'dim')] : [];
  const { rows, x, y } = fieldLines(dialog.text, width);
  const head = [...shown, ...more, []];
  const page = Math.max(1, Math.min(WRITTEN, state.ui.size.rows - 8 - head.length));
  return box({
    size: state.ui.size,
    title: `Comment on ${cut(clean(dialog.file), width - 30)}, ${lineWords(dialog)}`,
    width,
    height: page,
    head,
    body: rows,
    top: Math.max(0, y - page + 1),
    cursor: { x, y, in: 'body' },
    foot: [
      [],
      line('Kept until you send all comments. Alt-⏎ or Ctrl-j: new line', 'dim'),
      ...noteRows(dialog, 'Keeping it…', width),
    ],
    buttons: [
      { label: 'Keep', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

export function commentsView(dialog: CommentsDialog, state: Cockpit): DialogView {
  const width = room(state);
  const own = commentsOf(state, dialog.agent);
  const others = countComments(state) - own.length;
  const index = Math.min(dialog.index, own.length - 1);
  const body = own.map((one, at): Row => {
    const text = clean(one.text.replaceAll('\n', ' '));
    const row = fitRow(
      [
        { text: ` ${clean(one.file)}:${one.line}${one.endLine > one.line ? `–${one.endLine}` : ''}  `, tone: 'accent' },
        { text },
      ],
      width,
    );
    return at === index ? select(row) : row;
  });
  const foot = [
    ...(others > 0 ? [[], line(`${plural(others, 'comment')} for other agents: Tab`, 'dim')] : []),
    ...noteRows(dialog, 'Sending; waiting for the agent to react…', width),
  ];
  const page = Math.max(1, Math.min(body.length, state.ui.size.rows - 8 - foot.length));
  return box({
    size: state.ui.size,
    title: `${plural(own.length, 'comment')} for ${nameOf(state, dialog.agent)}`,
    width,
    height: page,
    body,
    top: windowTop(body.length, page, index),
    foot,
    items: true,
    buttons: [
      { label: 'Send all', key: 's' },
      { label: 'Change', key: 'e' },
      { label: 'Remove', key: 'x' },
      { label: 'Close', key: 'Escape' },
    ],
  });
}

const STAGES = new Map([
  [null, 'as configured'],
  [true, 'yes'],
  [false, 'no'],
]);

export function applyView(dialog: ApplyDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { at, stage } = dialog;
  const target = fieldLine(dialog.target, width - LABEL);
  const checkout = `(the project's checkout${state.data.refs?.current ? `: ${clean(state.data.refs.current)}` : ''})`;
  const intro = wrap(
    'Where the target has moved on, both are merged. A file arrives as a whole or not at all. A branch that is checked out nowhere gets a commit.',
    width,
  ).map((part) => line(part));
  const settings = settingRows(
    APPLY_FIELDS,
    at,
    { target: 'Into', stage: 'Staged' },
    {
      target: target.text ? { text: clean(target.text) } : { text: checkout, tone: 'dim' },
      stage: choice(STAGES.get(stage)!, at === 'stage'),
    },
  );
  return box({
    size: state.ui.size,
    title: `Apply what is approved of ${nameOf(state, dialog.agent)}?`,
    width,
    body: [...intro, [], ...settings, [], ...dialog.files.map((file) => line(`  ${cut(file, width - 2)}`, 'accent'))],
    cursor:
      at === 'target' && !dialog.busy
        ? { x: LABEL + target.x, y: intro.length + 1 + APPLY_FIELDS.indexOf(at), in: 'body' }
        : null,
    foot: [...noteRows(dialog, 'Applying…', width), [], line('U undoes it, exactly.', 'dim')],
    buttons: [
      { label: 'Apply', key: 'Enter' },
      { label: 'Next field', key: 'Tab' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}
