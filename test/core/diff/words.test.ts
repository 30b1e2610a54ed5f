import { expect, test } from 'vitest';
import { wordMarks } from '../../../src/core/diff/words.ts';
import { createRandom } from '../../support/random.ts';

const marked = (before: string, after: string) => {
  const marks = wordMarks(before, after);
  const show = (text: string, ranges: readonly (readonly [number, number])[]) =>
    ranges
      .toReversed()
      .reduce((shown, [from, to]) => `${shown.slice(0, from)}[${shown.slice(from, to)}]${shown.slice(to)}`, text);
  return marks && [show(before, marks.old), show(after, marks.new)];
};

test('marks the words that differ', () => {
  expect(marked('const tax = 0.2;', 'const rate = 0.25;')).toEqual(['const [tax] = 0.[2];', 'const [rate] = 0.[25];']);
  expect(marked('call(a, b)', 'call(a, c, b)')).toEqual(['call(a, b)', 'call(a, [c, ]b)']);
});

test('blanks and line ends count too', () => {
  expect(marked('a = 1', 'a = 1\r')).toEqual(['a = 1', 'a = 1[\r]']);
  expect(marked('  a', '\ta')).toEqual(['[  ]a', '[\t]a']);
});

test('two lines with nothing in common are not compared', () => {
  expect(marked('import x from "y";', '}')).toBeNull();
  expect(marked('a'.repeat(3000), 'a')).toBeNull();
});

test('a pictograph stays whole', () => {
  expect(marked('look 👨‍👩‍👧 here now', 'look 👩🏽 here now')).toEqual([
    'look [👨‍👩‍👧] here now',
    'look [👩🏽] here now',
  ]);
});

test('what is not marked is the same on both sides', () => {
  const random = createRandom(7);
  const line = () => Array.from({ length: 1 + random.below(30) }, () => 'ab (.\t'[random.below(6)]).join('');
  const rest = (text: string, ranges: readonly (readonly [number, number])[]) =>
    ranges.toReversed().reduce((left, [from, to]) => left.slice(0, from) + left.slice(to), text);
  for (let round = 0; round < 500; round++) {
    const [before, after] = [line(), line()];
    const marks = wordMarks(before, after);
    if (marks) expect(rest(before, marks.old)).toBe(rest(after, marks.new));
  }
});
