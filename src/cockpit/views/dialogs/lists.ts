import type { CommandContext } from '../../../core/commands/context.ts';
import type { Keymap } from '../../../core/commands/keymap.ts';
import { commandRows, reasonAgainst } from '../../../core/commands/table.ts';
import { paletteItems } from '../../control/dialogs/lists.ts';
import { keyScope } from '../../selectors/scope.ts';
import type { Dialog, RestoreDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { keyLabel } from '../keys.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, type Span, select, widthOf, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { fieldLine } from './text.ts';

const WIDTH = 72;
const HEIGHT = 14;
const KEYS = 12;
/** The palette's rows are its buttons: only the bottom line tells these. */
const PALETTE_KEYS = [
  { label: 'Do it', key: 'Enter' },
  { label: 'Cancel', key: 'Escape' },
];

const room = (state: Cockpit) => Math.min(WIDTH, state.ui.size.cols - 4);
/** Rows of a list that fit between the box's other parts. */
const listPage = (state: Cockpit, taken: number, most = HEIGHT) =>
  Math.max(1, Math.min(most, state.ui.size.rows - 4 - taken));

export function paletteView(
  dialog: Extract<Dialog, { kind: 'palette' }>,
  state: Cockpit,
  keymap: Keymap,
  context: CommandContext,
): DialogView {
  const width = room(state);
  const query = fieldLine(dialog.query, width - 2);
  const body = paletteItems(dialog.query.text).map(({ item, at }, index): Row => {
    const reason = reasonAgainst(item, context);
    const keys = keymap.keysOf(item.id).map(keyLabel).join(' ');
    const title = reason ? [{ text: item.title, tone: 'dim' as const }] : highlighted(item.title, at);
    const why: Span[] = reason ? [{ text: ` — ${reason}`, tone: 'dim' }] : [];
    const row = [
      ...fitRow([{ text: ' ' }, ...title, ...why], width - KEYS),
      { text: fit(keys, KEYS, 'right'), tone: 'key' as const },
    ];
    return index === dialog.index ? select(row) : row;
  });
  const chosen = paletteItems(dialog.query.text)[dialog.index]?.item;
  const against = chosen && reasonAgainst(chosen, context);
  const foot = against ? wrap(`Not now: ${against}.`, width).map((text) => line(text, 'wait')) : [];
  const page = listPage(state, 2 + foot.length);
  const view = box({
    size: state.ui.size,
    title: 'Commands',
    width,
    height: page,
    head: [[{ text: '› ', tone: 'key' }, { text: query.text }], []],
    body: body.length ? body : [line('No command is called that.', 'dim')],
    top: windowTop(body.length, page, dialog.index),
    foot,
    cursor: { x: 2 + query.x, y: 0, in: 'head' },
    items: body.length > 0,
  });
  return { ...view, buttons: PALETTE_KEYS };
}

/** The letters that matched stand out. */
function highlighted(text: string, at: number[]): Span[] {
  const hits = new Set(at);
  return [...text].map((letter, index) => ({
    text: letter,
    tone: hits.has(index) ? ('match' as const) : ('plain' as const),
  }));
}

export function restoreView(dialog: RestoreDialog, state: Cockpit): DialogView {
  const width = room(state);
  const rows = (dialog.items ?? []).map((item, index): Row => {
    const row = fitRow([{ text: ` ${clean(item.label)}  ` }, { text: clean(item.detail), tone: 'dim' }], width);
    return index === dialog.index ? select(row) : row;
  });
  const none = dialog.items
    ? 'Nothing is archived or removed: archive (A) and remove (D) put agents here.'
    : 'Looking…';
  const body = rows.length ? rows : dialog.error ? [] : wrap(none, width).map((text) => line(text, 'dim'));
  const foot: Row[] = dialog.error
    ? [[], ...wrap(`✖ ${dialog.error}`, width).map((text) => line(text, 'bad'))]
    : dialog.busy
      ? [[], line('Restoring…', 'busy')]
      : [];
  const page = listPage(state, foot.length + 2, Math.max(1, body.length));
  return box({
    size: state.ui.size,
    title: 'Restore',
    width,
    height: page,
    body,
    top: windowTop(body.length, page, dialog.index),
    foot,
    items: rows.length > 0,
    buttons: [
      { label: 'Restore', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

export function helpView(dialog: Extract<Dialog, { kind: 'help' }>, state: Cockpit, keymap: Keymap): DialogView {
  const width = room(state);
  const body: Row[] = [];
  const scope = keyScope(state);
  const groups = [...Map.groupBy(commandRows(keymap), (one) => one.group)];
  // What the keys mean where one is comes first.
  const isHere = ([, rows]: (typeof groups)[number]) => rows.some(({ when }) => when === scope);
  for (const [group, rows] of [...groups.filter(isHere), ...groups.filter((one) => !isHere(one))]) {
    body.push(...(body.length ? [[]] : []), line(group, 'strong'));
    for (const { keys, title } of rows) {
      const label = keys.map(keyLabel).join(' ');
      const shown = widthOf(label) > KEYS ? cut(label, KEYS) : label.padStart(KEYS - widthOf(label) + label.length);
      body.push([{ text: shown, tone: 'key' }, { text: `  ${title}` }]);
    }
  }
  body.push([], ...wrap(mouseHelp, width).map((text) => line(text, 'dim')));
  return box({
    size: state.ui.size,
    title: 'Help',
    width,
    body,
    top: dialog.top,
    buttons: [{ label: 'Close', key: 'Escape' }],
  });
}

const mouseHelp =
  'Mouse: click selects, a click into the screen or a double click types to the agent, the wheel scrolls, and the border ' +
  'between the panes can be dragged. Shift with the mouse selects text in most terminals. Keys and theme can be changed in ' +
  'config.json (boocode config path).';
