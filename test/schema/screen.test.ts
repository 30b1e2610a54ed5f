import { expect, test } from 'vitest';
import { decodeScreenFrame, encodeScreenFrame } from '../../src/schema/frame.ts';
import { decodeInput, encodeInput, type ScreenFrame } from '../../src/schema/screen.ts';

const frame: ScreenFrame = {
  header: {
    child: 'a.1',
    version: 3,
    acknowledge: true,
    full: false,
    cols: 4,
    rows: 2,
    scroll: 1,
    cursor: { x: 1, y: 0, visible: true, shape: 'bar', blink: false },
    modes: {
      alternate: false,
      applicationCursor: true,
      applicationKeypad: false,
      bracketedPaste: true,
      focusEvents: false,
      mouse: 'none',
      mouseEncoding: 'sgr',
      kittyKeyboard: 5,
    },
    title: 'naïve — 👻',
    history: 12,
    changed: [
      { y: 0, cells: 2, extras: [{ x: 1, text: 'é' }] },
      { y: 1, cells: 0 },
    ],
  },
  words: Uint32Array.from([65, 0xffffffff, 0, 0x200065, 0x3abcdef, 0x4000000]),
};

test('a frame comes out as it went in, at any alignment', () => {
  const bytes = encodeScreenFrame(frame);
  for (const shift of [0, 1, 2, 3]) {
    const moved = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
    expect(decodeScreenFrame(moved)).toEqual(frame);
  }
});

test('a frame that is cut, too long or beside the screen is refused', () => {
  const bytes = encodeScreenFrame(frame);
  for (let length = 0; length < bytes.length; length++)
    expect(() => decodeScreenFrame(bytes.subarray(0, length))).toThrow();
  expect(() => decodeScreenFrame(Buffer.concat([bytes, Buffer.alloc(4)]))).toThrow(/bytes of cells/);
  const beside = { ...frame, header: { ...frame.header, changed: [{ y: 2, cells: 2 }] } };
  expect(() => decodeScreenFrame(encodeScreenFrame(beside))).toThrow(/row 2/);
});

test('input keeps its bytes, also those that are no UTF-8', () => {
  const bytes = Buffer.from([0, 0x1b, 0xff, 0xc3]);
  expect(decodeInput(encodeInput('agent.1', bytes))).toEqual({ child: 'agent.1', bytes });
  expect(() => decodeInput(Buffer.from([9, 0, 1]))).toThrow(/cut/);
});
