import type { Rect } from '../../../core/layout/rect.ts';
import type { SearchResult } from '../../../schema/search.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { layoutOf } from '../../selectors/screen.ts';
import type { Cockpit } from '../../store/model.ts';
import type { SearchUi } from '../../store/search.ts';
import { fieldLine } from '../dialogs/text.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { plural } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { clean, fitRow, line, type Row, widthOf, wrap } from '../span.ts';
import type { Moving } from '../view.ts';
import { countWords, resultsView, sourceWords } from './results.ts';
import { patternWords, scopeWords } from './words.ts';

export interface SearchView {
  rows: Row[];
  moving: Moving[];
  /** Of the text cursor while a pattern is written, from the view's top left. */
  cursor: { x: number; y: number } | null;
  /** Of each row of the view the match that stands in it, or null: what a click chooses. */
  matches: (number | null)[];
}

/** Agents named in a sentence of what could not be looked at; the rest is counted. */
const MOST_LOST = 3;

/** The search view in its frame: the field, how it is meant, what was found. */
export function searchView(state: Cockpit, { width, height }: Pick<Rect, 'width' | 'height'>, now: number): SearchView {
  const { search, focus } = state.ui;
  const inner = Math.max(1, width - 2);
  const { x } = fieldOf(search, inner);
  const head = headRows(state, inner);
  const room = Math.max(0, height - 2 - head.length);
  const { result } = search;
  const found = result && result.matches.length > 0 ? resultsView(state, result, inner, room, now) : null;
  const tabs = layoutOf(state).tabs.length > 0;
  const title: Row = tabs ? tabSpans(state) : line('Search', 'strong');
  const rows = frame({
    width,
    height,
    title,
    right: rightWords(state),
    foot: result && result.sources.length > 0 ? line(`in ${sourceWords(result)}`, 'dim') : [],
    tone: borderTone(focus === 'output', false),
    rows: [...head, ...(found?.rows ?? adviceRows(state, inner))],
  });
  const above = 1 + head.length;
  return {
    rows,
    moving: (found?.moving ?? []).map((one) => ({ ...one, x: one.x + 1, y: one.y + above })),
    cursor: search.writing && focus === 'output' ? { x: 1 + 3 + x, y: 1 } : null,
    matches: [...new Array<null>(above).fill(null), ...(found?.matches ?? [])],
  };
}

const fieldOf = ({ field }: SearchUi, inner: number) => fieldLine(field, Math.max(1, inner - 4));

function headRows(state: Cockpit, inner: number): Row[] {
  const { search } = state.ui;
  const field: Row = [
    { text: ' / ', tone: 'key' },
    { text: fieldOf(search, inner).text, tone: 'strong', selected: search.writing && search.selected },
  ];
  const caret = search.error ? placeRow(search, inner) : [];
  return [field, ...caret, meantRow(state, inner), ...noteRows(state, inner)];
}

/** Rows that the results have. */
export const resultsHeight = (state: Cockpit, { width, height }: Pick<Rect, 'width' | 'height'>): number =>
  Math.max(0, height - 2 - headRows(state, Math.max(1, width - 2)).length);

function rightWords({ ui: { search } }: Cockpit): Row {
  const soFar = search.slow && search.result && search.result.total > 0 && search.field.text === search.of?.text;
  if (soFar)
    return [...line(`${countWords(search.result!, search.index)} so far `, 'match'), ...line('searching…', 'busy')];
  if (search.slow) return line('searching…', 'busy');
  if (search.error || !search.result || search.field.text === '') return [];
  return line(countWords(search.result, search.index), search.result.total > 0 ? 'match' : 'dim');
}

function meantRow(state: Cockpit, width: number): Row {
  const { search } = state.ui;
  const ended = search.ended ? ', ended ones too' : '';
  const parts = [
    `${scopeWords(search.scope, state)}${ended}`,
    patternWords(search),
    `${plural(search.context, 'line')} around`,
  ];
  return fitRow([{ text: `   ${parts.join(' · ')}`, tone: 'dim' }], width);
}

/** Why the pattern is none, where it goes wrong; what could not be looked at. */
function noteRows({ ui: { search } }: Cockpit, width: number): Row[] {
  if (search.error) {
    return wrap(`✖ ${clean(search.error)}`, width - 3).map((text) => line(`   ${text}`, 'bad'));
  }
  const rows = lostWords(search.result?.lost ?? []);
  return rows.flatMap((text) => wrap(text, width - 3)).map((text) => line(`   ${text}`, 'wait'));
}

/** What could not be looked at, a sentence for each reason. */
function lostWords(lost: SearchResult['lost']): string[] {
  return [...Map.groupBy(lost, ({ reason }) => reason)].map(([reason, agents]) => {
    const names = agents.slice(0, MOST_LOST).map(({ agent }) => clean(agent));
    const more = agents.length > MOST_LOST ? ` and ${agents.length - MOST_LOST} more` : '';
    return `! ${names.join(', ')}${more}: ${clean(reason)}`;
  });
}

/** A mark below the character at which the pattern goes wrong, while it stands in sight. */
function placeRow({ field, error }: SearchUi, width: number): Row[] {
  const place = /at character (\d+)/.exec(error ?? '')?.[1];
  if (place === undefined) return [];
  const x = widthOf([...field.text].slice(0, Number(place) - 1).join(''));
  return widthOf(field.text) < width - 4 ? [line(`   ${' '.repeat(x)}^`, 'bad')] : [];
}

/** What is said where results would be. */
function adviceRows(state: Cockpit, width: number): Row[] {
  const { search } = state.ui;
  if (search.error) return [];
  const texts = search.field.text === '' ? beginWords(state) : search.result ? noneWords(state) : [];
  return [[], ...texts.flatMap((text) => wrap(text, width - 4)).map((text) => line(`   ${text}`, 'dim'))];
}

const keyOf = (state: Cockpit, id: string) => keyLabel(keymapOf(state).keysOf(id)[0] ?? ':');

function beginWords(state: Cockpit): string[] {
  return [
    'Type what you look for: every agent’s output is searched while you type, what full-screen programs showed too.',
    `Enter goes to the results, and from there to the line. ↑ and ↓ bring patterns of before. ${keyOf(state, 'search-scope')} chooses the agents.`,
  ];
}

function noneWords(state: Cockpit): string[] {
  const { search } = state.ui;
  const lost = (search.result?.lost.length ?? 0) > 0;
  const where = `${scopeWords(search.scope, state)}${lost ? ', as far as they could be looked at' : ''}`;
  const words = [`Nothing matches "${clean(search.field.text)}" in ${where}.`];
  const exact = search.case === 'exact' || (search.case === 'smart' && /\p{Lu}/u.test(search.field.text));
  if (exact) words.push(`${keyOf(state, 'search-case')}: another case`);
  if (!search.fixed && /[\\^$.*+?()[\]{}|]/.test(search.field.text)) {
    words.push(`${keyOf(state, 'search-fixed')}: the very text instead of a regular expression`);
  }
  if (search.scope.kind !== 'all') words.push(`${keyOf(state, 'search-scope')}: all agents`);
  if (!search.ended) words.push(`${keyOf(state, 'search-ended')}: archived and removed agents too`);
  return words;
}
