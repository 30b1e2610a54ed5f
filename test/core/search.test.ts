import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../src/core/search/columns.ts';
import { mergeMatches } from '../../src/core/search/merge.ts';
import { readPattern } from '../../src/core/search/pattern.ts';
import { createScan, type Piece, type ScanWish } from '../../src/core/search/scan.ts';
import { fairShares } from '../../src/core/search/shares.ts';
import { endOfRow, firstOf, StretchTable } from '../../src/core/search/stretches.ts';
import type { Pattern } from '../../src/schema/search.ts';
import { BooError } from '../../src/util/errors.ts';
import { createRandom } from '../support/random.ts';

const pattern = (text: string, more: Partial<Pattern> = {}): Pattern => ({
  text,
  fixed: false,
  case: 'smart',
  ...more,
});
/** What a piece may have at hand beside its text. */
type Ready = 'nothing' | 'small letters' | 'stretches' | 'both';
const piece = (lines: string[], first = 1, ready: Ready = 'small letters'): Piece => {
  const small = fold(lines.join('\n'));
  return {
    source: 'ring',
    first,
    count: lines.length,
    text: () => lines.join('\n'),
    folded: ready === 'both' || ready === 'small letters' ? small : undefined,
    stretches: (ready === 'both' || ready === 'stretches') && small !== undefined ? table.add(small) : undefined,
    line: (index) => lines[index]!,
    at: (index) => (first + index) * 1000,
  };
};
const table = new StretchTable(10_000);
const fold = (text: string) => {
  const small = text.toLowerCase();
  return small.length === text.length && !small.includes('ſ') ? small : undefined;
};
const wish: ScanWish = { limit: 500, before: 0, after: 0, since: null };

/** Hits in lines, given in pieces of a few. */
function search(
  text: string,
  lines: string[],
  {
    size = 3,
    from = 1,
    ready,
    ...more
  }: Partial<ScanWish & { size: number; from: number; ready: Ready } & Pattern> = {},
) {
  const { limit, before, after, since } = { ...wish, ...more };
  const { fixed = false, case: matching = 'smart' } = more;
  const pieces = Array.from({ length: Math.ceil(lines.length / size) }, (_, i) =>
    piece(lines.slice(i * size, (i + 1) * size), 1 + i * size, ready),
  );
  const scan = createScan(readPattern(pattern(text, { fixed, case: matching })), { limit, before, after, since }, [
    { child: 'a', from, pieces },
  ]);
  scan.run();
  return scan.result()[0]!;
}
const linesOf = (...args: Parameters<typeof search>) => search(...args).matches.map(({ line }) => line);
const failure = (text: string, more: Partial<Pattern> = {}) => {
  try {
    readPattern(pattern(text, more));
  } catch (error) {
    return error instanceof BooError ? `${error.code}: ${error.message}` : error;
  }
  return 'none';
};

test('a search that is interrupted anywhere goes on where it was, and counts nothing twice', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `word ${i % 7}`);
  const children = (interrupt: () => void) =>
    ['a', 'b'].map((child, which) => ({
      child,
      from: 1,
      pieces: [0, 1, 2, 3].slice(which).map((part) => ({
        ...piece(lines.slice(part * 10, part * 10 + 10), part * 10 + 1),
        folded: undefined,
        at(index: number) {
          interrupt();
          return part * 10 + index;
        },
      })),
    }));
  const matcher = readPattern(pattern('[135]$'));
  const since = { ...wish, since: 0 };
  const whole = createScan(
    matcher,
    since,
    children(() => {}),
  );
  whole.run();
  for (let at = 1; at <= 60; at++) {
    let calls = 0;
    const scan = createScan(
      matcher,
      since,
      children(() => {
        if (++calls === at || calls === at + 5) throw new Error('interrupted');
      }),
    );
    for (let runs = 0; runs < 3; runs++) {
      try {
        scan.run();
      } catch {}
    }
    calls = 1000;
    expect(scan.result()).toEqual(whole.result());
  }
});

