import { expect, test } from 'vitest';
import { encodeFrame, frameReader } from '../../src/wire/frames.ts';

const frames: [number, string][] = [
  [0, '{"t":"note"}'],
  [1, ''],
  [2, 'x'.repeat(70_000)],
  [0, '👩‍👩‍👧 é'],
];
const stream = Buffer.concat(frames.map(([kind, text]) => encodeFrame(kind, Buffer.from(text))));

function readIn(pieces: Buffer[]): [number, string][] {
  const read: [number, string][] = [];
  const take = frameReader((kind, payload) => read.push([kind, payload.toString()]));
  for (const piece of pieces) take(piece);
  return read;
}

test('frames come out as they went in, wherever the stream was cut', () => {
  for (const size of [1, 2, 3, 5, 7, 4096, stream.length]) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
    expect(readIn(pieces)).toEqual(frames);
  }
});

test('a length that cannot be right is refused at once, not awaited', () => {
  expect(() => readIn([Buffer.from([0xff, 0xff, 0xff, 0xff, 0])])).toThrow(/4294967295 bytes/);
  expect(() => readIn([Buffer.from([0, 0, 0, 0, 0])])).toThrow(/0 bytes/);
});
