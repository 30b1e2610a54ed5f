import { describe, expect, test } from 'vitest';
import { rowWidth, textOf } from '../../../src/cockpit/views/span.ts';
import { markdownRows } from '../../../src/cockpit/views/talk/markdown/blocks.ts';

const drawn = (text: string, width = 40) => markdownRows(text, width).map((row) => textOf(row).trimEnd());
const tones = (text: string) =>
  markdownRows(text, 60).flatMap((row) => row.flatMap(({ text: part, tone }) => (tone ? [`${tone}:${part}`] : [])));

test('headings, paragraphs and emphasis', () => {
  expect(drawn('# Title\nOne *two* **three** `four` ~~five~~\nsix  \nseven')).toEqual([
    '# Title',
    '',
    'One two three four ~five~ six',
    'seven',
  ]);
  expect(tones('# T\n*a* **b** `c`')).toEqual(['dim:#', 'dim: ', 'heading:T', 'emphasis:a', 'strong:b', 'code:c']);
});

test('lists in lists, with their numbers and boxes', () => {
  expect(
    drawn('9. nine\n10. ten\n    - below, which is a longer text than fits\n      - deep\n- [x] done\n- [ ] open'),
  ).toEqual([
    ' 9. nine',
    '10. ten',
    '    ◦ below, which is a longer text than',
    '      fits',
    '      ▪ deep',
    '',
    '• ☑ done',
    '• ☐ open',
  ]);
});

test('code behind a bar in the colours of its language, folded so that all of it is seen', () => {
  expect(drawn('```ts\nconst a = 1; // one\n\tif (a) return;\n```', 20)).toEqual([
    '│ const a = 1; // on',
    '│ e',
    '│     if (a) return;',
  ]);
  expect(tones('```typescript\nconst a = 1; // one\n```')).toEqual([
    'border:│ ',
    'keyword:const',
    'number:1',
    'comment:// one',
  ]);
});

test('tables as wide as there is room', () => {
  const table = '| file | lines | note |\n| --- | ---: | :-: |\n| src/auth.ts | 12 | a note of some length |';
  expect(drawn(table, 60)).toEqual([
    'file        │ lines │         note',
    '────────────┼───────┼──────────────────────',
    'src/auth.ts │    12 │ a note of some length',
  ]);
  expect(drawn(table, 32)).toEqual([
    'file       │ lines │    note',
    '───────────┼───────┼────────────',
    'src/auth.t │    12 │  a note of',
    's          │       │ some length',
  ]);
});

test('quotes, links with their targets, what is no Markdown', () => {
  expect(drawn('> quoted *text*\n> > deeper')).toEqual(['▎ quoted text', '▎', '▎ ▎ deeper']);
  expect(drawn('[the docs](https://example.org/a) and https://example.org/b', 70)).toEqual([
    'the docs (https://example.org/a) and https://example.org/b',
  ]);
  expect(drawn('<script>alert(1)</script> &lt;b&gt;')).toEqual(['<script>alert(1)</script> &lt;b&gt;']);
  expect(drawn('![a picture](x.png)')).toEqual(['[image: a picture] (x.png)']);
});

test('scripts without blanks are folded at the edge, wide signs never cut', () => {
  const rows = drawn('日本語のテキストはとても長いので折り返されます 👩‍👩‍👧 ok', 11);
  expect(rows[0]).toBe('日本語のテ');
  for (const row of markdownRows('日本語のテキスト', 1)) expect(rowWidth(row)).toBeLessThanOrEqual(1);
});

describe('hostile text', () => {
  test.each([
    ['nested quotes', '> '.repeat(5000)],
    ['brackets', '['.repeat(30_000)],
    ['emphasis', '*a '.repeat(15_000)],
    ['one long word', 'x'.repeat(60_000)],
    ['lists', Array.from({ length: 400 }, (_, n) => `${' '.repeat(n * 2)}- x`).join('\n')],
    ['wide table', `|${'a|'.repeat(300)}\n|${'-|'.repeat(300)}\n|${'b|'.repeat(300)}`],
  ])('%s come out as text', (_, text) => {
    expect(markdownRows(text, 40).length).toBeGreaterThan(0);
  });
});