describe('a pattern', () => {
  test.each([
    ['', 'usage: the pattern is empty'],
    ['a'.repeat(201), 'usage: the pattern has 201 characters, at most 200 are allowed'],
    ['[', 'usage: the pattern is no regular expression: unterminated character class at character 1'],
    ['ab)', "usage: the pattern is no regular expression: unmatched ')' at character 3"],
    ['a{3,1}', 'usage: the pattern is no regular expression: numbers out of order in {} quantifier at character 6'],
    ['\\p{Foo}x', 'usage: the pattern is no regular expression: invalid property name at character 7'],
    ['😀\\q', 'usage: the pattern is no regular expression: invalid escape at character 3'],
    ['a\nb', 'usage: the pattern has a line break at character 2, but a match never spans lines'],
  ])('%j is refused, with its place', (text, message) => expect(failure(text)).toBe(message));

  test('counts characters, not units: 200 emoji are as many', () => {
    expect(failure('😀'.repeat(200))).toBe('none');
    expect(failure('[', { fixed: true })).toBe('none');
  });

  test('is exact as soon as it has a capital letter of its own', () => {
    expect(linesOf('error', ['Error', 'ERROR', 'error'])).toEqual([1, 2, 3]);
    expect(linesOf('Error', ['Error', 'ERROR', 'error'])).toEqual([1]);
    expect(linesOf('error', ['Error', 'error'], { case: 'exact' })).toEqual([2]);
    expect(linesOf('ERROR', ['Error', 'x'], { case: 'ignore' })).toEqual([1]);
    expect(linesOf('\\S\\p{L}\\Werr', ['xy ERR', 'xy err'])).toEqual([1, 2]);
    for (const capital of ['\\p{Lu}', '\\p{Uppercase}', '\\p{gc=Lu}', '[\\p{Lu}]'])
      expect(linesOf(`^${capital}x`, ['ax', 'Ax', 'AX'])).toEqual([2]);
    expect(linesOf('[A-Z]rr', ['Err', 'err'])).toEqual([1]);
    expect(linesOf('\\u0045rr', ['Err', 'err'])).toEqual([1]);
  });

  test('takes any text as it stands when it is fixed', () => {
    const lines = ['a[0].b*(c)? {x}|^$ \\d/', 'a0xb', '日本語 [x]', 'éa', '👍🏽 ok'];
    for (const [index, line] of lines.entries()) expect(linesOf(line, lines, { fixed: true })).toEqual([index + 1]);
    expect(linesOf('.', lines, { fixed: true })).toEqual([1]);
  });

  test('folds case beyond ASCII without shifting columns', () => {
    const lines = ['ΣΑΣ', 'σας', 'STRASSE', 'straße', 'STRAẞE', 'İx', 'ix', 'ıx', 'ÄÖ'];
    const of = (text: string, fixed: boolean) => linesOf(text, lines, { fixed, case: 'ignore' });
    for (const fixed of [true, false]) {
      expect(of('σασ', fixed)).toEqual([1, 2]);
      expect(of('straße', fixed)).toEqual([4, 5]);
      expect(of('İ', fixed)).toEqual([6]);
      expect(of('i', fixed)).toEqual([7]);
      expect(of('äö', fixed)).toEqual([9]);
    }
    expect(search('x', ['İİx'], { fixed: true, case: 'ignore' }).matches[0]!.spans).toEqual([[2, 3]]);
  });

  test('finds a letter with its marks in both of the ways it is written', () => {
    const lines = ['caf\u00e9', 'cafe\u0301', 'cafe'];
    for (const text of ['caf\u00e9', 'cafe\u0301']) {
      expect(linesOf(text, lines)).toEqual([1, 2]);
      expect(linesOf(text, lines, { fixed: true })).toEqual([1, 2]);
    }
  });
});

