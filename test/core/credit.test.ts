import { expect, test } from 'vitest';
import { mayHaveWritten, touchedAfter, touchedStill } from '../../src/core/credit.ts';
import type { RawPiece } from '../../src/core/patch/pieces.ts';
import type { SeenChange } from '../../src/core/review.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { StatusState } from '../../src/schema/status.ts';

const piece = (oldStart: number, removed: string[], newStart: number, added: string[]): RawPiece => ({
  oldStart,
  removed: removed.map((line) => `${line}\n`),
  newStart,
  added: added.map((line) => `${line}\n`),
});
const change = (...pieces: RawPiece[]) =>
  ({ pieces: pieces.map((one, n) => ({ ...one, id: `${n}` })) }) as unknown as SeenChange;

test('who rests after having printed has not written; who never says anything may always have', () => {
  const may = (state: StatusState, source: Agent['status']['evidence']['source'] = 'output') =>
    mayHaveWritten({ status: { state, evidence: { source, detail: '' }, since: 0 } });
  expect([may('running'), may('stalled'), may('unknown', 'none')]).toEqual([true, true, true]);
  expect([may('idle'), may('waiting'), may('unknown'), may('completed')]).toEqual([false, false, false, false]);
});

test('an edit counts in lines of the base, below what others inserted above it', () => {
  const before = [piece(0, [], 1, ['new', 'new'])];
  const touched = touchedAfter(undefined, { id: 'a', delta: [piece(12, ['ten'], 12, ['TEN'])], before });
  expect(touched.pieces.map(({ range }) => range)).toEqual([{ start: 10, end: 10 }]);
  const more = touchedAfter(touched, { id: 'a', delta: [piece(3, ['one'], 3, [])], before });
  expect(more.pieces).toHaveLength(2);
  expect(touchedAfter(more, { id: 'a', delta: null, before })).toMatchObject({ what: 'whole', pieces: [] });
});

test('what is as in the base again was touched by nobody; what somebody else wrote over stays on record', () => {
  const touched = touchedAfter(undefined, { id: 'a', delta: [piece(5, ['5'], 5, ['five'])], before: [] });
  const over = change(piece(4, ['4', '5'], 4, ['four, five']));
  expect(touchedStill(touched, over)).toBe(touched);
  expect(touchedStill(touched, change(piece(9, ['9'], 9, ['nine'])))).toBeNull();
  expect(touchedStill(touched, undefined)).toBeNull();
});
