import type { TalkUi } from '../../store/talk.ts';
import { type Entry, heightOf } from '../../views/talk/entries.ts';
import { type Area, moved, placeOf, type Sight, sightOf, spotOf } from '../../views/talk/window.ts';

export interface Standing {
  ui: TalkUi;
  entries: readonly Entry[];
  area: Area;
  sight: Sight;
}

type Moved = Pick<TalkUi, 'top' | 'chosen'>;

/** Scrolls by rows; who chose an entry that goes out of sight has the next one chosen. */
export function scroll({ ui, entries, area, sight }: Standing, by: number): Moved {
  const first = sight.spots[0];
  if (!first) return { top: null, chosen: null };
  const end = sight.atEnd && by > 0;
  const top = end ? null : moved(entries, first, by, area);
  if (ui.chosen === null) return { top, chosen: null };
  const now = sightOf(entries, top, area);
  const seen = now.spots.some(({ index }) => entries[index]?.item.key === ui.chosen);
  const nearest = by > 0 ? now.spots[0] : now.spots.at(-1);
  return { top, chosen: seen || !nearest ? ui.chosen : entries[nearest.index]!.item.key };
}

/** To the entry before or after, with as much of it in sight as fits; a long one is read to its end first. */
export function step(at: Standing, by: 1 | -1): Moved {
  const { ui, entries, area, sight } = at;
  const now = entries.findIndex(({ item }) => item.key === ui.chosen);
  const isStop = (index: number) => entries[index]?.item.kind !== 'end';
  if (now < 0) {
    const stops = sight.spots.filter(({ index }) => isStop(index));
    const spot = by > 0 ? stops[0] : stops.at(-1);
    return spot ? { top: ui.top, chosen: entries[spot.index]!.item.key } : { top: ui.top, chosen: null };
  }
  const seen = sight.spots.filter(({ index }) => index === now);
  const whole = heightOf(entries[now]!, area.width);
  const edge = by > 0 ? seen.at(-1)?.row === whole - 1 : seen[0]?.row === 0;
  if (seen.length > 0 && !edge) return { ...scroll(at, by), chosen: ui.chosen };
  let to = now + by;
  while (entries[to] && !isStop(to)) to += by;
  const next = entries[to];
  if (!next) return by > 0 ? { top: null, chosen: ui.chosen } : { top: ui.top, chosen: ui.chosen };
  return { ...shown(at, to, by), chosen: next.item.key };
}

/** The least scrolling after which the entry is in sight: all of it, or the part that one comes to first. */
export function shown({ ui, entries, area, sight }: Standing, index: number, by: 1 | -1): Pick<TalkUi, 'top'> {
  const height = heightOf(entries[index]!, area.width);
  const seen = sight.spots.filter((spot) => spot.index === index).length;
  if (seen === height) return { top: ui.top };
  const above = index < (sight.spots[0]?.index ?? 0) || (index === sight.spots[0]?.index && by < 0);
  if (above) {
    const row = by < 0 ? Math.max(0, height - area.height) : 0;
    return { top: placeOf(entries, { index, row }) };
  }
  // Its last row that fits becomes the last row in sight.
  const last = { index, row: Math.min(height, area.height) - 1 };
  const top = moved(entries, last, 1 - area.height, area);
  return { top };
}

/** To the prompt before or after what stands in the first row; past the last one to the end. */
export function toTurn({ ui, entries, area, sight }: Standing, by: 1 | -1): Moved {
  const first = sight.spots[0];
  const at = ui.chosen === null ? -1 : entries.findIndex(({ item }) => item.key === ui.chosen);
  const from = at >= 0 ? at : by < 0 ? (sight.atEnd ? entries.length : (first?.index ?? 0)) : (first?.index ?? 0);
  const isPrompt = ({ item, depth }: Entry) => item.kind === 'prompt' && depth === 0;
  const index =
    by < 0 ? entries.slice(0, from).findLastIndex(isPrompt) : entries.findIndex((one, n) => n > from && isPrompt(one));
  if (index < 0) return by < 0 ? { top: ui.top, chosen: ui.chosen } : { top: null, chosen: null };
  return { top: atTop(entries, index, area), chosen: entries[index]!.item.key };
}

/** Where an entry stands in the first row, or the end, when less than a screen follows. */
export function atTop(entries: readonly Entry[], index: number, area: Area): TalkUi['top'] {
  const entry = entries[index]!;
  const place = placeOf(entries, { index, row: Number(entry.gap) });
  const follows = place && sightOf(entries, place, area);
  return follows?.spots[0]?.index === index && spotOf(entries, place!, area.width) ? place : null;
}
