import { expect, test } from 'vitest';
import { createPainter } from '../../../src/cockpit/theme/paint.ts';
import type { Row } from '../../../src/cockpit/views/span.ts';

const row: Row = [
  { text: '+', tone: 'good', ground: 'added' },
  { text: 'const', tone: 'keyword', ground: 'added' },
  { text: 'x', ground: 'addedWord' },
];
const painted = (theme: 'dark' | 'light' | 'mono', depth: 1 | 4 | 8 | 24) =>
  createPainter(theme, depth)
    .row(row)
    .replaceAll('\x1b[', '<')
    .replaceAll(/m(?=[^<]|$)/g, '>');

test('a changed line lies on its colour, and words that differ are told apart without any', () => {
  expect(painted('dark', 24)).toContain('<38;5;176;48;5;22>const');
  expect(painted('light', 8)).toContain('<48;5;157>x');
  // Among 16 colours the text itself is coloured, and the words are underlined.
  expect(painted('dark', 4)).toContain('<35;32>const');
  expect(painted('dark', 4)).toContain('<4;32>x');
  expect(painted('mono', 24)).toContain('<4>x');
  expect(painted('dark', 1)).toContain('<4>x');
});
