// When a daemon leaves: by the clock, which is a test's own here.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchIdle } from '../../src/daemon/idle.ts';

const MS = 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function begin() {
  const world = { busy: true, left: 0 };
  const env = { BOOCODE_IDLE_MS: String(MS) };
  const idle = watchIdle({ isBusy: () => world.busy, onIdle: () => void world.left++, env });
  return { world, idle };
}

test('it leaves when nothing has gone on for the whole time', () => {
  const { world, idle } = begin();
  idle.check();
  vi.advanceTimersByTime(MS - 1);
  world.busy = false;
  idle.check();
  vi.advanceTimersByTime(MS - 1);
  expect(world.left).toBe(0);
  vi.advanceTimersByTime(1);
  expect(world.left).toBe(1);
});

test('it leaves too when what went on last ended without a word', () => {
  const { world, idle } = begin();
  idle.check();
  vi.advanceTimersByTime(10 * MS + 1);
  world.busy = false;
  vi.advanceTimersByTime(MS);
  expect(world.left).toBe(0);
  vi.advanceTimersByTime(MS);
  expect(world.left).toBe(1);
});

test('what begins and ends without a word between two looks puts it off no further', () => {
  const { world, idle } = begin();
  world.busy = false;
  idle.check();
  vi.advanceTimersByTime(MS - 1);
  world.busy = true;
  vi.advanceTimersByTime(1);
  expect(world.left).toBe(0);
  world.busy = false;
  vi.advanceTimersByTime(2 * MS);
  expect(world.left).toBe(1);
});

test('it never leaves once it was closed', () => {
  const { world, idle } = begin();
  idle.check();
  world.busy = false;
  idle.check();
  idle.close();
  vi.advanceTimersByTime(5 * MS);
  expect(world.left).toBe(0);
});
