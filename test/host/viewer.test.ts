import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { Tracker } from '../../src/host/screen/tracker.ts';
import { Viewer } from '../../src/host/screen/viewer.ts';
import { decodeScreenFrame } from '../../src/schema/frame.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const FPS = 60;

/** A viewer of a real screen; `sent` are the versions of its frames, the first of which has gone. */
function watch() {
  const size = { cols: 80, rows: 24 };
  const emulator = createEmulator({ size, background: 'dark', historyLines: 10, onReply: () => {}, onEvent: () => {} });
  const tracker = new Tracker('c', emulator, () => ({ history: 0, pushed: 0 }));
  const sent: number[] = [];
  const viewer = new Viewer({
    tracker,
    maxFps: FPS,
    updating: () => emulator.updating,
    send(payload) {
      const { header } = decodeScreenFrame(payload);
      sent.push(header.version);
      if (header.acknowledge) viewer.seen(header.version);
    },
  });
  const print = (text: string) => {
    emulator.write(Buffer.from(text));
    viewer.changed(text.length);
  };
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(1);
  return { viewer, print, sent };
}
const LARGE = `\x1b[H${'all of the screen '.repeat(80)}`;

describe('when a viewer is sent what has changed', () => {
  test('a small piece of output after silence at once, with no timer', () => {
    const { print, sent } = watch();
    print('one line');
    expect(sent).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a large one after a moment, together with the piece that ends the screen', () => {
    const { print, sent } = watch();
    print(LARGE);
    expect(sent).toHaveLength(1);
    print('and the rest of it');
    vi.advanceTimersByTime(5);
    expect(sent.length).toBeLessThanOrEqual(2);
    vi.advanceTimersByTime(1000 / FPS);
    expect(sent).toHaveLength(2);
  });

  test('small pieces without end at most so often as it wants', () => {
    const { print, sent } = watch();
    for (let ms = 0; ms < 1000; ms++) {
      print(`${ms}\r`);
      vi.advanceTimersByTime(1);
    }
    expect(sent.length).toBeGreaterThan(FPS / 2);
    // Timers count whole milliseconds: 16 instead of 16.7.
    expect(sent.length).toBeLessThanOrEqual(1000 / 16 + 2);
  });

  test('what follows a key of its own at once, however soon after another frame', () => {
    const { viewer, print, sent } = watch();
    print('$ ');
    viewer.typed();
    print('a');
    expect(sent).toHaveLength(3);
  });

  test('nothing in the middle of a synchronized update, and the whole of it at its end', () => {
    const { print, sent } = watch();
    print('\x1b[?2026h half');
    vi.advanceTimersByTime(50);
    expect(sent).toHaveLength(1);
    print(' whole\x1b[?2026l');
    vi.advanceTimersByTime(5);
    expect(sent).toHaveLength(2);
  });
});
