import type { Cockpit } from '../../store/model.ts';
import { MERGE_FIELDS, type MergeDialog } from '../../store/review-dialogs.ts';
import { clean, cut, line, type Row, type Span, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { nameOf, noteRows, room } from './review.ts';
import { choice, LABEL, settingRows } from './settings.ts';
import { fieldLine } from './text.ts';

const dim = (text: string, width: number): Row[] => wrap(text, width).map((part) => line(part, 'dim'));

export function mergeView(dialog: MergeDialog, state: Cockpit): DialogView {
  if (dialog.outcome) return outcomeView(dialog, state);
  const width = room(state);
  const agent = state.data.project?.agents[dialog.agent];
  const { at } = dialog;
  const texts = { target: fieldLine(dialog.target, width - LABEL), message: fieldLine(dialog.message, width - LABEL) };
  const current = state.data.refs?.current ?? 'what is checked out';
  const values: Record<MergeDialog['at'], Span> = {
    how: choice(dialog.how, at === 'how'),
    target: texts.target.text ? { text: clean(texts.target.text) } : { text: `(${clean(current)})`, tone: 'dim' },
    message: texts.message.text ? { text: clean(texts.message.text) } : { text: '(made from its name)', tone: 'dim' },
    uncommitted: choice(dialog.uncommitted ? 'yes, as a commit of their own' : 'no', at === 'uncommitted'),
    checks: choice(dialog.checks ? 'run them first' : 'no', at === 'checks'),
  };
  const labels = { how: 'How', target: 'Into', message: 'Message', uncommitted: 'Uncommitted', checks: 'Checks' };
  const body = settingRows(MERGE_FIELDS, at, labels, values);
  const field = at === 'target' || at === 'message' ? texts[at] : null;
  return box({
    size: state.ui.size,
    title: `Merge ${nameOf(state, dialog.agent)} back`,
    width,
    body: [
      ...(agent?.branch
        ? [line(`${clean(agent.branch)} goes into its target. A conflict changes nothing.`, 'dim'), []]
        : []),
      ...body,
    ],
    foot: noteRows(dialog, dialog.checks ? 'Checking and merging…' : 'Merging…', width),
    cursor:
      field && !dialog.busy
        ? { x: LABEL + field.x, y: (agent?.branch ? 2 : 0) + MERGE_FIELDS.indexOf(at), in: 'body' }
        : null,
    buttons: [
      { label: 'Merge', key: 'Enter' },
      { label: 'Next field', key: 'Tab' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

/** What came of it; then what is to become of the worktree, or whether the agent is to be told. */
function outcomeView({ agent, outcome: merge, top }: MergeDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { outcome, target, commit, files, check, notes } = merge!;
  const isDone = outcome === 'merged' || outcome === 'nothing';
  const name = nameOf(state, agent);
  const into = clean(target);
  const titles = {
    merged: `✓ ${name} is merged into ${into}`,
    nothing: `✓ ${into} has all of ${name} already`,
    conflict: `✖ ${name} conflicts with ${into}`,
    checks_failed: `✖ ${name} is not merged: a check failed`,
  };
  const conflicts = files.flatMap(({ file, reason, lines }): Row[] => [
    [
      { text: '✖ ', tone: 'bad' },
      { text: clean(file), tone: 'strong' },
      { text: `  ${reasonWords(reason)}`, tone: 'dim' },
    ],
    ...(lines.length > 0
      ? [
          line(
            cut(
              `    lines ${lines.map(({ start, end }) => (end > start ? `${start}–${end}` : start)).join(', ')} of the merged file`,
              width,
            ),
            'dim',
          ),
        ]
      : []),
  ]);
  const checked = check
    ? [
        line(`${clean(check.command)} ended with ${check.code ?? 'a signal'}:`, 'bad'),
        ...check.output.split('\n').map((part) => line(cut(clean(part), width), 'dim')),
      ]
    : [];
  const body: Row[] = isDone
    ? [
        ...(commit ? [line(`${into} is now at ${commit.slice(0, 10)}.`)] : []),
        ...notes.flatMap((note) => wrap(`Note: ${clean(note)}.`, width).map((part) => line(part, 'wait'))),
        ...dim(
          `What is to become of ${name} and its worktree? Archiving saves what is not committed, removes the worktree and keeps branch and record.`,
          width,
        ),
      ]
    : [...dim('Everything is as it was before.', width), [], ...conflicts, ...checked];
  return box({
    size: state.ui.size,
    title: titles[outcome],
    width,
    body,
    top,
    buttons: [
      ...(isDone ? [{ label: 'Archive', key: 'a' }] : [{ label: `Send to ${cut(name, 20)}`, key: 's' }]),
      { label: isDone ? 'Keep both' : 'Close', key: 'Enter' },
    ],
  });
}

/** git's short names for conflicts, in words. */
const REASONS: Readonly<Record<string, string>> = {
  contents: 'both sides changed the same lines',
  'add/add': 'both sides created it',
  'modify/delete': 'one side changed it, the other deleted it',
  'rename/delete': 'one side renamed it, the other deleted it',
  'rename/rename': 'both sides renamed it',
  binary: 'both sides changed it, and it is binary',
};
export const reasonWords = (reason: string): string => REASONS[reason] ?? clean(reason);
