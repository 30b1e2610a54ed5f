import { expect, test } from 'vitest';
import { argsFor } from '../../../src/core/scripts/args.ts';

const KNOWN = {
  args: {
    text: { type: 'string', required: true },
    count: { type: 'number', default: 2 },
    loud: { type: 'boolean' },
    side: { type: 'string', choices: ['left', 'right'] },
  },
} as const;
const take = (given: Record<string, unknown>) => argsFor(structuredClone(KNOWN) as never, given);

test('words of a command line become what is wanted, and defaults are filled in', () => {
  expect(take({ text: 'x', loud: 'true', side: 'left' }).args).toEqual({
    text: 'x',
    count: 2,
    loud: true,
    side: 'left',
  });
  expect(take({ text: 7, count: '1.5' }).args).toEqual({ text: '7', count: 1.5 });
});

test('everything that is wrong is said at once', () => {
  expect(take({ count: 'many', loud: 1, side: 'up', toString: 1 }).faults.map(({ name }) => name)).toEqual([
    'toString',
    'text',
    'count',
    'loud',
    'side',
  ]);
});

test('a script that describes no arguments takes what it is given', () => {
  expect(argsFor({}, { a: [1] }).args).toEqual({ a: [1] });
});
