import type { Command, CommandContext } from './context.ts';
import type { SearchMove } from './moves.ts';

const none = ({ found }: CommandContext) => (found ? null : 'nothing is found yet');
const search = (
  id: string,
  move: SearchMove,
  keys: string[],
  title: string,
  more: Pick<Command, 'hint' | 'disabled'> = {},
): Command => ({ id, keys, title, group: 'Search', when: 'search', ...more, intent: { type: 'search', move } });

/** What keys do in the search view. While a pattern is written those without Alt, Ctrl or an arrow are text. */
export const searchCommands: Command[] = [
  search('search-leave', 'leave', ['Escape', 'q', 'C-c'], 'Leave the search', { hint: { label: 'back', rank: 2 } }),
  search('search-jump', 'jump', ['Enter'], 'Go to this line in the output', {
    hint: { label: 'go there', rank: 1 },
    disabled: none,
  }),
  search('search-next', 'next', ['n', 'j', 'Down'], 'The next match', {
    hint: { label: 'next', rank: 3 },
    disabled: none,
  }),
  search('search-previous', 'previous', ['N', 'k', 'Up'], 'The match before', { disabled: none }),
  search('search-page-down', 'pageDown', ['NPage'], 'A page of matches down', { disabled: none }),
  search('search-page-up', 'pageUp', ['PPage'], 'A page of matches up', { disabled: none }),
  search('search-first', 'first', ['g', 'Home'], 'To the first match', { disabled: none }),
  search('search-last', 'last', ['G', 'End'], 'To the last match', { disabled: none }),
  search('search-edit', 'edit', ['/', 'i', 'BSpace'], 'Change the pattern', { hint: { label: 'pattern', rank: 4 } }),
  search('search-case', 'case', ['M-c', 'c'], 'Case: smart, exact, ignored', { hint: { label: 'case', rank: 6 } }),
  search('search-fixed', 'fixed', ['M-r', 'r'], 'Regular expression or the very text', {
    hint: { label: 'regex', rank: 6 },
  }),
  search('search-scope', 'scope', ['M-s', 's'], 'All agents, the selected one, those in a state', {
    hint: { label: 'scope', rank: 5 },
  }),
  search('search-ended', 'ended', ['M-a', 'a'], 'Archived and removed agents too', { hint: { label: 'all', rank: 7 } }),
  search('search-more', 'more', ['M-=', '+', '='], 'More lines around each match', {
    hint: { label: 'lines', rank: 8 },
  }),
  search('search-less', 'less', ['M--', '-'], 'Fewer lines around each match', { hint: { label: 'fewer', rank: 8 } }),
  search('search-times', 'times', ['M-t', 't'], 'Exact times or how long ago', { hint: { label: 'times', rank: 9 } }),
  search('search-save', 'save', ['M-w', 'w'], 'Save this search: agents that match later are marked', {
    hint: { label: 'watch', rank: 6 },
  }),
];

/** What concerns searches wherever one is. */
export const watchCommands: Command[] = [
  {
    id: 'alert',
    keys: ['!'],
    title: 'Go to the newest line that a saved search has found',
    group: 'Search',
    when: 'moving',
    hint: { label: 'found', rank: 3 },
    disabled: ({ alerts }) => (alerts === 0 ? 'no saved search has found anything new' : null),
    intent: { type: 'alert' },
  },
  {
    id: 'searches',
    keys: ['S'],
    title: 'Run or forget saved searches',
    group: 'Search',
    when: 'moving',
    disabled: ({ connected }) => (connected ? null : 'the daemon is not connected; it is being started again'),
    intent: { type: 'open', dialog: 'searches' },
  },
];
