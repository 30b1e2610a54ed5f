import { type FormField, formFields } from '../../selectors/workflows/form.ts';
import type { Cockpit } from '../../store/model.ts';
import type { SourceDialog, StartDialog } from '../../store/workflows.ts';
import { reveal } from '../review/code.ts';
import { clean, cut, fit, line, type Row, wrap } from '../span.ts';
import { codeRows } from '../talk/markdown/code.ts';
import { fromWords, problemWords } from '../workflows/words.ts';
import { box, type DialogView } from './box.ts';
import { STARTING } from './new.ts';
import { fieldLines } from './text.ts';

const WIDTH = 76;
const TEXT_ROWS = 4;

/** The form of a workflow: its arguments, then what every run can be given. */
export function startView(dialog: StartDialog, state: Cockpit): DialogView {
  const { size } = state.ui;
  const inner = Math.min(WIDTH, size.cols - 4);
  const all = formFields(dialog, state);
  const labels = Math.min(18, Math.max(...all.map(({ label }) => label.length)));
  const width = Math.max(8, inner - labels - 3);
  const rows: Row[] = [];
  let cursor: { x: number; y: number; in: 'body' } | null = null;
  let focused = 0;
  for (const one of all) {
    const isHere = one.name === dialog.at;
    if (one.name === '/name' && rows.length > 0) rows.push([]);
    const part = contentOf(one, dialog, isHere, width);
    if (isHere && part.cursor) cursor = { x: labels + 3 + part.cursor.x, y: rows.length + part.cursor.y, in: 'body' };
    if (isHere) focused = rows.length + part.rows.length;
    part.rows.forEach((row, index) => {
      rows.push([
        { text: isHere && index === 0 ? '▸ ' : '  ', tone: 'focus' },
        { text: fit(index === 0 ? clean(one.label) : '', labels), tone: isHere ? 'focus' : 'dim' },
        { text: index === 0 && one.required ? '*' : ' ', tone: 'wait' },
        ...row,
      ]);
    });
  }
  const description = clean(dialog.workflow.description);
  const head = description
    ? [
        ...wrap(description, inner)
          .slice(0, 3)
          .map((text) => line(text, 'dim')),
        [],
      ]
    : [];
  const page = Math.max(3, size.rows - 10 - head.length);
  return box({
    size,
    title: `Start ${clean(dialog.workflow.name)}`,
    width: inner,
    head,
    body: rows,
    top: Math.max(0, focused - page),
    foot: footRows(dialog, inner, STARTING),
    cursor: dialog.busy ? null : cursor,
    buttons: [
      { label: 'Start', key: 'Enter' },
      { label: 'Next', key: 'Tab' },
      { label: dialog.busy ? 'Close' : 'Cancel', key: 'Escape' },
    ],
  });
}

function footRows({ error, busy }: { error: string | null; busy: boolean }, width: number, doing: string): Row[] {
  if (error) return [[], ...wrap(`✖ ${clean(error)}`, width).map((text) => line(text, 'bad'))];
  return busy ? [[], ...wrap(doing, width).map((text) => line(text, 'busy'))] : [];
}

function contentOf(one: FormField, dialog: StartDialog, isHere: boolean, width: number) {
  const value = dialog.fields[one.name]!;
  const hint = line(cut(clean(one.hint), width), 'dim');
  if (one.choices) {
    const chosen: Row = [
      { text: '‹ ', tone: 'key' },
      {
        text:
          value.text === ''
            ? one.name === '/runs'
              ? 'as configured'
              : 'not set'
            : clean(value.text.replace(/^(profile|runtime):/, '')),
        tone: value.text === '' ? 'dim' : 'strong',
      },
      { text: ' ›', tone: 'key' },
    ];
    return { rows: isHere ? [chosen, hint] : [chosen], cursor: undefined };
  }
  if (value.text === '') return { rows: [hint], cursor: { x: 0, y: 0 } };
  const { rows, x, y } = fieldLines(value, width);
  const first = Math.max(0, Math.min(y - TEXT_ROWS + 1, rows.length - TEXT_ROWS));
  const shown = rows.slice(first, first + TEXT_ROWS);
  return { rows: isHere ? [...shown, hint] : shown, cursor: { x, y: y - first } };
}

/** The source of a workflow with its line numbers; what is wrong with it, or the question whether it may run, stays above it. */
export function sourceView(dialog: SourceDialog, state: Cockpit): DialogView {
  const { ui } = state;
  const { workflow, source, error, busy } = dialog;
  const width = sourceWidth(state);
  const asks = !workflow.trusted && !workflow.problem;
  const said: Row[] = workflow.problem
    ? wrap(`✖ ${clean(problemWords(workflow))}`, width).map((text) => line(text, 'bad'))
    : asks
      ? wrap(
          `${clean(workflow.name)} is the repository's. It can have agents do anything on this machine that you can. Trust it if you have read it; when it changes you are asked again.`,
          width,
        ).map((text) => line(text, 'wait'))
      : [];
  const where = line(cut(`${fromWords(workflow)}${workflow.file ? `: ${clean(workflow.file)}` : ''}`, width), 'dim');
  return box({
    size: ui.size,
    title: asks ? `Trust ${clean(workflow.name)}?` : clean(workflow.name),
    width,
    head: [...said, where, []],
    body: source === null ? [line(error ? '' : 'Reading it…', 'dim')] : numbered(source, dialog, width).rows,
    top: dialog.top,
    foot: footRows({ error, busy }, width, 'Noting it…'),
    buttons: asks
      ? [
          { label: 'Trust it', key: 'y' },
          { label: 'Cancel', key: 'Escape' },
        ]
      : [{ label: 'Close', key: 'Escape' }],
  });
}

let last: { key: string; rows: Row[]; wrong: number } | undefined;

/** Lines with their numbers, folded: nothing of what is to be trusted is out of sight or hidden in signs that are not drawn. `wrong`: row of the line that is. */
function numbered(source: string, { workflow }: SourceDialog, width: number): { rows: Row[]; wrong: number } {
  const line = workflow.problem?.line ?? null;
  const key = JSON.stringify([workflow.name, workflow.hash, width, line, source]);
  if (last?.key === key) return last;
  const lines = source.split('\n');
  const digits = String(lines.length).length;
  const language = workflow.form === 'script' ? 'js' : (workflow.file?.split('.').at(-1) ?? 'json');
  const room = Math.max(1, width - digits - 2);
  const rows: Row[] = [];
  let wrong = 0;
  for (const [index, text] of lines.entries()) {
    const isWrong = index + 1 === line;
    if (isWrong) wrong = rows.length;
    const number = `${isWrong ? '▸' : ' '}${String(index + 1).padStart(digits)} `;
    const folded = codeRows([reveal(text.replaceAll('\t', '    '))], language, room);
    for (const [at, row] of (folded.length > 0 ? folded : [[]]).entries())
      rows.push([{ text: at === 0 ? number : ' '.repeat(number.length), tone: isWrong ? 'bad' : 'dim' }, ...row]);
  }
  last = { key, rows, wrong };
  return last;
}

const sourceWidth = ({ ui }: Cockpit) => Math.max(20, Math.min(110, ui.size.cols - 6));

/** The row of the source in which the line stands that is wrong; 0: none is. */
export const problemRow = (dialog: SourceDialog, state: Cockpit): number =>
  dialog.source === null ? 0 : numbered(dialog.source, dialog, sourceWidth(state)).wrong;
