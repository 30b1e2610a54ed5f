import type { Command, CommandContext } from './context.ts';
import type { ReviewMove } from './moves.ts';
import { linked } from './reasons.ts';

type More = Pick<Command, 'hint' | 'disabled'>;

const review = (move: ReviewMove, keys: string[], title: string, more: More = {}): Command => ({
  id: `review-${move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  keys,
  title,
  group: 'Review',
  when: 'review',
  ...more,
  intent: { type: 'review', move },
});

const none = ({ review: { files, name, reading } }: CommandContext) => {
  if (reading) return 'the changes are still being read';
  return files === 0 ? `${name ?? 'nobody'} has changed nothing` : null;
};
const text = (context: CommandContext) =>
  none(context) ?? (context.review.hunks === 0 ? 'this file has no lines to show' : null);
const decides = (context: CommandContext) => linked(context) ?? none(context);
const commented = ({ review: { comments } }: CommandContext) => (comments === 0 ? 'there is no comment yet' : null);

/** What keys do in the review: where they are lazygit's, they mean what they mean there. */
export const reviewCommands: Command[] = [
  review('leave', ['Escape', 'q', 'C-c'], 'Back: out of a selection, to the files, out of the review', {
    hint: { label: 'back', rank: 2 },
  }),
  review('tab', ['Tab'], 'Between files, diff and the other panes', { hint: { label: 'files/diff', rank: 4 } }),
  review('tabBack', ['BTab'], 'The same backwards'),
  review('enter', ['Enter'], 'Into the diff of this file', { hint: { label: 'diff', rank: 3 } }),
  review('down', ['j', 'Down'], 'A row down'),
  review('up', ['k', 'Up'], 'A row up'),
  review('pageDown', ['NPage', 'C-f'], 'A page down'),
  review('pageUp', ['PPage', 'C-b'], 'A page up'),
  review('halfDown', ['C-d'], 'Half a page down'),
  review('halfUp', ['C-u'], 'Half a page up'),
  review('first', ['g', 'Home'], 'To the first row'),
  review('last', ['G', 'End'], 'To the last row'),
  review('nextHunk', ['Right', ']'], 'The next hunk, then the next file', {
    hint: { label: 'hunk', rank: 5 },
  }),
  review('previousHunk', ['Left', '['], 'The hunk before'),
  review('nextFile', ['J'], 'The next file', { hint: { label: 'file', rank: 6 } }),
  review('previousFile', ['K'], 'The file before'),
  review('nextAgent', ['}'], "The next agent's changes"),
  review('previousAgent', ['{'], 'The changes of the agent before'),
  review('approve', ['a'], 'Approve the hunk, the selection, the file or all there is', {
    hint: { label: 'approve', rank: 1 },
    disabled: decides,
  }),
  review('approveFile', ['A'], 'Approve the whole file', { disabled: decides }),
  review('reject', ['d'], 'Reject it: taken out of the worktree; the agent is told', {
    hint: { label: 'reject', rank: 1 },
    disabled: decides,
  }),
  review('rejectFile', ['D'], 'Reject the whole file', { disabled: decides }),
  review('undo', ['u'], 'Take the decision back', { hint: { label: 'undecide', rank: 6 }, disabled: decides }),
  review('undoLast', ['U', 'Z'], 'Undo the newest apply or reject, exactly', { disabled: linked }),
  review('apply', ['P'], 'Apply what is approved to the project', {
    hint: { label: 'apply', rank: 2 },
    disabled: (context) =>
      decides(context) ?? (context.review.approved === 0 ? 'nothing of it is approved yet; a approves' : null),
  }),
  review('reviewed', ['r'], 'Mark the file (at the agent: all) as reviewed, or not', {
    hint: { label: 'reviewed', rank: 5 },
    disabled: decides,
  }),
  review('split', ['s'], 'Split hunks into their pieces, or join them', {
    hint: { label: 'split', rank: 7 },
    disabled: text,
  }),
  review('select', ['v'], 'Select rows, for a decision or a comment', {
    hint: { label: 'select', rank: 8 },
    disabled: text,
  }),
  review('comment', ['c'], 'Comment on the line or the selected rows', {
    hint: { label: 'comment', rank: 4 },
    disabled: text,
  }),
  review('comments', ['C'], 'List the comments: change, remove or send them', {
    hint: { label: 'comments', rank: 4 },
    disabled: commented,
  }),
  review('open', ['e'], 'Open the file at this line in $EDITOR', {
    hint: { label: 'edit', rank: 9 },
    disabled: (context) => none(context) ?? (context.review.deleted ? 'the file is deleted' : null),
  }),
  review('find', ['/'], 'Search in the diff', { hint: { label: 'search', rank: 8 }, disabled: text }),
  review('nextHit', ['n'], 'The next match', { disabled: text }),
  review('previousHit', ['N'], 'The match before', { disabled: text }),
  review('sides', ['b'], 'Old and new beside each other, or one below the other', {
    hint: { label: 'sides', rank: 9 },
  }),
  review('more', ['+', '='], 'More unchanged lines around', { disabled: text }),
  review('less', ['-'], 'Fewer unchanged lines around', { disabled: text }),
  review('right', ['L', '>'], 'Move long lines to the left', { disabled: text }),
  review('left', ['H', '<'], 'Move them back', { disabled: text }),
  review('by', ['o'], 'Files of the selected agent, or of all agents by file', {
    hint: { label: 'all agents', rank: 8 },
  }),
];
