import { expect, test } from 'vitest';
import { createAlarm } from '../../src/daemon/agents/alarm.ts';
import { until } from '../support/wait.ts';

test('it rings at the earliest time it was set to, once, and again when it is set again', async () => {
  const rang: number[] = [];
  const from = Date.now();
  const alarm = createAlarm(() => void rang.push(Date.now()));
  alarm.by(Number.POSITIVE_INFINITY);
  alarm.by(from + 60_000);
  alarm.by(from + 20);
  alarm.by(from + 30_000);
  await until('it rang', () => rang.length === 1);
  expect(rang[0]).toBeGreaterThanOrEqual(from + 19);
  alarm.by(Date.now() - 5);
  await until('it rang for what was due', () => rang.length === 2);
  alarm.by(Date.now() + 10);
  alarm.close();
  alarm.by(Date.now() + 30);
  await until('it rang for what came after', () => rang.length === 3);
  alarm.close();
});

test('a time beyond what timers reach is not due at once', async () => {
  let far = 0;
  let near = 0;
  const alarms = [createAlarm(() => void far++), createAlarm(() => void near++)];
  alarms[0]!.by(Date.now() + 2 ** 32);
  alarms[1]!.by(Date.now() + 20);
  await until('the near one rang', () => near === 1);
  expect(far).toBe(0);
  for (const alarm of alarms) alarm.close();
});
