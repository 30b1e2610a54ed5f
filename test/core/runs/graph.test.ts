import { expect, test } from 'vitest';
import { type GraphStep, graphRows, layered, MOST_LANES } from '../../../src/core/runs/graph.ts';
import { createRandom } from '../../support/random.ts';

const steps = (text: string): GraphStep[] =>
  text.split('\n').map((line) => {
    const [id = '', deps = ''] = line.trim().split(' < ');
    return { id, deps: deps.split(' ').filter(Boolean) };
  });
const drawn = (text: string): string => {
  const order = layered(steps(text));
  const rows = graphRows(order);
  return rows.map(({ before, after }, index) => `${before}o${after}`.trimEnd().padEnd(8) + order[index]!.id).join('\n');
};

test('a chain is one lane', () => {
  expect(drawn('a\nb < a\nc < b')).toBe(['o       a', 'o       b', 'o       c'].join('\n'));
});

test('a step that two hang on, and one that hangs on two', () => {
  expect(drawn('plan\nlint < plan\ntest < plan\nreport < lint test')).toBe(
    ['o       plan', '├─o     lint', 'o │     test', 'o─╯     report'].join('\n'),
  );
});

test('lanes that pass by are crossed, and begin again where they are free', () => {
  expect(drawn('a\nb\nc < a\nd < b\ne < c d')).toBe(
    ['o       a', '│ o     b', 'o │     c', '│ o     d', 'o─╯     e'].join('\n'),
  );
});

test('a step stands below those it depends on, whatever their order; what depends on itself is not lost', () => {
  expect(layered(steps('c < b\nb < a\na')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(layered(steps('x < y\ny < x\na')).map(({ id }) => id)).toEqual(['a', 'x', 'y']);
  expect(layered(steps('a < nobody')).map(({ id }) => id)).toEqual(['a']);
});

test('whatever the graph: every step once, below what it depends on, in a row for each and few lanes', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = createRandom(seed);
    const count = 1 + random.below(40);
    const made: GraphStep[] = Array.from({ length: count }, (_, index) => ({
      id: `s${index}`,
      deps: Array.from({ length: random.below(4) }, () => `s${random.below(index)}`).filter(() => index > 0),
    }));
    const order = layered(made);
    expect(new Set(order.map(({ id }) => id)).size).toBe(count);
    const at = new Map(order.map(({ id }, index) => [id, index]));
    for (const { id, deps } of order) for (const dep of deps) expect(at.get(dep)!).toBeLessThan(at.get(id)!);
    const rows = graphRows(order);
    expect(rows).toHaveLength(count);
    for (const { before, after } of rows)
      expect(before.length + 1 + after.length).toBeLessThanOrEqual((MOST_LANES + 1) * 2);
    expect(rows.at(-1)!.below).toBe('');
  }
});
