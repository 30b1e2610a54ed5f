import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { NARROW } from '../../scripts/lazy-width.mjs';
import { type OutputClass, plainRow, withRows } from '../../scripts/row-output.mjs';
import { parseRow } from '../../src/cockpit/compositor/parse.ts';
import { createScreen } from '../../src/cockpit/compositor/screen.ts';
import { createRandom } from '../support/random.ts';

const ink = dirname(createRequire(import.meta.url).resolve('ink'));
const { default: Output } = (await import(pathToFileURL(join(ink, 'output.js')).href)) as { default: OutputClass };
const plain = plainRow(NARROW);
const isPlain = (text: string) => plain.test(text);

const COLS = 30;
const ROWS = 4;
const STYLES = ['1', '2', '7', '31', '38;5;208', '48;2;10;20;30', '1;36', '22', '39', '0'];
const random = createRandom(11);

/** The cells that a terminal would show of a frame. */
function cellsOf(frame: string) {
  const screen = createScreen(COLS, ROWS);
  for (const [y, row] of frame.split('\n').entries()) parseRow(screen, y, row);
  return { words: [...screen.words], extras: screen.extras.map((row) => row && [...row]) };
}

const piece = (characters: string[]) =>
  Array.from({ length: 1 + random.below(6) }, () => {
    const text = Array.from({ length: random.below(9) }, () => random.pick(characters)).join('');
    return random.chance(0.5) ? text : `\x1b[${random.pick(STYLES)}m${text}`;
  }).join('') + (random.chance(0.5) ? '\x1b[0m' : '');

/** A frame of a few texts that lie over each other, drawn by Ink's output and by ours. */
function draw(characters: string[]) {
  const size = { width: COLS, height: ROWS };
  const theirs = new Output(size);
  const ours = new (withRows(Output, isPlain))(size);
  for (let n = 1 + random.below(9); n > 0; n--) {
    const [x, y, text] = [random.below(COLS), random.below(ROWS + 1), piece(characters)];
    for (const output of [theirs, ours]) output.write(x, y, text, { transformers: [(one) => one] });
  }
  return { theirs: theirs.get(), ours: ours.get() };
}

test('rows put together from their texts show the same cells as those that Ink makes', () => {
  for (let n = 0; n < 2000; n++) {
    const { theirs, ours } = draw([...'abc  ─│╭✓⏎…']);
    expect(cellsOf(ours.output), JSON.stringify(ours.output)).toEqual(cellsOf(theirs.output));
    expect(ours.height).toBe(theirs.height);
  }
});

test('frames with wide characters are left to Ink', () => {
  for (let n = 0; n < 200; n++) {
    const { theirs, ours } = draw([...'ab 日本é', '👍', '\n', 'e\u0301']);
    expect(cellsOf(ours.output)).toEqual(cellsOf(theirs.output));
  }
});

test('a clip is left to Ink', () => {
  const output = new (withRows(Output, isPlain))({ width: COLS, height: ROWS });
  output.clip({ x1: 2, x2: 4 });
  output.write(0, 0, 'abcdef', { transformers: [] });
  output.unclip();
  expect(output.get().output.split('\n')[0]).toBe('  cd');
});

test('a text of styles and narrow characters alone is a painted row', () => {
  expect(isPlain('\x1b[38;5;208m╭ Sessions \x1b[0m⏎')).toBe(true);
  for (const text of [
    '日',
    '\t',
    '\n',
    'a\x07',
    '\x1b[2J',
    '\x1b]8;;x\x07',
    '\x1b[4:3m',
    '\x1b[m',
    '\x9b1m',
    'e\u0301',
    '\x1b',
  ])
    expect(isPlain(text), JSON.stringify(text)).toBe(false);
});
