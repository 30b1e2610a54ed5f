import { inside, type Rect } from '../../../core/layout/rect.ts';
import type { Cockpit } from '../../store/model.ts';
import { layoutOf } from '../screen.ts';
import { fileItems } from './files.ts';

/** From this many cells on list and diff stand beside each other. */
const BESIDE_FROM = 116;
/** From this many rows on they stand above each other; below, one at a time. */
const STACKED_FROM = 20;
const LIST = { least: 30, most: 60, share: 0.3, rows: 0.3, fewest: 4 } as const;
/** What each side of a diff needs at least to be read. */
const SIDE_LEAST = 50;
export const TWO_SIDES_FROM = 2 * SIDE_LEAST;

export interface ReviewPlaces {
  form: 'beside' | 'stacked' | 'one';
  /** Within the frame, counted from its content's top left; null: not seen now. */
  list: Rect | null;
  /** Its first row is the file's title. */
  diff: Rect | null;
  /** Two sides are wanted, and fit. */
  sides: boolean;
}

/** Where the parts of the review view stand in a frame of this size. */
export function placesIn(
  { width, height }: Pick<Rect, 'width' | 'height'>,
  { part, sides }: Pick<Cockpit['ui']['review'], 'part' | 'sides'>,
  items: number,
): ReviewPlaces {
  const fits = (cells: number) => sides && cells >= TWO_SIDES_FROM;
  const own = Math.min(LIST.most, Math.max(LIST.least, Math.round(width * LIST.share)));
  // Two sides may need the width that the list would take.
  const above = fits(width) && !fits(width - own - 1) && height >= STACKED_FROM;
  if (width >= BESIDE_FROM && !above) {
    const diff = { x: own + 1, y: 0, width: width - own - 1, height };
    return { form: 'beside', list: { x: 0, y: 0, width: own, height }, diff, sides: fits(diff.width) };
  }
  if (height >= STACKED_FROM) {
    const rows = Math.max(LIST.fewest, Math.min(items + 1, Math.round(height * LIST.rows)));
    const diff = { x: 0, y: rows, width, height: height - rows };
    return { form: 'stacked', list: { x: 0, y: 0, width, height: rows }, diff, sides: fits(width) };
  }
  const whole = { x: 0, y: 0, width, height };
  return {
    form: 'one',
    list: part === 'files' ? whole : null,
    diff: part === 'diff' ? whole : null,
    sides: fits(width),
  };
}

/** Where they stand now. */
export function reviewPlaces(state: Cockpit): ReviewPlaces {
  const rect = layoutOf(state).panes.find(({ id }) => id === 'output')?.rect;
  return placesIn(inside(rect ?? { x: 0, y: 0, width: 80, height: 22 }), state.ui.review, fileItems(state).length);
}

/** The size of the whole view's content. */
export function reviewArea(state: Cockpit): Pick<Rect, 'width' | 'height'> {
  const rect = layoutOf(state).panes.find(({ id }) => id === 'output')?.rect;
  return inside(rect ?? { x: 0, y: 0, width: 80, height: 22 });
}
