import type { Agent } from '../schema/agent.ts';
import type { LineRange } from '../schema/collision.ts';
import type { Touched } from './collide.ts';
import type { RawPiece } from './patch/pieces.ts';
import { linesBetween, rangeOf, toOlder } from './patch/ranges.ts';
import type { SeenChange } from './review.ts';

/**
 * May this agent have written a moment ago? One that prints when it works, and rests, has not; one that never says anything may always
 * have.
 */
export function mayHaveWritten({ status: { state, evidence } }: Pick<Agent, 'status'>): boolean {
  if (state === 'unknown') return evidence.source === 'none';
  return state === 'running' || state === 'stalled' || state === 'preparing' || state === 'pending';
}

/**
 * What an agent has touched of a file in a checkout that it shares, after one more edit by it: from the content that `before` made of the base,
 * by `delta`. In lines of the base, so that it stays where somebody else writes over it. Null: no lines can be told.
 */
export function touchedAfter(
  old: Touched | undefined,
  { id, delta, before }: { id: string; delta: readonly RawPiece[] | null; before: readonly RawPiece[] },
): Touched {
  const common = { result: null, label: null };
  if (delta === null || old?.what === 'whole') return { ...common, what: 'whole', pieces: [] };
  const ranges = delta.map((piece) => (before.length > 0 ? toOlder(rangeOf(piece), before) : rangeOf(piece)));
  // Told apart by who wrote: two agents that touch the same lines one after the other never made the same change.
  return { ...common, what: 'text', pieces: [...(old?.pieces ?? []), ...ranges.map((range) => ({ range, text: id }))] };
}

/** What still stands of it: where the file is as in its base again, nobody has touched anything. Null: nothing. */
export function touchedStill(touched: Touched, now: SeenChange | undefined): Touched | null {
  if (!now) return null;
  if (touched.what !== 'text' || now.pieces.length === 0) return touched;
  const there = now.pieces.map(rangeOf);
  const pieces = touched.pieces.filter(({ range }) => there.some((one) => meets(one, range)));
  if (pieces.length === 0) return null;
  return pieces.length === touched.pieces.length ? touched : { ...touched, pieces };
}

const meets = (a: LineRange, b: LineRange) => linesBetween(a, b) === null;
