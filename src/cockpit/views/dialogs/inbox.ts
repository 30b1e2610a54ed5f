import { whenTold } from '../../../core/approvals/told.ts';
import { requestOf } from '../../selectors/inbox/entries.ts';
import { lastingRule } from '../../selectors/inbox/rule.ts';
import type { AlwaysDialog, ReplyDialog } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';
import { exactRows } from '../inbox/fold.ts';
import { reveal } from '../review/code.ts';
import { clean, cut, line, type Row, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { noteRows, room } from './review.ts';
import { fieldLines } from './text.ts';

/** Rows of the text that are seen at once, and of what it is about. */
const WRITTEN = 6;
const ABOUT = 4;

const TOLD = {
  'with it': 'The agent is told why; it may stay empty. ',
  next: 'Its next prompt tells it why; it may stay empty. ',
  never: 'Its dialog takes no reason: it is not told why. ',
};

/** Why a request is denied, or the answer to a question in one's own words. */
export function replyView(dialog: ReplyDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { agent, approval } = dialog.entry;
  const question = dialog.question === null ? null : approval.questions?.[dialog.question];
  const about = reveal(question ? question.text : approval.title || approval.tool);
  const head: Row[] = [
    ...wrap(about, width)
      .slice(0, ABOUT)
      .map((text) => line(text, 'dim')),
    [],
  ];
  const foot = noteRows(dialog, 'Sending…', width);
  const { rows, x, y } = fieldLines(dialog.text, width);
  const page = Math.max(1, Math.min(WRITTEN, state.ui.size.rows - 9 - head.length - foot.length));
  const name = cut(clean(agent.name), width - 24);
  const hint = dialog.question === null ? TOLD[whenTold(approval)] : '';
  return box({
    size: state.ui.size,
    title: question ? `Your answer to ${name}` : `Deny what ${name} asks: why?`,
    width,
    height: page,
    head,
    body: rows,
    top: Math.max(0, y - page + 1),
    cursor: dialog.busy ? null : { x, y, in: 'body' },
    foot: [...foot, [], line(cut(`${hint}Alt-⏎ or Ctrl-j: new line`, width), 'dim')],
    buttons: [
      { label: question ? 'Take it' : 'Deny', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

/** Which rule is written, before it is. */
export function alwaysView(dialog: AlwaysDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { agent, approval } = dialog.entry;
  const rule = lastingRule(agent, requestOf(state, dialog.entry) ?? approval);
  const words = [
    `${clean(agent.name)} goes on, and from now on this is allowed unasked, for every agent it fits. The rule that is written:`,
  ];
  const body: Row[] = [
    ...words.flatMap((text) => wrap(text, width).map((part) => line(part))),
    [],
    ...exactRows(JSON.stringify(rule, null, 2), width, 'strong'),
    [],
    ...wrap('It can be taken out of the config again; boocode config path says where that is.', width).map((part) =>
      line(part, 'dim'),
    ),
  ];
  return box({
    size: state.ui.size,
    title: 'Allow it for good?',
    width,
    body,
    top: dialog.top,
    foot: noteRows(dialog, 'Sending…', width),
    buttons: [
      { label: 'Allow for good', key: 'y' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}
