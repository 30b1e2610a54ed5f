import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrames, type Frames } from '../../src/cockpit/store/frames.ts';
import { createCockpitStore } from '../../src/cockpit/store/store.ts';

let frames: Frames;
let store: ReturnType<typeof createCockpitStore>;
let drawn: number[];
const start = () => {
  store = createCockpitStore({ title: 't', size: { cols: 80, rows: 24 } });
  const begun = Date.now();
  frames = createFrames(store, () => Date.now() - begun);
  drawn = [];
  frames.subscribe(() => drawn.push(Date.now() - begun));
};
/** An agent did something. */
const event = () => store.setData({ screens: {} });
beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  frames.close();
  vi.useRealTimers();
});

test('a burst is one frame, at once after a pause', () => {
  event();
  event();
  vi.advanceTimersByTime(1);
  event();
  event();
  vi.advanceTimersByTime(100);
  expect(drawn).toHaveLength(2);
  expect(drawn[1]! - drawn[0]!).toBe(33);
});

test('while somebody types, what agents do is drawn when a key has been answered', () => {
  frames.typed();
  event();
  vi.advanceTimersByTime(5);
  expect(drawn).toEqual([]);
  frames.echoed();
  vi.advanceTimersByTime(1);
  expect(drawn).toHaveLength(1);
});

test('without an answer it is drawn when no further key comes, and at the latest after a quarter of a second', () => {
  frames.typed();
  event();
  vi.advanceTimersByTime(100);
  expect(drawn).toEqual([60]);
  for (let key = 0; key < 30; key++) {
    frames.typed();
    event();
    vi.advanceTimersByTime(20);
  }
  expect(drawn.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...drawn.slice(1).map((at, index) => at - drawn[index]!))).toBeLessThanOrEqual(300);
});

test('what the person does in the cockpit itself is never held back', () => {
  frames.typed();
  event();
  store.setUi({ typing: false });
  vi.advanceTimersByTime(1);
  expect(drawn).toHaveLength(1);
});
