import type { NewDialog, NewField } from '../store/dialogs.ts';
import type { Cockpit } from '../store/model.ts';
import { choiceOf, needsCommand } from './choices.ts';

/** The fields that make sense for what is being started, in order. */
export function newFields(dialog: NewDialog, state: Cockpit): NewField[] {
  const choice = choiceOf(state, dialog.choice);
  const git = state.data.project?.project.git ?? true;
  const fields: NewField[] = ['runtime'];
  if (choice !== null && needsCommand(choice)) fields.push('command');
  fields.push('name');
  if (choice?.runtime !== 'shell' && choice?.runtime !== 'command') fields.push('prompt');
  if (git) fields.push('base', 'worktree');
  return fields;
}