describe('a match', () => {
  test('never spans lines, and edges are those of lines', () => {
    const lines = ['ab', '', 'b a', '  ', 'a'];
    expect(linesOf('b\\s+b', lines)).toEqual([]);
    expect(linesOf('^$', lines)).toEqual([2]);
    expect(linesOf('^\\s+$', lines)).toEqual([4]);
    expect(linesOf('[^x]+', lines)).toEqual([1, 3, 4, 5]);
    expect(linesOf('b(?!\\s)', lines)).toEqual([1]);
    expect(linesOf('(?<!\\s)a', lines)).toEqual([1, 5]);
    expect(linesOf('(?s:a.)', lines)).toEqual([1]);
    expect(linesOf('(?-m:^a)', lines)).toEqual([1, 5]);
    expect(linesOf('x*', lines)).toEqual([1, 2, 3, 4, 5]);
    expect(linesOf('[^]', lines)).toEqual([1, 3, 4, 5]);
    expect(linesOf('\\n|\\x0a|[\\n]', lines)).toEqual([]);
  });

  /** Pieces of patterns that are put together at random; a fixed seed makes it the same ones each time. */
  const PARTS = [
    'a',
    'b',
    ' ',
    '.',
    '\\s',
    '\\S',
    '\\w',
    '\\W',
    '\\d',
    '\\D',
    '\\b',
    '\\B',
    '^',
    '$',
    '[^a]',
    '[^-a]',
    '[a-]',
    '[\\s,]',
    '[^\\S]',
    '\\P{L}',
    '\\p{Any}',
    '(?=a)',
    '(?!\\s)',
    '(?<=\\W)',
    '(?<![^b])',
    '(a|\\s)',
    '\\n',
    'é',
    '日',
    '(?:b|$)',
    '(?s:.)',
    '(?-m:$)',
    '(?i:A)',
  ];
  const SUFFIXES = ['', '', '', '*', '+?', '{1,2}', '?'];
  test('in joined lines is what it is in each line alone, for any pattern', () => {
    const { below: random } = createRandom(7);
    const letters = ['a', 'b', ' ', '-', '1', 'é', '日', ',', 'e\u0301', '😀'];
    const lines = Array.from({ length: 60 }, () =>
      Array.from({ length: random(7) }, () => letters[random(letters.length)]).join(''),
    );
    let compared = 0;
    for (let i = 0; i < 3000; i++) {
      const text = Array.from(
        { length: 1 + random(4) },
        () => PARTS[random(PARTS.length)]! + SUFFIXES[random(SUFFIXES.length)]!,
      ).join('');
      let alone: RegExp;
      try {
        alone = new RegExp(text.replaceAll('é', '(?:é|e\u0301)'), 'gu');
      } catch {
        continue;
      }
      compared++;
      const expected = lines.flatMap((line, index) => {
        const spans = [...line.matchAll(alone)].map((match) => [match.index, match.index + match[0].length]);
        return spans.length > 0 ? [{ line: index + 1, spans }] : [];
      });
      const { matches } = search(text, lines, { size: 7, case: 'exact' });
      expect({ text, found: matches.map(({ line, spans }) => ({ line, spans })) }).toEqual({ text, found: expected });
      expect(search(text, lines, { size: 7, case: 'exact', limit: 1 })).toMatchObject({ total: expected.length });
    }
    expect(compared).toBeGreaterThan(1000);
  });

  const READY: Ready[] = ['nothing', 'small letters', 'stretches', 'both'];
  test.each(READY)('is found wherever texts that it must contain are looked for first (%s at hand)', (ready) => {
    const { below } = createRandom(11);
    const letters = ['a', 'A', 'b', 's', 'S', 'k', 'K', 'B', ' ', 'İ', 'ß', '日'];
    const special = [...letters, 'ſ', '\u212a'];
    const word = (from: string[], length: number) => Array.from({ length }, () => from[below(from.length)]).join('');
    let hits = 0;
    for (let i = 0; i < 300; i++) {
      const lines = Array.from({ length: 40 }, () => word(i % 2 ? letters : special, below(14)));
      const parts = [
        word(['a', 'b', 's', 'k', ' '], 3),
        `${word(['a', 's', 'k'], 3)}.`,
        `(?:a|ß)${word(['a', 'b'], 3)}`,
        `\\b${word(['k', 's'], 3)}+`,
      ];
      const text = Array.from({ length: 1 + below(3) }, () => parts[below(parts.length)]).join('|');
      const alone = new RegExp(text, 'giu');
      const expected = lines.flatMap((line, index) => (line.match(alone) ? [index + 1] : []));
      hits += expected.length;
      expect({ text, lines: linesOf(text, lines, { size: 15, ready }) }).toEqual({ text, lines: expected });
      expect(search(text, lines, { size: 15, limit: 1, ready }).total).toBe(expected.length);
      const exact = lines.flatMap((line, index) => (line.match(new RegExp(text, 'gu')) ? [index + 1] : []));
      expect(linesOf(text, lines, { size: 15, case: 'exact', ready })).toEqual(exact);
    }
    expect(hits).toBeGreaterThan(200);
  });

  test.each(READY)('of a text as it stands is each place where an expression finds it (%s at hand)', (ready) => {
    const { below } = createRandom(12);
    const letters = ['a', 'b', 'f', 'F', 's', 'K', ' ', '1', '.', 'σ', 'ς', 'Σ', 'я', 'Я', '日', '😀', 'é', 'e\u0301'];
    const special = [...letters, 'ſ', '\u212a', 'İ'];
    const word = (from: string[], length: number) => Array.from({ length }, () => from[below(from.length)]).join('');
    let hits = 0;
    for (let i = 0; i < 400; i++) {
      // Now and then long ones, so that stretches are longer than at least, and texts lie across two.
      const lines = Array.from({ length: 40 }, () => word(i % 3 ? letters : special, below(i % 10 ? 12 : 120)));
      const some = lines[below(lines.length)]!.normalize('NFC');
      const from = below(some.length);
      const whole = some.slice(from, from + 1 + below(9));
      const text = i % 2 ? whole : whole.toLowerCase();
      if (text === '' || !text.isWellFormed()) continue;
      for (const matching of ['exact', 'ignore'] as const) {
        const source = [...text]
          .map((letter) => (letter === '.' ? '\\.' : letter === 'é' ? '(?:é|e\u0301)' : letter))
          .join('');
        const alone = new RegExp(source, matching === 'exact' ? 'gu' : 'giu');
        const expected = lines.flatMap((line, index) => {
          const spans = [...line.matchAll(alone)].map((match) => [match.index, match.index + match[0].length]);
          return spans.length > 0 ? [{ line: index + 1, spans }] : [];
        });
        hits += expected.length;
        for (const more of [{ fixed: true }, { fixed: false, text: source }]) {
          const found = search(more.text ?? text, lines, { size: 15, ready, case: matching, fixed: more.fixed });
          const spans = found.matches.map(({ line, spans }) => ({ line, spans }));
          expect({ text, matching, spans }).toEqual({ text, matching, spans: expected });
        }
      }
    }
    expect(hits).toBeGreaterThan(1000);
  });

  test('is looked for in each of the stretches that have it, neighbours in one go', () => {
    const rows = (mask: number) => {
      const found: string[] = [];
      for (let next = firstOf(mask, 0); next >= 0; next = firstOf(mask, endOfRow(mask, next)))
        found.push(`${next}-${endOfRow(mask, next)}`);
      return found.join(' ');
    };
    expect(rows(0)).toBe('');
    expect(rows(0b1)).toBe('0-1');
    expect(rows(0b1101)).toBe('0-1 2-4');
    expect(rows(1 << 31)).toBe('31-32');
    expect(rows(-1)).toBe('0-32');
    expect(rows(~0b1000)).toBe('0-3 4-32');
  });
});

