import { expect, test } from 'vitest';
import { ChildMatches, LineMatch, Match, SearchResult } from '../../src/schema/search.ts';

const found = {
  line: 7,
  at: 1_790_000_000_123.5,
  text: 'connection refused by peer',
  spans: [[11, 18]],
  before: ['a line before'],
  after: [],
  source: 'ring',
};
const match = { ...found, agent: 'claude-1', id: '01J', epoch: 1 };
const ofChild = (matches: unknown) => ({ child: 'c', matches, total: 1, upTo: 9, complete: true, sources: ['ring'] });
const result = (matches: unknown) => ({
  matches,
  total: 1,
  truncated: false,
  sources: ['ring'],
  counts: [],
  lost: [],
});

/** Of each field what it may and may not be. */
const VALUES: unknown[] = [
  null,
  undefined,
  '',
  'ring',
  'archive',
  0,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  {},
  [],
  [1],
  ['x'],
  [[1, 2]],
  [[1]],
  [[1, 2, 3]],
  [['1', 2]],
  [[1, 2.5]],
];

test('lines that match are looked at by hand, and taken or refused just as their shape would', () => {
  for (const key of Object.keys(match)) {
    for (const value of VALUES) {
      const other = { ...match, [key]: value };
      const taken = Match.safeParse(other).success;
      expect(SearchResult.safeParse(result([match, other])).success, `${key}: ${String(value)}`).toBe(taken);
      if (key in found)
        expect(ChildMatches.safeParse(ofChild([other])).success, `${key}: ${String(value)}`).toBe(taken);
    }
    const { [key as keyof typeof match]: _, ...without } = match;
    expect(SearchResult.safeParse(result([without])).success, `without ${key}`).toBe(Match.safeParse(without).success);
  }
  for (const value of VALUES) {
    expect(ChildMatches.safeParse(ofChild([value])).success).toBe(LineMatch.safeParse(value).success);
    expect(SearchResult.safeParse(result(value)).success).toBe(Match.array().safeParse(value).success);
  }
});

test('what is wrong with one of them is told with its place', () => {
  const { error } = SearchResult.safeParse(result([match, { ...match, spans: [[1, 2], [3]] }]));
  expect(error!.issues).toMatchObject([
    { path: ['matches'], message: expect.stringMatching(/^1\.spans\.1: .*2 items/) },
  ]);
  expect(SearchResult.safeParse(result('none')).error!.issues[0]!.message).toMatch(/expected array/);
});
