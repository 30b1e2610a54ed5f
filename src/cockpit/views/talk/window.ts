import type { TalkPlace } from '../../store/talk.ts';
import { type Entry, heightOf } from './entries.ts';

/** A row of an entry, by its index; row 0 is the blank one before it, where it has one. */
export interface Spot {
  index: number;
  row: number;
}

export interface Sight {
  spots: readonly Spot[];
  /** The end is among them. */
  atEnd: boolean;
}

export interface Area {
  width: number;
  height: number;
}

/** Where a place is now; undefined when its entry is gone. */
export function spotOf(entries: readonly Entry[], place: TalkPlace, width: number): Spot | undefined {
  const index = entries.findLastIndex(({ item }) => item.key === place.key);
  if (index < 0) return undefined;
  return { index, row: Math.min(place.row, heightOf(entries[index]!, width) - 1) };
}

export const placeOf = (entries: readonly Entry[], { index, row }: Spot): TalkPlace | null => {
  const entry = entries[index];
  return entry ? { key: entry.item.key, row } : null;
};

/** The rows in sight. Lays out no more than those. */
export function sightOf(entries: readonly Entry[], top: TalkPlace | null, area: Area): Sight {
  const first = top && spotOf(entries, top, area.width);
  if (!first) return { spots: lastSpots(entries, area), atEnd: true };
  const spots: Spot[] = [];
  for (let { index, row } = first; index < entries.length; index++, row = 0) {
    const height = heightOf(entries[index]!, area.width);
    for (; row < height; row++) {
      if (spots.length === area.height) return { spots, atEnd: false };
      spots.push({ index, row });
    }
  }
  // More fits than stands below: the end fills the screen.
  return spots.length < area.height ? { spots: lastSpots(entries, area), atEnd: true } : { spots, atEnd: true };
}

function lastSpots(entries: readonly Entry[], { width, height }: Area): Spot[] {
  const spots: Spot[] = [];
  for (let index = entries.length - 1; index >= 0 && spots.length < height; index--) {
    for (let row = heightOf(entries[index]!, width) - 1; row >= 0 && spots.length < height; row--) {
      spots.push({ index, row });
    }
  }
  return spots.reverse();
}

/** The place so many rows from one; null: it would be the end. */
export function moved(entries: readonly Entry[], from: Spot, by: number, area: Area): TalkPlace | null {
  let { index, row } = from;
  let left = by;
  while (left < 0 && (index > 0 || row > 0)) {
    const step = Math.min(row, -left);
    row -= step;
    left += step;
    if (left < 0 && index > 0) {
      index--;
      row = heightOf(entries[index]!, area.width) - 1;
      left++;
    }
  }
  while (left > 0 && index < entries.length) {
    const rest = heightOf(entries[index]!, area.width) - 1 - row;
    const step = Math.min(rest, left);
    row += step;
    left -= step;
    if (left > 0) {
      if (index === entries.length - 1) return null;
      index++;
      row = 0;
      left--;
    }
  }
  const place = placeOf(entries, { index, row });
  return place && sightOf(entries, place, area).atEnd ? null : place;
}
