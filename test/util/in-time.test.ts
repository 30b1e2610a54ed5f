import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inTime } from '../../src/util/in-time.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('what comes in time is given, its errors are thrown, and no timer is left behind', async () => {
  const before = timers();
  expect(await inTime(Promise.resolve('there'), 60_000, 'late')).toBe('there');
  await expect(inTime(Promise.reject(new Error('it broke')), 60_000, 'late')).rejects.toThrow('it broke');
  expect(timers()).toBe(before);
});

test('what comes later is waited for no longer, and may fail unheard', async () => {
  const unheard = vi.fn();
  process.on('unhandledRejection', unheard);
  onTestFinished(() => void process.off('unhandledRejection', unheard));
  const { promise, reject } = Promise.withResolvers<string>();
  expect(await inTime(promise, 1, 'late')).toBe('late');
  reject(new Error('it broke'));
  // They are told of once all that waits for promises has run.
  await turn();
  expect(unheard).not.toHaveBeenCalled();
});
