import type { Rect } from '../../../core/layout/rect.ts';
import type { Collision, LineRange } from '../../../schema/collision.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { collisionList } from '../../selectors/review/collisions.ts';
import { layoutOf } from '../../selectors/screen.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { since } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { cutLeft } from '../review/list.ts';
import { SEVERITIES } from '../review/marks.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, select, wrap } from '../span.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { forecastRows } from './forecast.ts';

export interface CollisionsView {
  rows: Row[];
  moving: Moving[];
  /** Of each row of the view the collision or the agent of the forecast that stands in it. */
  hits: ({ part: 'list' | 'forecast'; index: number } | null)[];
}

/** From this many rows on list and forecast stand above each other; below, one at a time. */
const BOTH_FROM = 16;

/** Who collides where, worst first; below it what merging would give. */
export function collisionsView(
  state: Cockpit,
  { width, height }: Pick<Rect, 'width' | 'height'>,
  now: number,
): CollisionsView {
  const inner = Math.max(1, width - 2);
  const space = Math.max(1, height - 2);
  const { part } = state.ui.collisions;
  const list = collisionList(state);
  const both = space >= BOTH_FROM;
  const wanted = Math.max(3, Math.min(list.length + 1, Math.floor(space / 2)));
  const most = both ? wanted : part === 'list' ? space : 0;
  const upper = most > 0 ? listRows(state, inner, most, now) : { rows: [], moving: [], hits: [] };
  // Advice is as long as it is; what stands below it begins where it ends.
  const above = both ? Math.max(wanted, upper.rows.length) : most;
  const lower = above < space ? forecastRows(state, inner, space - above, now) : { rows: [], moving: [], hits: [] };
  const blank = Math.max(0, above - upper.rows.length);
  const tabs = layoutOf(state).tabs.length > 0;
  const key = keyLabel(keymapOf(state).keysOf('collisions-tab')[0] ?? ':');
  const rows = frame({
    width,
    height,
    title: tabs ? tabSpans(state) : line(list.length ? `Collisions ${list.length}` : 'Collisions', 'strong'),
    foot: both ? [] : line(`${key}: ${part === 'list' ? 'the forecast' : 'the collisions'}`, 'dim'),
    tone: borderTone(state.ui.focus === 'output', false),
    rows: [...upper.rows, ...Array.from({ length: blank }, (): Row => []), ...lower.rows],
  });
  return {
    rows,
    moving: [
      ...upper.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
      ...lower.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 + above })),
    ],
    hits: [null, ...upper.hits, ...Array.from({ length: blank }, () => null), ...lower.hits],
  };
}

type Part = Omit<CollisionsView, 'hits'> & { hits: CollisionsView['hits'] };

const SEVERITY = 13;

function listRows(state: Cockpit, width: number, height: number, now: number): Part {
  const list = collisionList(state);
  if (list.length === 0) return { rows: adviceRows(width), moving: [], hits: [] };
  const { index, part } = state.ui.collisions;
  const chosen = Math.min(index, list.length - 1);
  const top = windowTop(list.length, height, chosen);
  const shown = list.slice(top, top + height);
  const moving = shown.map(
    (one, y): Moving => ({
      ...{
        id: `collision ${one.file} ${one.ids.join(' ')}`,
        x: width - SINCE_WIDTH,
        y,
        kind: 'since',
        from: one.since,
      },
      ...{ tone: 'dim', selected: top + y === chosen && part === 'list' },
    }),
  );
  const rows = shown.map((one, y) => {
    const isChosen = top + y === chosen;
    const row = fitRow([{ text: isChosen ? '▸' : ' ', tone: 'focus' }, ...collisionRow(one, width - 1, now)], width);
    return isChosen && part === 'list' ? select(row) : row;
  });
  return { rows, moving, hits: shown.map((_, y) => ({ part: 'list', index: top + y })) };
}

/** `‼ same line  src/auth.ts  auth-fix 12–14 ↔ api-tests 13   2m`. */
export function collisionRow(
  { file, severity, agents, ranges, since: from }: Collision,
  width: number,
  now: number,
): Row {
  const { glyph, word, tone } = SEVERITIES[severity];
  const quiet = severity === 'identical';
  const sides = agents.map((agent, side) => `${clean(agent)}${rangeWords(ranges[side]!)}`).join(' ↔ ');
  const room = Math.max(0, width - SEVERITY - SINCE_WIDTH - 2);
  const who = cut(sides, Math.max(12, Math.floor(room * 0.6)));
  const path = Math.max(6, room - who.length - 2);
  return [
    { text: fit(`${glyph} ${word}`, SEVERITY), tone },
    { text: ` ${fit(cutLeft(clean(file), path), path)}  `, tone: quiet ? 'dim' : 'strong' },
    { text: fit(who, room - path - 2), tone: quiet ? 'dim' : 'plain' },
    { text: ` ${fit(since(now - from), SINCE_WIDTH, 'right')}`, tone: 'dim' },
  ];
}

/** ` 12–14,20`: lines of the common base; none: the whole file. An insertion stands before a line. */
export function rangeWords(ranges: readonly LineRange[]): string {
  if (ranges.length === 0) return ' (whole file)';
  const shown = ranges.slice(0, 3).map(({ start, end }) => (end > start ? `${start}–${end}` : `${start}`));
  return ` ${shown.join(',')}${ranges.length > 3 ? '…' : ''}`;
}

function adviceRows(width: number): Row[] {
  const words =
    'Nobody collides. When two agents change the same lines of a file, or lines close to each other, it stands here within a second, uncommitted work included. Nothing is ever blocked by it.';
  return [[], ...wrap(words, Math.max(1, width - 4)).map((text) => line(`  ${text}`, 'dim'))];
}
