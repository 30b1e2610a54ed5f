import { expect, test } from 'vitest';
import { collide, hasRisen, type Touched } from '../../src/core/collide.ts';
import { type RawPiece, withPieces } from '../../src/core/patch/pieces.ts';
import { rangeOf, toOlder } from '../../src/core/patch/ranges.ts';
import type { Severity } from '../../src/schema/collision.ts';
import { anyPair, anyPieces, at, pencil, text } from '../support/edits.ts';
import { createRandom, type Random } from '../support/random.ts';

test('10,000 pairs of edits are judged as by brute force, and the same from both sides', () => {
  const seen = new Map<Severity, number>();
  for (let seed = 1; seed <= 10_000; seed++) {
    const [a, b] = anyPair(createRandom(seed));
    const { severity, ranges } = collide(text(a), text(b));
    expect(severity, `seed ${seed}`).toBe(pencil(a, b));
    const other = collide(text(b), text(a));
    expect(other.severity).toBe(severity);
    expect(new Set(other.ranges[0])).toEqual(new Set(ranges[1]));
    seen.set(severity, (seen.get(severity) ?? 0) + 1);
  }
  for (const count of seen.values()) expect(count).toBeGreaterThan(300);
  expect(seen.size).toBe(4);
});

test('a file that was created or deleted, or cannot be looked into, counts as touched in every line', () => {
  const whole = (result: string): Touched => ({ what: 'whole', result, label: null, pieces: [] });
  const mode: Touched = { what: 'mode', result: 'm', label: '100755', pieces: [] };
  expect(collide(whole('a'), text([at(1, 1)])).severity).toBe('same_line');
  expect(collide(whole('a'), whole('b')).severity).toBe('same_line');
  expect(collide(whole('a'), whole('a')).severity).toBe('identical');
  expect(collide(mode, text([at(1, 1)])).severity).toBe('different_area');
  expect(collide(mode, { ...mode, result: 'n', label: 'other name' }).severity).toBe('same_line');
});

test('a notification is due when it is new or worse, never for the same thing done twice', () => {
  expect(hasRisen(null, 'different_area')).toBe(true);
  expect(hasRisen('different_area', 'same_line')).toBe(true);
  expect(hasRisen('same_line', 'adjacent_line')).toBe(false);
  expect(hasRisen(null, 'identical')).toBe(false);
  expect(hasRisen('identical', 'different_area')).toBe(true);
});

/** Pieces that make a newer file of `lines` numbered lines, and that file. */
function newer(random: Random, lines: number): { pieces: RawPiece[]; file: string[] } {
  const base = Array.from({ length: lines }, (_, index) => `${index + 1}\n`);
  const pieces: RawPiece[] = [];
  let shift = 0;
  for (const { range } of anyPieces(random, lines)) {
    const removed = base.slice(range.start - 1, range.end);
    const added = Array.from({ length: random.below(4) }, (_, index) => `new ${range.start}.${index}\n`);
    if (removed.length === 0 && added.length === 0) continue;
    const start = range.start + shift;
    pieces.push({
      oldStart: removed.length === 0 ? range.start - 1 : range.start,
      removed,
      newStart: added.length === 0 ? start - 1 : start,
      added,
    });
    shift += added.length - removed.length;
  }
  return { pieces, file: withPieces(base, pieces)! };
}

test('lines of a newer base are found in the older one, whatever was inserted above', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = createRandom(seed);
    const { pieces, file } = newer(random, 40);
    if (file.length === 0) continue;
    const start = 1 + random.below(file.length);
    const end = Math.min(file.length, start + random.below(5));
    const range = toOlder({ start, end }, pieces);
    const kept = file
      .slice(start - 1, end)
      .filter((line) => !line.startsWith('new'))
      .map(Number);
    // Every line that both have is in it, and what else is in it was replaced by lines of the range or stood between such.
    for (const line of kept) expect(line >= range.start && line <= range.end, `seed ${seed}`).toBe(true);
    if (kept.length > 0 && kept.length === end - start + 1) {
      expect([range.start, range.end]).toEqual([kept[0], kept.at(-1)]);
    }
    const written = pieces.filter(
      ({ newStart, added }) => added.length > 0 && newStart <= end && newStart + added.length > start,
    );
    for (const piece of written) {
      const old = rangeOf(piece);
      expect(range.start <= old.start && range.end >= old.end, `seed ${seed}`).toBe(true);
    }
    expect(range.end).toBeGreaterThanOrEqual(range.start - 1);
    const place = random.below(file.length + 1);
    const insertion = toOlder({ start: place + 1, end: place }, pieces);
    const [above, below] = [file[place - 1], file[place]];
    if (above && below && !above.startsWith('new') && !below.startsWith('new') && Number(below) === Number(above) + 1) {
      expect(insertion).toEqual({ start: Number(below), end: Number(above) });
    }
  }
});
