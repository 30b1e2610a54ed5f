import { agentCommands } from './agents.ts';
import { aroundCommands } from './around.ts';
import { collisionCommands } from './collisions.ts';
import type { Command, CommandContext } from './context.ts';
import { historyCommands } from './history.ts';
import { answerCommand, choiceCommands, inboxCommands, inboxViewCommand } from './inbox.ts';
import type { Keymap } from './keymap.ts';
import { reviewCommands } from './review.ts';
import { searchCommands, watchCommands } from './search.ts';
import { talkCommands } from './talk.ts';
import { tracesCommands } from './traces.ts';
import { workflowCommands } from './workflows.ts';

/** Every command there is: help, hints, palette, config and the README's key list come from this table. */
export const commands: readonly Command[] = [
  ...agentCommands,
  answerCommand,
  ...aroundCommands,
  ...talkCommands,
  inboxViewCommand,
  ...inboxCommands,
  ...choiceCommands,
  ...reviewCommands,
  ...collisionCommands,
  ...historyCommands,
  ...searchCommands,
  ...watchCommands,
  ...tracesCommands,
  ...workflowCommands,
];

/** The command with this id, which is a defect if there is none. */
export function commandById(id: string): Command {
  const found = commands.find((one) => one.id === id);
  if (!found) throw new RangeError(`there is no command ${id}`);
  return found;
}

/** Why it cannot run now, or null. */
export const reasonAgainst = (command: Command, context: CommandContext): string | null =>
  command.disabled?.(context) ?? null;

/** The commands as a table for people: what help and the README's key list are made of. */
export function commandRows(keymap: Keymap): (Pick<Command, 'group' | 'id' | 'title' | 'when'> & { keys: string[] })[] {
  return commands.map(({ group, id, title, when }) => ({ group, id, keys: [...keymap.keysOf(id)], title, when }));
}
