import { expect, test } from 'vitest';
import { readPattern } from '../../src/core/search/pattern.ts';
import { createScan } from '../../src/core/search/scan.ts';
import { Ring } from '../../src/host/history/ring.ts';
import { type BlockPiece, blockPiece, linesPiece, ReadyText } from '../../src/host/search/pieces.ts';

/** Lines of a ring in its blocks, then a few below them. */
function piecesOf(lines: string[], below: string[]): BlockPiece[] {
  const ring = new Ring(10_000);
  for (const [index, text] of lines.entries()) ring.add(text, [], index);
  const end = lines.length + 1;
  const blocks = ring.blocks().map((block, index, all) => blockPiece(block, end, index < all.length - 1));
  return [...blocks, linesPiece({ first: end, texts: below, at: below.map(() => 0) }, 'screen')];
}

function search(pieces: BlockPiece[], text: string, limit = 50) {
  const pattern = { text, fixed: false, case: 'smart' as const };
  const { columns } = new ReadyText(pieces);
  const scan = createScan(readPattern(pattern), { limit, before: 0, after: 0, since: null }, [
    { child: 'a', from: 1, pieces, columns },
  ]);
  scan.run();
  const [found] = scan.result();
  return { total: found!.total, lines: found!.matches.map(({ line, text, spans }) => ({ line, text, spans })) };
}

test('what was read twice is made ready for more, and gives the same', () => {
  const lines = Array.from({ length: 1000 }, (_, i) =>
    i % 97 === 0 ? `${i} Request REFUSED` : `${i} ${i % 5 ? 'café' : '日本語'} is fine`,
  );
  const pieces = piecesOf(lines, ['refused at last', '']);
  const patterns = [
    'refused',
    'Request REF',
    'request|日本語 is',
    '日本語',
    'café',
    'fused$',
    'is nowhere',
    '^7\\d*6 .*fine',
  ];
  const first = patterns.map((text) => search(pieces, text));
  expect(first[0]).toMatchObject({ total: 12 });
  expect(first[0]!.lines.at(-1)).toEqual({ line: 1001, text: 'refused at last', spans: [[0, 7]] });
  expect(pieces.every(({ isDue }) => isDue)).toBe(true);
  for (const piece of pieces) piece.prepare();
  expect(pieces.some(({ isDue }) => isDue)).toBe(false);
  expect(pieces.every((piece) => piece.stretches !== undefined)).toBe(true);
  expect(patterns.map((text) => search(pieces, text))).toEqual(first);
});

test('lines that have a text more than once count once, and of many the newest are told, whatever is ready', () => {
  const lines = Array.from({ length: 1000 }, (_, i) =>
    i % 10 === 0 ? `${i} so it was refused, Refused and refused` : `${i}`,
  );
  const pieces = piecesOf(lines, ['the last line that was refused']);
  const read = () => ['refused', 'Refused', 'REFUSED', 'refuse[d]'].map((text) => search(pieces, text, 3));
  const first = read();
  expect(first.map(({ total }) => total)).toEqual([101, 100, 0, 101]);
  expect(first[0]!.lines.map(({ line }) => line)).toEqual([981, 991, 1001]);
  expect(first[0]!.lines[1]!.spans).toHaveLength(3);
  for (const piece of pieces) piece.prepare();
  expect(read()).toEqual(first);
  for (const piece of pieces) piece.forget();
  expect(read()).toEqual(first);
});

test('as many lines are counted as have the text, wherever in the pieces it stands', () => {
  let state = 7;
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const letters = 'aaabbfF \u4e2d';
  for (let round = 0; round < 40; round++) {
    const lines = Array.from({ length: 300 }, () =>
      Array.from({ length: below(30) }, () => letters[below(9)]).join(''),
    );
    const pieces = piecesOf(lines, ['aab', '']);
    for (const piece of pieces) piece.prepare();
    for (const text of ['aaa', 'aba', 'bfa', 'a', 'F', 'aF', 'ab\u4e2d', 'f f']) {
      const exact = /[A-Z]/.test(text);
      const has = (line: string) => (exact ? line : line.toLowerCase()).includes(text);
      expect(search(pieces, text).total, `${round} ${text}`).toBe([...lines, 'aab', ''].filter(has).length);
    }
  }
});

