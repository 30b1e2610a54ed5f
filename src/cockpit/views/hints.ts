import type { Command, CommandContext } from '../../core/commands/context.ts';
import type { Keymap } from '../../core/commands/keymap.ts';
import { commands, reasonAgainst } from '../../core/commands/table.ts';
import { isStructured } from '../../core/structured.ts';
import type { Agent } from '../../schema/agent.ts';
import { keyScope } from '../selectors/scope.ts';
import type { Dialog, Field } from '../store/dialogs.ts';
import type { Cockpit, Message } from '../store/model.ts';
import { fieldLine } from './dialogs/text.ts';
import { dialogView } from './dialogs/view.ts';
import { isText, keyLabel } from './keys.ts';
import { clean, cut, fitRow, type Row, rowWidth, type Span, widthOf } from './span.ts';

const LEVELS: Record<Message['level'], { mark: string; tone: 'good' | 'wait' | 'bad' }> = {
  info: { mark: '✓', tone: 'good' },
  warning: { mark: '! warning:', tone: 'wait' },
  error: { mark: '✖ error:', tone: 'bad' },
};

export interface HintsView {
  row: Row;
  /** Column of the text cursor while a filter is written, else null. */
  cursor: number | null;
  /** Clickable hints. */
  zones: { x: number; width: number; press: string }[];
}

/** The bottom line: a message, an open dialog's keys, the filter being written, who gets the keys, or what can be done now. */
export function hintsView(state: Cockpit, context: CommandContext, keymap: Keymap, width: number): HintsView {
  const { toast, filtering, filter, typing } = state.ui;
  // Who gets the keys is always to be seen: while somebody types, messages stand at the top (views/toast).
  if (toast && !typing && fitsLine(toast, width))
    return { row: fitRow(messageRow(toast), width), cursor: null, zones: [] };
  const dialog = state.ui.dialogs.at(-1);
  if (dialog) return keyHints(dialogKeys(dialog, state, keymap), width);
  if (filtering) return filterHints(filter, width);
  const query = state.ui.reading?.query;
  if (query && context.reading) return queryHints(query.field, width);
  const { review, talk } = state.ui;
  if (talk.finding && keyScope(state) === 'talk') return queryHints(talk.finding, width);
  if (review.writing && keyScope(state) === 'review') return queryHints(review.find, width);
  const { traces } = state.ui;
  if (traces.writing && keyScope(state) === 'traces') return queryHints(traces.filter, width);
  if (typing && context.agent) return { row: typingRow(context.agent, keymap, width), cursor: null, zones: [] };
  return commandHints(state, context, keymap, width);
}

export function messageRow({ level, text }: Message): Row {
  const { mark, tone } = LEVELS[level];
  return [{ text: ` ${mark} `, tone }, { text: clean(text) }];
}
/** Whether the bottom line is enough for it; else it gets a box (views/toast). */
export const fitsLine = (message: Message, width: number): boolean => rowWidth(messageRow(message)) <= width;

const FILTER = ' filter: ';

function filterHints(filter: string, width: number): HintsView {
  const row: Row = [
    { text: FILTER, tone: 'key' },
    { text: clean(filter), tone: 'strong' },
    { text: '   ⏎ keep  Esc clear', tone: 'dim' },
  ];
  return { row: fitRow(row, width), cursor: Math.min(width - 1, FILTER.length + widthOf(clean(filter))), zones: [] };
}

/** The pattern that is written while one reads back. */
function queryHints(field: Field, width: number): HintsView {
  const how = '   ⏎ keep  Esc back';
  const { text, x } = fieldLine(field, Math.max(1, width - 4 - widthOf(how)));
  const row: Row = [
    { text: ' / ', tone: 'key' },
    { text, tone: 'strong' },
    { text: how, tone: 'dim' },
  ];
  return { row: fitRow(row, width), cursor: Math.min(width - 1, 3 + x), zones: [] };
}

function typingRow(agent: Agent, keymap: Keymap, width: number): Row {
  const leave = keyLabel(keymap.keysOf('leave')[0] ?? 'C-]');
  const who: Span = { text: ` TYPING to ${clean(agent.name)}`, tone: 'typing' };
  const how: Row = [
    { text: leave, tone: 'key' },
    { text: ' stops', tone: 'dim' },
  ];
  const all: Row = [
    who,
    { text: isStructured(agent) ? '  ⏎ sends it  ' : '  every key goes to it  ', tone: 'dim' },
    ...how,
  ];
  if (rowWidth(all) <= width) return fitRow(all, width);
  // How to get out is never what is cut.
  const room = Math.max(0, width - rowWidth(how) - 2);
  return fitRow([{ ...who, text: cut(who.text, room) }, { text: '  ' }, ...how], width);
}

/** What a key does here, where that is not the same everywhere. */
function labelOf({ id, hint }: Command, { agent }: CommandContext, writing: boolean): string {
  if (id === 'search-jump' && writing) return 'results';
  if (id === 'type' && agent?.run) return 'open';
  return id === 'restart' && agent?.run ? 'resume' : hint!.label;
}

function commandHints(state: Cockpit, context: CommandContext, keymap: Keymap, width: number): HintsView {
  const scope = keyScope(state);
  const { writing } = state.ui.search;
  const whens = scope === 'question' ? ['question', 'inbox'] : [scope ?? 'moving'];
  // Of several keys the shorter one; while a pattern is written only the one that is no text.
  const keyOf = (id: string) => {
    const keys = keymap.keysOf(id);
    return scope === 'search' && !writing ? (keys.find((key) => !key.startsWith('M-')) ?? keys[0]) : keys[0];
  };
  const useful = (id: string, key = keyOf(id)) => key !== undefined && (scope !== 'search' || !writing || !isText(key));
  const offered = commands
    .filter((one) => one.hint && whens.includes(one.when) && useful(one.id) && !reasonAgainst(one, context))
    .map((one) => ({
      key: keyOf(one.id)!,
      label: labelOf(one, context, writing),
      rank: one.hint!.rank,
    }));
  return keyHints(offered, width);
}

/** The keys of the dialog that has them all; those of the pane behind it do nothing. */
const dialogKeys = (dialog: Dialog, state: Cockpit, keymap: Keymap): Hint[] =>
  dialogView(dialog, state, keymap, Date.now()).buttons.map(({ key, label }, rank) => ({
    key,
    label: label.replace(/^[A-Z]/, (first) => first.toLowerCase()),
    rank,
  }));

interface Hint {
  key: string;
  label: string;
  /** Where room is short, the lower ones stay. */
  rank: number;
}

function keyHints(offered: readonly Hint[], width: number): HintsView {
  const cells = (one: Hint) => widthOf(keyLabel(one.key)) + widthOf(one.label) + 3;
  const kept = new Set<Hint>();
  let left = width - 1;
  for (const one of [...offered].sort((a, b) => a.rank - b.rank)) {
    if (cells(one) > left) continue;
    kept.add(one);
    left -= cells(one);
  }
  const spans: Span[] = [{ text: ' ' }];
  const zones: HintsView['zones'] = [];
  for (const one of offered.filter((each) => kept.has(each))) {
    zones.push({ x: rowWidth(spans), width: cells(one) - 2, press: one.key });
    spans.push({ text: keyLabel(one.key), tone: 'key' }, { text: ` ${one.label}  `, tone: 'dim' });
  }
  return { row: fitRow(spans, width), cursor: null, zones };
}
