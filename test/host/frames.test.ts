import { describe, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../../src/host/emulator/emulator.ts';
import { lineExtras } from '../../src/host/emulator/line.ts';
import { createHistory } from '../../src/host/history/history.ts';
import { type Seen, Tracker } from '../../src/host/screen/tracker.ts';
import { decodeScreenFrame, encodeScreenFrame } from '../../src/schema/frame.ts';
import { createGrid } from '../support/grid.ts';
import { noise } from './noise.ts';

const make = (cols = 100, rows = 30) => {
  const emulator = createEmulator({
    size: { cols, rows },
    background: 'dark',
    historyLines: 1000,
    onReply: () => {},
    onEvent: () => {},
  });
  const history = createHistory(emulator.access, 1000, Date.now);
  const tracker = new Tracker('c', emulator, () => ({ history: history.lines, pushed: history.pushed }));
  return { emulator, history, tracker };
};

const cells = (emulator: Emulator) =>
  Array.from({ length: emulator.size.rows }, (_, y) => {
    const line = emulator.line(y);
    return { words: [...line._data], extras: lineExtras(line, emulator.size.cols) };
  });

const receiver = (tracker: Tracker) => {
  const grid = createGrid();
  let seen: Seen | undefined;
  return {
    grid,
    update() {
      const next = tracker.frame(seen);
      if (!next) return;
      seen = next.seen;
      grid.apply(decodeScreenFrame(encodeScreenFrame(next.frame)));
      return next.frame;
    },
    cells: () => grid.rows.map((row, y) => ({ words: [...row], extras: grid.extras[y] })),
  };
};

describe('a screen rebuilt from frames', () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'equals the emulator cell for cell, frames skipped at random (seed %i)',
    (seed) => {
      const { emulator, tracker } = make();
      const { random, piece } = noise(seed * 7919);
      const often = receiver(tracker);
      const seldom = receiver(tracker);
      for (let step = 0; step < 120; step++) {
        emulator.write(Buffer.from(piece()));
        if (random(50) === 0) emulator.resize({ cols: 40 + random(100), rows: 10 + random(40) });
        if (random(2) === 0) often.update();
        if (random(15) === 0) seldom.update();
      }
      often.update();
      seldom.update();
      const expected = cells(emulator);
      expect(often.cells()).toEqual(expected);
      expect(seldom.cells()).toEqual(expected);
      expect(often.grid.header).toMatchObject({ cursor: emulator.cursor, modes: emulator.modes });
      expect(often.update()).toBeUndefined();
    },
  );

  test.each([
    ['above a line feed of a later chunk', ['\x1b[10;1Hnew\x1b[30;1H', '\n']],
    ['above a line feed of its own chunk', ['\x1b[10;1Hnew\x1b[30;1H\n']],
    ['by a wrap at the bottom', ['\x1b[30;90Hmore than the row has room for']],
    ['by a scroll above a footer', ['\x1b[1;20r\x1b[20;1H\n\nnew']],
    ['by a scroll below a header', ['\x1b[5;30r\x1b[30;1H\n\nnew\x1b[1;1H']],
    ['by a full reset with the cursor above', ['\x1b[3;1H', '\x1bc']],
    ['by a visit to the other screen', ['\x1b[3;1H', '\x1b[?1049hnew\x1b[?1049l']],
  ])('a change %s is not missed', (_what, chunks) => {
    const { emulator, tracker } = make();
    const viewer = receiver(tracker);
    for (let i = 0; i < 60; i++) emulator.write(Buffer.from(`line ${i}\r\n`));
    viewer.update();
    for (const chunk of chunks) emulator.write(Buffer.from(chunk));
    viewer.update();
    expect(viewer.cells()).toEqual(cells(emulator));
  });

  test('a scrolled screen is sent as a scroll and its new rows, a redraw of the same as nothing', () => {
    const { emulator, tracker } = make(200, 50);
    const viewer = receiver(tracker);
    for (let i = 0; i < 200; i++) emulator.write(Buffer.from(`this is line ${i}\r\n`));
    viewer.update();
    emulator.write(Buffer.from('one more\r\nand another\r\n'));
    const frame = viewer.update()!;
    expect(frame.header).toMatchObject({ full: false, scroll: 2 });
    expect(frame.header.changed.map((row) => row.y)).toEqual([47, 48]);
    emulator.write(Buffer.from('\x1b[H'));
    viewer.update();
    emulator.write(Buffer.from(`this is line ${200 - 47}`));
    expect(viewer.update()!.header.changed).toEqual([]);
    expect(viewer.cells()).toEqual(cells(emulator));
  });
});

describe('the emulator', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'reads the same through private fields and through the public API (seed %i)',
    async (seed) => {
      const common = {
        size: { cols: 90, rows: 25 },
        background: 'dark' as const,
        historyLines: 500,
        onReply: () => {},
        onEvent: () => {},
      };
      const fast = createEmulator(common);
      const slow = createEmulator({ ...common, publicApi: true });
      const { piece } = noise(seed * 104729);
      for (let step = 0; step < 100; step++) {
        // The public API calls a link underlined.
        const bytes = Buffer.from(piece().replace(/^\x1b\]8.*$/, 'link'));
        fast.write(bytes);
        slow.write(bytes);
      }
      await slow.drained();
      // The public API tells neither extended attributes nor protection.
      const strip = (emulator: Emulator) =>
        Array.from({ length: 25 }, (_, y) => {
          const { _data, _combined, isWrapped } = emulator.line(y);
          const words = [..._data].map((word, i) => (i % 3 === 2 ? (word & ~0x30000000) >>> 0 : word >>> 0));
          const text = words.map((word, i) => (i % 3 === 0 && word & 0x200000 ? _combined[i / 3] : ''));
          return { words, text, isWrapped };
        });
      expect(strip(slow)).toEqual(strip(fast));
      expect({ ...slow.cursor }).toEqual({ ...fast.cursor });
      expect(slow.modes).toEqual(fast.modes);
    },
  );

  test('gives the same screen however its input is cut', () => {
    const { piece } = noise(99);
    const bytes = Buffer.from(Array.from({ length: 150 }, piece).join(''));
    const whole = make().emulator;
    whole.write(bytes);
    const single = make().emulator;
    for (let i = 0; i < bytes.length; i++) single.write(bytes.subarray(i, i + 1));
    expect(cells(single)).toEqual(cells(whole));
  });
});
