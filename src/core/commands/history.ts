import type { Command } from './context.ts';
import type { HistoryMove } from './moves.ts';

const read = (move: HistoryMove, keys: string[], title: string, hint?: Command['hint']): Command => ({
  id: `history-${move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  keys,
  title,
  group: 'History',
  when: 'history',
  ...(hint && { hint }),
  intent: { type: 'read', move },
});

/** What keys do while somebody reads what an agent printed before. */
export const historyCommands: Command[] = [
  read('leave', ['Escape', 'q', 'C-c'], 'Back to where one came from', {
    label: 'back',
    rank: 1,
  }),
  read('up', ['k', 'Up'], 'A row up'),
  read('down', ['j', 'Down'], 'A row down'),
  read('pageUp', ['PPage', 'C-b', 'h'], 'A page up', { label: 'up', rank: 3 }),
  read('pageDown', ['NPage', 'C-f'], 'A page down', { label: 'down', rank: 3 }),
  read('halfUp', ['C-u'], 'Half a page up'),
  read('halfDown', ['C-d'], 'Half a page down'),
  read('first', ['g', 'Home'], 'To the oldest line'),
  read('last', ['G', 'End'], 'To the end; once more: to the live screen', { label: 'end', rank: 6 }),
  read('find', ['/'], 'Search in what this agent printed', { label: 'search', rank: 2 }),
  read('nextHit', ['n'], 'The next match', { label: 'next', rank: 7 }),
  read('previousHit', ['N'], 'The match before', { label: 'previous', rank: 7 }),
  read('previousMark', ['['], 'To the prompt, turn or command before', { label: 'prompt before', rank: 8 }),
  read('nextMark', [']'], 'To the prompt, turn or command after', { label: 'after', rank: 8 }),
  read('select', ['v'], 'Select lines; once more: begin here', { label: 'select', rank: 4 }),
  read('copy', ['y'], 'Copy the selected lines', { label: 'copy', rank: 5 }),
  read('write', ['w'], 'Write the selected lines to a file', { label: 'to a file', rank: 5 }),
];
