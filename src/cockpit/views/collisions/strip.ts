import type { Rect } from '../../../core/layout/rect.ts';
import { collisionList } from '../../selectors/review/collisions.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { line, type Row, wrap } from '../span.ts';
import { type Moving, SINCE_WIDTH, type View } from '../view.ts';
import { collisionRow } from './view.ts';

/** The worst collisions, in the strip below the other panes. */
export function collisionsStrip(state: Cockpit, { width, height }: Pick<Rect, 'width' | 'height'>, now: number): View {
  const list = collisionList(state);
  const inner = Math.max(1, width - 2);
  const room = Math.max(0, height - 2);
  const shown = list.slice(0, room);
  const none = wrap('Nobody is in the way of another.', Math.max(1, inner - 4)).map((text) => line(`  ${text}`, 'dim'));
  const rows: Row[] = shown.map((one) => [{ text: ' ' }, ...collisionRow(one, inner - 1, now)]);
  return {
    rows: frame({
      width,
      height,
      title: line(list.length ? `Collisions ${list.length}` : 'Collisions', 'strong'),
      foot: list.length > room ? line(`${list.length} in all`, 'dim') : [],
      tone: 'border',
      rows: list.length ? rows : none,
    }),
    moving: shown.map(
      (one, y): Moving => ({
        ...{ id: `${one.file} ${one.ids.join(' ')}`, x: width - 1 - SINCE_WIDTH, y: y + 1, kind: 'since' },
        ...{ from: one.since, tone: 'dim', selected: false },
      }),
    ),
  };
}
