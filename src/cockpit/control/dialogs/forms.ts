import { choiceOf, choicesOf, needsCommand } from '../../selectors/choices.ts';
import { newFields } from '../../selectors/fields.ts';
import type { Field, NewDialog, PromptDialog, WriteDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { edit, insert } from '../edit.ts';
import type { DialogContext, Press, Step } from './step.ts';

/** Keys that break the line in a text of many lines; Enter sends it. */
const NEWLINE = new Set(['M-Enter', 'S-Enter', 'C-j', 'C-Enter']);

export function write(field: Field, { key, text, pasted }: Press, multiline: boolean): Field {
  if (multiline && !pasted && NEWLINE.has(key)) return insert(field, '\n', true);
  return text === null ? edit(field, key, multiline) : insert(field, text, multiline);
}

export function promptKey(dialog: PromptDialog, press: Press): Step<PromptDialog> {
  if (dialog.busy) return { dialog };
  if (press.key === 'Enter' && !press.pasted) {
    const ready = dialog.text.text.trim() !== '';
    return ready ? { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'send' } } : { dialog };
  }
  return { dialog: { ...dialog, text: write(dialog.text, press, true) } };
}

export function writeKey(dialog: WriteDialog, press: Press): Step<WriteDialog> {
  if (dialog.busy) return { dialog };
  if (press.key === 'Enter' && !press.pasted) {
    const ready = dialog.path.text.trim() !== '';
    return ready ? { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'write' } } : { dialog };
  }
  return { dialog: { ...dialog, path: write(dialog.path, press, false), error: null } };
}

export function newKey(dialog: NewDialog, press: Press, { state }: DialogContext): Step<NewDialog> {
  const { at } = dialog;
  const { key, pasted } = press;
  if (dialog.busy) return { dialog };
  if (!pasted) {
    if (key === 'Enter') return submit(dialog, state);
    if (key === 'Tab' || (key === 'Down' && at !== 'prompt'))
      return { dialog: { ...dialog, at: neighbour(dialog, state, 1) } };
    if (key === 'BTab' || (key === 'Up' && at !== 'prompt'))
      return { dialog: { ...dialog, at: neighbour(dialog, state, -1) } };
  }
  if (at === 'runtime') return { dialog: chooseNext(dialog, key, state) };
  if (at === 'worktree') {
    const flips = key === 'Space' || key === 'Left' || key === 'Right';
    return { dialog: flips ? { ...dialog, worktree: !worktreeOf(dialog, state) } : dialog };
  }
  if (at === 'base' && key === 'Right' && dialog.base.cursor === dialog.base.text.length) {
    const whole = suggestedBase(dialog, state);
    return { dialog: whole ? { ...dialog, base: { text: whole, cursor: whole.length } } : dialog };
  }
  return { dialog: { ...dialog, [at]: write(dialog[at], press, at === 'prompt'), error: null } };
}

function submit(dialog: NewDialog, state: Cockpit): Step<NewDialog> {
  const choice = choiceOf(state, dialog.choice);
  if (choice && !choice.found) {
    const error = `${choice.label} is not on this machine. To get it: ${choice.detail}`;
    return { dialog: { ...dialog, at: 'runtime', error } };
  }
  if (choice !== null && needsCommand(choice) && dialog.command.text.trim() === '') {
    return { dialog: { ...dialog, at: 'command', error: 'Write the command that it is to run.' } };
  }
  return { dialog: { ...dialog, busy: true, error: null }, effect: { type: 'start' } };
}

function neighbour(dialog: NewDialog, state: Cockpit, by: 1 | -1): NewDialog['at'] {
  const fields = newFields(dialog, state);
  const index = fields.indexOf(dialog.at);
  return fields[(index + by + fields.length) % fields.length]!;
}

function chooseNext(dialog: NewDialog, key: string, state: Cockpit): NewDialog {
  const choices = choicesOf(state);
  const index = choices.findIndex((one) => one.id === choiceOf(state, dialog.choice)?.id);
  const by = key === 'Left' ? -1 : key === 'Right' || key === 'Space' ? 1 : 0;
  const letter = /^[a-z]$/i.test(key) ? choices.find((one) => one.label.startsWith(key)) : undefined;
  const next = letter ?? choices[(index + by + choices.length) % choices.length];
  return next ? { ...dialog, choice: next.id, error: null } : dialog;
}

/** Its own worktree, unless the config or the project (no git) says otherwise. */
export function worktreeOf(dialog: NewDialog, { data }: Cockpit): boolean {
  if (data.project && !data.project.project.git) return false;
  return dialog.worktree ?? data.config?.worktrees.enabled ?? true;
}

/** The first branch that begins with what was written, or null. */
export function suggestedBase({ base }: NewDialog, { data }: Cockpit): string | null {
  if (base.text === '') return null;
  return data.refs?.branches.find((branch) => branch.startsWith(base.text) && branch !== base.text) ?? null;
}
