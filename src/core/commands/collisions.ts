import type { Command, CommandContext } from './context.ts';
import type { CollisionMove } from './moves.ts';
import { linked } from './reasons.ts';

const collide = (
  move: CollisionMove,
  keys: string[],
  title: string,
  more: Pick<Command, 'hint' | 'disabled'> = {},
): Command => ({
  id: `collisions-${move.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  keys,
  title,
  group: 'Collisions',
  when: 'collisions',
  ...more,
  intent: { type: 'collisions', move },
});

const chosen = ({ collisions: { part, count, forecast } }: CommandContext) =>
  part === 'list' ? (count === 0 ? 'nobody collides' : null) : forecast === 0 ? 'there is nobody to merge' : null;

/** What keys do in the view of collisions and forecast. */
export const collisionCommands: Command[] = [
  collide('leave', ['Escape', 'q', 'C-c'], 'Leave the collisions', { hint: { label: 'back', rank: 2 } }),
  collide('tab', ['Tab'], 'Between collisions, forecast and the other panes', { hint: { label: 'forecast', rank: 3 } }),
  collide('tabBack', ['BTab'], 'The same backwards'),
  collide('enter', ['Enter'], "Review the file, or the agent's changes", {
    hint: { label: 'review', rank: 1 },
    disabled: chosen,
  }),
  collide('other', ['o'], 'Review the file as the other agent has it', {
    hint: { label: 'other side', rank: 4 },
    disabled: chosen,
  }),
  collide('merge', ['M'], 'Merge this agent back', {
    hint: { label: 'merge', rank: 3 },
    disabled: (context) => linked(context) ?? chosen(context),
  }),
  collide('again', ['f'], 'Forecast the merges again', { hint: { label: 'again', rank: 6 }, disabled: linked }),
  collide('down', ['j', 'Down'], 'Down', { disabled: chosen }),
  collide('up', ['k', 'Up'], 'Up', { disabled: chosen }),
  collide('pageDown', ['NPage', 'C-f'], 'A page down', { disabled: chosen }),
  collide('pageUp', ['PPage', 'C-b'], 'A page up', { disabled: chosen }),
  collide('first', ['g', 'Home'], 'To the first', { disabled: chosen }),
  collide('last', ['G', 'End'], 'To the last', { disabled: chosen }),
  collide('right', ['Right', 'L'], 'Move the matrix to the left'),
  collide('left', ['Left', 'H'], 'Move it back'),
];
