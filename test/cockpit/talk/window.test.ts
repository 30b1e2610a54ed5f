import { expect, test } from 'vitest';
import type { TalkPlace } from '../../../src/cockpit/store/talk.ts';
import { entriesOf, heightOf } from '../../../src/cockpit/views/talk/entries.ts';
import { moved, placeOf, sightOf } from '../../../src/cockpit/views/talk/window.ts';
import { Talk } from '../../../src/core/talk/talk.ts';
import { session } from '../../core/talk/sessions.ts';

const WIDTH = 60;
const area = { width: WIDTH, height: 20 };
const whole = session(300, 2);
const talkOf = (from: number, to: number) => {
  const talk = new Talk();
  talk.append(whole.slice(from, to));
  return talk;
};
const entries = entriesOf(talkOf(0, 300).items, { folds: {}, fold: 'shut' });
const all = entries.flatMap((entry, index) =>
  Array.from({ length: heightOf(entry, WIDTH) }, (_, row) => ({ index, row })),
);

test('the end is what is seen first, and scrolling passes every row once', () => {
  let top: TalkPlace | null = null;
  let first = sightOf(entries, top, area);
  expect(first.spots).toEqual(all.slice(-20));
  expect(first.atEnd).toBe(true);
  for (let from = all.length - 20; from > 0; from -= 7) {
    top = moved(entries, first.spots[0]!, -7, area);
    first = sightOf(entries, top, area);
    const start = Math.max(0, from - 7);
    expect(first.spots).toEqual(all.slice(start, start + 20));
  }
  for (let from = 0; top !== null; from += 7) {
    top = moved(entries, first.spots[0]!, 7, area);
    first = sightOf(entries, top, area);
    const start = Math.min(from + 7, all.length - 20);
    expect(first.spots).toEqual(all.slice(start, start + 20));
  }
});

test('what one reads stays where it is while more comes, above and below', () => {
  const talk = talkOf(150, 250);
  const seen = () => {
    const list = entriesOf(talk.items, { folds: {}, fold: 'shut' });
    return { list, sight: sightOf(list, top, area) };
  };
  let top: TalkPlace | null = null;
  const { list, sight } = seen();
  top = moved(list, sight.spots[0]!, -30, area);
  const before = seen().sight.spots.map((spot) => placeOf(seen().list, spot));
  talk.append(whole.slice(250));
  talk.prepend(whole.slice(0, 150));
  expect(seen().sight.spots.map((spot) => placeOf(seen().list, spot))).toEqual(before);
});

test('less than a screen stands at its top', () => {
  const few = entriesOf(talkOf(0, 1).items, { folds: {}, fold: 'shut' });
  expect(sightOf(few, null, area)).toMatchObject({
    atEnd: true,
    spots: [
      { index: 0, row: 0 },
      { index: 0, row: 1 },
    ],
  });
  expect(sightOf([], null, area)).toEqual({ atEnd: true, spots: [] });
});
