import type { Forecast, PairForecast } from '../../../schema/collision.ts';
import { mergeRows } from '../../selectors/review/collisions.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Tone } from '../../theme/tones.ts';
import { plural, since } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, rowWidth, type Span, select, wrap } from '../span.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import type { CollisionsView } from './view.ts';

/** Milliseconds after which one wonders whether something happens. */
const SLOW_MS = 300;

const VERDICTS: Record<PairForecast['verdict'] | 'none', { glyph: string; word: string; tone: Tone }> = {
  conflict: { glyph: '✖', word: 'conflict', tone: 'bad' },
  clean: { glyph: '✓', word: 'clean', tone: 'good' },
  identical: { glyph: '=', word: 'identical', tone: 'calm' },
  none: { glyph: '·', word: 'no shared file', tone: 'dim' },
};

type Part = Pick<CollisionsView, 'rows' | 'moving' | 'hits'>;

/** A heading, the order with what is left over, and the matrix of pairs beside or below it. */
export function forecastRows(state: Cockpit, width: number, height: number, now: number): Part {
  const { value, since: asked, error, at } = state.data.collisions.forecast;
  const moving: Moving[] = [];
  const title: Span[] = [{ text: '─ Forecast ', tone: 'strong' }];
  if (value) title.push({ text: `of merging into ${clean(value.target)} `, tone: 'dim' });
  if (asked !== null) {
    if (now - asked >= SLOW_MS || !value) {
      moving.push({
        id: 'forecast',
        x: rowWidth(title),
        y: 0,
        kind: 'spinner',
        from: asked,
        tone: 'busy',
        selected: false,
      });
    }
    title.push({ text: '⠋ merging…', tone: 'busy' });
  } else if (at !== null) {
    const x = rowWidth(title);
    moving.push({ id: 'forecast age', x, y: 0, kind: 'since', from: at, tone: 'dim', selected: false });
    title.push({ text: `${since(now - at).padStart(SINCE_WIDTH)} ago`, tone: 'dim' });
  }
  const head = [fitRow(title, width)];
  if (error) head.push(...wrap(`✖ ${clean(error)}`, width - 4).map((text) => line(`  ${text}`, 'bad')));
  const rows = mergeRows(state);
  if (!value || rows.length === 0) {
    const words = value
      ? 'No agent has anything to merge.'
      : error
        ? ''
        : 'Each pair of agents that share files is merged, where nobody sees it…';
    return { rows: [...head, ...wrap(words, width - 4).map((text) => line(`  ${text}`, 'dim'))], moving, hits: [null] };
  }
  const matrix = matrixRows(
    value,
    rows.map(({ agent }) => agent),
    state,
    width,
  );
  const room = Math.max(1, height - head.length);
  const share = Math.max(1, Math.min(rows.length, Math.max(Math.ceil(room / 2), room - matrix.length - 1)));
  const chosen = Math.min(state.ui.collisions.agent, rows.length - 1);
  const top = windowTop(rows.length, share, chosen);
  const order = rows.slice(top, top + share).map((row, y) => orderRow(row, state, top + y === chosen, width));
  const seen = room - order.length - 1;
  // The chosen agent's own row of the matrix stays in sight, below the names.
  const from = seen > 0 ? windowTop(matrix.length - 1, seen - 1, chosen) : 0;
  const drawn = seen > 1 ? [[], matrix[0]!, ...matrix.slice(1 + from, from + seen)] : [];
  const hits: CollisionsView['hits'] = [
    ...head.map(() => null),
    ...order.map((_, y) => ({ part: 'forecast' as const, index: top + y })),
  ];
  return { rows: [...head, ...order, ...drawn], moving, hits };
}

/** `1. auth-fix`, `✖ migrate  conflicts in src/db.ts`. */
function orderRow(
  { agent, place, files }: ReturnType<typeof mergeRows>[number],
  state: Cockpit,
  isChosen: boolean,
  width: number,
): Row {
  const mark: Span = { text: isChosen ? '▸' : ' ', tone: 'focus' };
  const left = files.length > 0 ? `  left over: conflicts in ${files.map(clean).join(', ')}` : '  left over';
  const row = fitRow(
    place === null
      ? [mark, { text: ' ✖ ', tone: 'bad' }, { text: clean(agent), tone: 'strong' }, { text: left, tone: 'bad' }]
      : [
          mark,
          { text: `${String(place).padStart(2)}. `, tone: 'good' },
          { text: clean(agent), tone: 'strong' },
          { text: place === 1 ? '  merges cleanly, first' : '  merges cleanly', tone: 'dim' },
        ],
    width,
  );
  return isChosen && state.ui.collisions.part === 'forecast' ? select(row) : row;
}

const NAME = 16;
const CELL = 12;

/** Names across and down, a verdict where they meet; wider ones are moved with the arrow keys. */
function matrixRows({ pairs }: Forecast, agents: readonly string[], state: Cockpit, width: number): Row[] {
  const known = new Map(
    pairs.flatMap((pair) => [[`${pair.a}\n${pair.b}`, pair] as const, [`${pair.b}\n${pair.a}`, pair] as const]),
  );
  const fits = Math.max(1, Math.floor((width - NAME - 2) / CELL));
  const first = Math.max(0, Math.min(state.ui.collisions.shift, agents.length - fits));
  const across = agents.slice(first, first + fits);
  const more = agents.length > fits ? ` ${first + 1}–${first + across.length} of ${agents.length}` : '';
  const names: Row = [
    { text: fit(more, NAME + 1), tone: 'dim' },
    ...across.map((name): Span => ({ text: ` ${fit(clean(name), CELL - 1)}`, tone: 'dim' })),
  ];
  const conflicts = pairs.filter(({ verdict }) => verdict === 'conflict').length;
  const chosen = agents[state.ui.collisions.agent];
  const rows = agents.map((down): Row => {
    const cells = across.map((name): Span => {
      if (name === down) return { text: fit(' ─', CELL), tone: 'border' };
      const pair = known.get(`${down}\n${name}`);
      const { glyph, word, tone } = VERDICTS[pair?.verdict ?? 'none'];
      const text = pair ? `${glyph} ${word}` : glyph;
      return { text: ` ${fit(cut(text, CELL - 1), CELL - 1)}`, tone };
    });
    return fitRow([{ text: ` ${fit(clean(down), NAME)}`, tone: down === chosen ? 'strong' : 'dim' }, ...cells], width);
  });
  const sum = `${plural(pairs.length, 'pair')} ${pairs.length === 1 ? 'shares' : 'share'} files, ${conflicts} in conflict`;
  return [
    fitRow(names, width),
    ...rows,
    fitRow([{ text: ` ${sum}; ${VERDICTS.none.glyph} ${VERDICTS.none.word}`, tone: 'dim' }], width),
  ];
}
