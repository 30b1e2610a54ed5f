import { expect, test } from 'vitest';
import { parseHunks } from '../../src/core/patch/parse.ts';
import { piecesOf } from '../../src/core/patch/pieces.ts';
import { fileChange, reviewAfter, type SeenChange, wholeId } from '../../src/core/review.ts';

const patch = ['@@ -1,9 +1,9 @@ f', '-a', '+A', ' b', ' c', ' d', '-e', '+E', ' f', ' g', ' h', '-i', ''].join('\n');
const { hunks } = parseHunks(patch);
const change: SeenChange = {
  ...{
    file: 'x',
    from: null,
    kind: 'edited',
    oldMode: '100644',
    newMode: '100644',
    oldBlob: '1'.repeat(40),
    newBlob: '2'.repeat(40),
  },
  ...{
    content: 'text',
    editedInside: false,
    hunks,
    pieces: piecesOf(hunks).map((piece, index) => ({ ...piece, id: `p${index}` })),
  },
};
const decided = (pieces: Record<string, 'approved' | 'removed' | null>) =>
  ({ type: 'decided', at: 0, epoch: 1, file: 'x', pieces }) as const;
const reviewed = (pieces: string[] | null) => ({ type: 'reviewed', at: 0, epoch: 1, file: 'x', pieces }) as const;

test('a hunk has the state of its pieces, split or not, and none when they differ', () => {
  const review = reviewAfter(undefined, decided({ p0: 'approved' }))!.x;
  const whole = fileChange(change, review).change;
  expect(whole.hunks.map(({ id, state, header }) => [id, state, header])).toEqual([['p0', null, '@@ -1,9 +1,8 @@ f']]);
  const split = fileChange(change, review, { split: true, context: 1 });
  expect(split.change.hunks.map(({ id, state, added, removed }) => [id, state, added, removed])).toEqual([
    ['p0', 'approved', 1, 1],
    ['p1', 'pending', 1, 1],
    ['p2', 'pending', 0, 1],
  ]);
  expect(split.shown[1]!.lines.map(({ bytes }) => bytes)).toEqual(['d\n', 'e\n', 'E\n', 'f\n']);
});

test('what was taken out and stands there again has returned', () => {
  const review = reviewAfter(undefined, decided({ p1: 'removed' }))!.x;
  expect(fileChange(change, review, { split: true }).change.hunks.map(({ state }) => state)).toEqual([
    'pending',
    'returned',
    'pending',
  ]);
});

test('after a review only what came since is fresh', () => {
  const review = reviewAfter(undefined, reviewed(['p0', 'p1']))!.x;
  const { change: shown } = fileChange(change, review);
  expect(shown.reviewed).toBe(false);
  expect(shown.hunks[0]!.pieces.map(({ fresh }) => fresh)).toEqual([false, false, true]);
  expect(fileChange(change, reviewAfter(undefined, reviewed(['p0', 'p1', 'p2']))!.x).change.reviewed).toBe(true);
  expect(fileChange(change, undefined).change.hunks[0]!.pieces.every(({ fresh }) => fresh)).toBe(true);
});

test('what says nothing is not kept', () => {
  const one = reviewAfter(undefined, decided({ p0: 'approved' }));
  expect(reviewAfter(one, decided({ p0: null }))).toBeUndefined();
  expect(reviewAfter(reviewAfter(one, reviewed(['p0'])), decided({ p0: null }))).toEqual({
    x: { pieces: {}, reviewed: ['p0'] },
  });
});

test('what has no lines is decided as a whole, and anew when its content is another', () => {
  const binary: SeenChange = { ...change, content: 'binary', hunks: [], pieces: [] };
  const review = reviewAfter(undefined, decided({ [wholeId(binary)]: 'approved' }))!.x;
  expect(fileChange(binary, review).change.whole?.decision).toBe('approved');
  expect(fileChange({ ...binary, newBlob: '3'.repeat(40) }, review).change.whole?.decision).toBe('pending');
});
