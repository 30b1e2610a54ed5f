import { expect, test } from 'vitest';
import { STRUCTURED } from '../../src/core/structured.ts';
import { runtimes } from '../../src/runtimes/index.ts';

test('the screen knows the runtimes that have none of their own', () => {
  const found = runtimes.filter(({ structured }) => structured).map(({ id }) => id);
  expect(found.filter((id) => !STRUCTURED.has(id))).toEqual([]);
  expect(runtimes.filter(({ id, structured }) => STRUCTURED.has(id) && !structured).map(({ id }) => id)).toEqual([]);
});
