import { suggestedBase, worktreeOf } from '../../control/dialogs/forms.ts';
import { choiceOf, choicesOf } from '../../selectors/choices.ts';
import { newFields } from '../../selectors/fields.ts';
import type { NewDialog, NewField } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural } from '../numbers.ts';
import { cut, type Row, type Span, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { fieldLine, fieldLines } from './text.ts';

const WIDTH = 72;
const LABEL = 10;
const PROMPT_ROWS = 5;

const LABELS: Record<NewField, string> = {
  runtime: 'Runs',
  command: 'Command',
  name: 'Name',
  prompt: 'Prompt',
  base: 'Base',
  worktree: 'Worktree',
};

interface Part {
  rows: Row[];
  cursor?: { x: number; y: number };
}

export function newView(dialog: NewDialog, state: Cockpit): DialogView {
  const { size } = state.ui;
  const inner = Math.min(WIDTH, size.cols - 4);
  const width = inner - LABEL - 2;
  const rows: Row[] = [];
  let cursor: { x: number; y: number; in: 'body' } | null = null;
  let focusedRow = 0;
  for (const name of newFields(dialog, state)) {
    const focused = dialog.at === name;
    const part = content(name, dialog, state, width);
    if (focused) focusedRow = rows.length + part.rows.length;
    if (focused && part.cursor) cursor = { x: LABEL + 2 + part.cursor.x, y: rows.length + part.cursor.y, in: 'body' };
    part.rows.forEach((row, index) => {
      const label = index === 0 ? LABELS[name] : '';
      const mark = focused && index === 0 ? '▸ ' : '  ';
      rows.push([
        { text: mark, tone: 'focus' },
        { text: label.padEnd(LABEL), tone: focused ? 'focus' : 'dim' },
        ...row,
      ]);
    });
  }
  const page = Math.max(3, size.rows - 10);
  return box({
    size,
    title: 'New agent',
    width: inner,
    body: rows,
    top: Math.max(0, focusedRow - page),
    foot: footRows(dialog, inner),
    cursor: dialog.busy ? null : cursor,
    buttons: [
      { label: 'Start', key: 'Enter' },
      { label: 'Next', key: 'Tab' },
      { label: dialog.busy ? 'Close' : 'Cancel', key: 'Escape' },
    ],
  });
}

/** Shown until it has started. */
export const STARTING = 'Starting… Esc closes this; the start goes on.';

function footRows(dialog: NewDialog, width: number): Row[] {
  if (dialog.error) return [[], ...wrap(`✖ ${dialog.error}`, width).map((text): Row => [{ text, tone: 'bad' }])];
  if (dialog.busy) return [[], ...wrap(STARTING, width).map((text): Row => [{ text, tone: 'busy' }])];
  return [];
}

function content(name: NewField, dialog: NewDialog, state: Cockpit, width: number): Part {
  switch (name) {
    case 'runtime':
      return runtimePart(dialog, state, width);
    case 'worktree':
      return { rows: [worktreeRow(dialog, state)] };
    case 'prompt':
      return promptPart(dialog, width);
    default:
      return linePart(name, dialog, state, width);
  }
}

function runtimePart(dialog: NewDialog, state: Cockpit, width: number): Part {
  const choices = choicesOf(state);
  const choice = choiceOf(state, dialog.choice);
  if (!choice) return { rows: [[{ text: state.data.runtimes ? 'nothing found' : 'looking…', tone: 'dim' }]] };
  const position = `${choices.findIndex((one) => one.id === choice.id) + 1}/${choices.length}`;
  const name: Span = choice.found
    ? { text: choice.label, tone: 'strong' }
    : { text: `${choice.label} ✖ not found`, tone: 'bad' };
  return {
    rows: [
      [{ text: '‹ ', tone: 'key' }, name, { text: ' ›', tone: 'key' }, { text: `  ${position}`, tone: 'dim' }],
      [{ text: cut(choice.detail, width), tone: 'dim' }],
    ],
  };
}

function worktreeRow(dialog: NewDialog, state: Cockpit): Row {
  const own = worktreeOf(dialog, state);
  const where = own ? 'its own worktree and branch' : 'in the checkout itself, where others work too';
  return [{ text: `[${own ? 'x' : ' '}] `, tone: 'key' }, { text: where }, { text: '  Space changes', tone: 'dim' }];
}

function promptPart({ prompt, at }: NewDialog, width: number): Part {
  const { rows, x, y } = fieldLines(prompt, width);
  if (prompt.text === '' && at !== 'prompt') {
    return { rows: [[{ text: 'optional; it can also be typed to the agent later', tone: 'dim' }]] };
  }
  const first = Math.max(0, Math.min(y - PROMPT_ROWS + 1, rows.length - PROMPT_ROWS));
  const shown = rows.slice(first, first + PROMPT_ROWS);
  const note = rows.length > PROMPT_ROWS ? `${plural(rows.length, 'line')} · ` : '';
  shown.push([{ text: `${note}Alt-⏎ or Ctrl-j: new line`, tone: 'dim' }]);
  return { rows: shown, cursor: { x, y: y - first } };
}

function linePart(name: 'name' | 'command' | 'base', dialog: NewDialog, state: Cockpit, width: number): Part {
  const { text, x } = fieldLine(dialog[name], width);
  const empty: Record<typeof name, string> = {
    name: 'optional: chosen for you',
    command: 'e.g. npm test -- --watch',
    base: `optional: ${state.data.config?.worktrees.base ?? state.data.refs?.current ?? 'the present commit'}`,
  };
  const rest = name === 'base' ? suggestedBase(dialog, state)?.slice(dialog.base.text.length) : undefined;
  const ghost: Span[] = rest ? [{ text: cut(rest, Math.max(0, width - x)), tone: 'dim' }] : [];
  const row: Row = text ? [{ text }, ...ghost] : [{ text: cut(empty[name], width), tone: 'dim' }];
  return { rows: [row], cursor: { x, y: 0 } };
}