describe('a scan', () => {
  const numbered = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);

  test('keeps the newest and counts all', () => {
    const { matches, total, upTo, complete } = search('line', numbered, { limit: 4 });
    expect(matches.map(({ line }) => line)).toEqual([17, 18, 19, 20]);
    expect({ total, upTo, complete }).toEqual({ total: 20, upTo: 20, complete: true });
  });

  test('gives context across pieces, as far as there are lines', () => {
    const { matches } = search('line (1|9|20)$', numbered, { before: 2, after: 2 });
    expect(matches.map(({ line, before, after }) => [line, before, after])).toEqual([
      [1, [], ['line 2', 'line 3']],
      [9, ['line 7', 'line 8'], ['line 10', 'line 11']],
      [20, ['line 18', 'line 19'], []],
    ]);
  });

  test('begins at a line, and at a time', () => {
    expect(linesOf('line', numbered, { from: 18 })).toEqual([18, 19, 20]);
    expect(linesOf('line', numbered, { since: 19_000 })).toEqual([19, 20]);
    expect(search('line', numbered, { since: 11_000, limit: 1 }).total).toBe(10);
    expect(search('line', numbered, { from: 11, limit: 1 }).total).toBe(10);
  });

  test('shares the limit fairly among children', () => {
    expect(fairShares([300, 5, 0, 300], 20)).toEqual([8, 5, 0, 7]);
    expect(fairShares([3, 2], 500)).toEqual([3, 2]);
    expect(fairShares([9, 9, 9], 2)).toEqual([1, 1, 0]);
    expect(fairShares([], 5)).toEqual([]);
    const children = ['a', 'b'].map((child) => ({
      child,
      from: 1,
      pieces: [piece(child === 'a' ? numbered : ['line x'])],
    }));
    const scan = createScan(readPattern(pattern('line')), { ...wish, limit: 6 }, children);
    scan.run();
    expect(scan.result().map(({ matches, total }) => [matches.length, total])).toEqual([
      [5, 20],
      [1, 1],
    ]);
  });

  test('says what it had not looked at when it was stopped', () => {
    const scan = createScan(readPattern(pattern('line')), wish, [
      { child: 'a', from: 1, pieces: [piece(numbered), piece(['line z'], 21)] },
    ]);
    let asked = 0;
    scan.run(() => asked++ === 1);
    expect(scan.result()[0]).toMatchObject({ total: 1, complete: false, matches: [{ line: 21 }] });
  });

  test('bounds an answer however long the lines are', () => {
    const long = Array.from({ length: 500 }, () => 'x'.repeat(60_000));
    const { matches, total } = search('x$', long, { before: 50, after: 50 });
    const units = matches.reduce(
      (sum, { text, before, after }) => sum + [text, ...before, ...after].join('').length,
      0,
    );
    expect(total).toBe(500);
    expect(units).toBeLessThan(9 * 1024 * 1024);
    expect(matches.at(-1)!.line).toBe(500);
  });

  test('names columns as a terminal counts them', () => {
    expect(
      columnsOf('日本 x', [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [3, 5],
      [6, 7],
    ]);
    expect(columnsOf('ab', [[1, 1]])).toEqual([[2, 2]]);
  });
});

test('what is kept on the disk may be too much to look through: that is no fault of the pattern', () => {
  const late = (agent: string, source: 'ring' | 'archive') => ({
    ...{ agent, id: agent, epoch: 1 },
    found: { child: agent, matches: [], total: 0, upTo: 0, complete: false, sources: [source] },
  });
  const { lost } = mergeMatches([late('lives', 'ring'), late('ended', 'archive')], 50, []);
  expect(lost.map(({ agent, reason }) => `${agent}: ${reason}`)).toEqual([
    expect.stringMatching(/^lives: the pattern took too long/),
    expect.stringMatching(/^ended: to look through what is kept of it on the disk took too long/),
  ]);
});