test('columns follow what is made ready and what is forgotten', () => {
  const pieces = piecesOf(['one two three'], ['four five six']);
  const text = new ReadyText(pieces);
  expect([...text.columns.of]).toEqual([-1, -1]);
  for (const piece of pieces) piece.prepare();
  const { table, of } = text.columns;
  expect([...of]).toEqual(pieces.map(({ stretches }) => stretches!.column));
  expect(pieces.every(({ stretches }) => stretches!.table === table)).toBe(true);
  pieces[0]!.forget();
  expect([...text.columns.of]).toEqual([-1, of[1]]);
});

test('what is about to be searched is made ready before it is read', () => {
  const [piece] = piecesOf(['one two three'], []);
  expect(piece!.isDue).toBe(false);
  piece!.expect();
  expect(piece!.isDue).toBe(true);
  piece!.prepare();
  expect(piece!.isDue).toBe(false);
  expect(search([piece!], 'TWO').total + search([piece!], 'two').total).toBe(1);
});

test('a piece that cannot have what is looked for is not read again', () => {
  const [piece] = piecesOf(['one two three', 'four five six'], []);
  for (let n = 0; n < 2; n++) piece!.text();
  piece!.prepare();
  const read: string[] = [];
  const text = piece!.text.bind(piece);
  const watched = Object.assign(piece!, {
    text() {
      read.push('text');
      return text();
    },
  });
  expect(search([watched], 'seven').total).toBe(0);
  expect(search([watched], 'se\\w+|eight').total).toBe(0);
  expect(read).toEqual(['text']);
  expect(search([watched], 'five|eight').total).toBe(1);
});

test('a text that has no small letters of the same length is searched all the same', () => {
  const pieces = piecesOf(['İstanbul', 'istanbul', 'ISTANBUL'], []);
  const before = search(pieces, 'stanbul');
  search(pieces, 'stanbul');
  for (const piece of pieces) piece.prepare();
  expect(search(pieces, 'stanbul')).toEqual(before);
  expect(before.total).toBe(3);
});

test('hits have the numbers of their lines, whatever the lines between them are written in', () => {
  const lines = Array.from({ length: 600 }, (_, i) =>
    i % 7 === 0 ? '' : i % 11 === 0 ? `refused ${i}` : i % 3 ? `日本 ${i}` : `plain ${i}`,
  );
  const expected = lines.flatMap((text, i) => (text.startsWith('refused') ? [i + 1] : []));
  expect(search(piecesOf(lines, []), 'refused').lines.map(({ line }) => line)).toEqual(expected.slice(-50));
  const wide = lines.map((text) => `${text}日`);
  expect(search(piecesOf(wide, []), 'refused').lines.map(({ line }) => line)).toEqual(expected.slice(-50));
});

test('what nobody searches any more gives back its room, whatever is still done with it', () => {
  const lines = Array.from({ length: 600 }, (_, i) => `${i} ${'日本'.repeat(200)} refused`);
  // Far more than there is room for: the last one would have none.
  for (let round = 0; round < 60; round++) {
    const pieces = piecesOf(lines, ['below']);
    for (const piece of pieces) piece.expect();
    for (const piece of pieces) piece.prepare();
    expect(pieces.every(({ folded, stretches }) => folded !== undefined && stretches !== undefined)).toBe(true);
    expect(search(pieces, 'refused').total).toBe(600);
    for (const piece of pieces) piece.forget();
    for (const piece of pieces) piece.prepare();
    expect(search(pieces, 'refused').total).toBe(600);
    expect(pieces.some(({ folded, stretches }) => folded !== undefined || stretches !== undefined)).toBe(false);
  }
});
