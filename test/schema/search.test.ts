import { expect, test } from 'vitest';
import * as z from 'zod';
import { ChildMatches, HostSearch, hostSearchMethods, Match, SearchResult } from '../../src/schema/search.ts';

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
const ofChild = { child: 'c', matches: [found], total: 1, upTo: 9, complete: true, sources: ['ring'] };
const result = { matches: [], total: 1, truncated: false, sources: ['ring'], counts: [], lost: [] };
const wish = {
  pattern: { text: 'x', fixed: true, case: 'exact' },
  ...{ limit: 50, before: 0, after: 0, since: null, screen: true, budgetMs: 200 },
};

/** What a field may be or not. */
const VALUES: unknown[] = [
  ...[null, undefined, '', 'ring', 'archive', true, 0, 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, {}],
  ...[[], [1], ['x'], ['ring'], [[1, 2]], [[1]], [[1, 2, 3]], [['1', 2]], [[1, 2.5]], [found], [null]],
];

const CASES: [name: string, read: (list: unknown) => z.ZodSafeParseResult<unknown>, item: z.ZodType, good: object][] = [
  ['lines that match', (matches) => SearchResult.safeParse({ ...result, matches }), Match, match],
  [
    'counts',
    (counts) => SearchResult.safeParse({ ...result, counts }),
    z.object({ agent: z.string(), id: z.string(), total: z.int() }),
    { agent: 'claude-1', id: '01J', total: 4 },
  ],
  [
    'children to be searched',
    (children) => HostSearch.safeParse({ ...wish, children }),
    z.object({ child: z.string(), from: z.int().min(1) }),
    { child: 'c', from: 3 },
  ],
  [
    'what was found in children',
    (children) => hostSearchMethods.search.result.safeParse({ children, timedOut: false }),
    ChildMatches,
    ofChild,
  ],
];

test.each(CASES)('%s are looked at by hand, and taken or refused as by their shape', (_, read, item, good) => {
  for (const key of Object.keys(good)) {
    const { [key as never]: _, ...without } = good;
    const others: unknown[] = [without, ...VALUES.map((value) => ({ ...good, [key]: value }))];
    for (const other of others)
      expect(read([good, other]).success, `${key} of ${JSON.stringify(other)}`).toBe(item.safeParse(other).success);
  }
  for (const value of VALUES) expect(read(value).success).toBe(item.array().safeParse(value).success);
});

test('what is wrong with one of them is told with its place, and what may be left out is added', () => {
  const { error } = SearchResult.safeParse({ ...result, matches: [match, { ...match, spans: [[1, 2], [3]] }] });
  expect(error!.issues).toMatchObject([{ path: ['matches', 1, 'spans', 1] }]);
  const { complete: _, sources: __, ...rest } = ofChild;
  const read = hostSearchMethods.search.result.parse({ children: [rest], timedOut: false });
  expect(read.children[0]).toEqual({ ...rest, complete: true, sources: [] });
});
