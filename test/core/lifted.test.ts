import { expect, test } from 'vitest';
import { liftedBy } from '../../src/core/lifted.ts';

/** A Saturday evening in New York. */
const NOW = Date.UTC(2026, 10, 21, 22, 30, 20);
const inSeconds = (text: string) => {
  const at = liftedBy(text, NOW);
  return at === null ? null : (at - NOW) / 1000;
};
const utc = (...parts: [number, number, number, number, number]) => Date.UTC(...parts);

test('a limit is lifted after as long as its provider says', () => {
  expect(inSeconds('Rate limit reached for x: Limit 30000. Please try again in 20m1s.')).toBe(1201);
  expect(inSeconds('Quota exceeded. Please retry in 1h2m3.5s.')).toBe(3723.5);
  expect(inSeconds('Please retry in 899.2ms.')).toBe(0.9);
  expect(inSeconds('Suggested retry after 34s.')).toBe(34);
  expect(inSeconds('Your quota will reset after 2 days 3 hours.')).toBe((2 * 24 + 3) * 3600);
  expect(inSeconds('wait for 5 minutes')).toBe(300);
});

test('a time of the clock is the next such time where it is meant, and is over with its minute', () => {
  const utcText = "You've hit your 5-hour limit · resets 11:12pm (UTC)";
  expect(liftedBy(utcText, NOW)).toBe(utc(2026, 10, 21, 23, 13));
  expect(liftedBy("You've hit your limit · resets 3am (UTC)", NOW)).toBe(utc(2026, 10, 22, 3, 1));
  // It is 17:30 there.
  expect(liftedBy('resets 5:30pm (America/New_York)', NOW)).toBe(utc(2026, 10, 21, 22, 31));
  expect(liftedBy('resets 5:29pm (America/New_York)', NOW)).toBe(utc(2026, 10, 22, 22, 30));
  expect(liftedBy('resets 12am (Europe/Berlin)', NOW)).toBe(utc(2026, 10, 21, 23, 1));
});

test('a time of another day, also of the next year', () => {
  expect(liftedBy('resets Nov 24, 10:13pm (UTC)', NOW)).toBe(utc(2026, 10, 24, 22, 14));
  expect(liftedBy('resets Jan 2, 9am (UTC)', NOW)).toBe(utc(2027, 0, 2, 9, 1));
});

test('without a zone it is our clock', () => {
  const at = new Date(liftedBy('Try again at 3:51 PM.', NOW)!);
  expect([at.getHours(), at.getMinutes()]).toEqual([15, 52]);
  expect(at.getTime()).toBeGreaterThan(NOW);
  expect(at.getTime() - NOW).toBeLessThanOrEqual(24 * 3600_000 + 60_000);
});

test('what says no time says none', () => {
  const texts = [
    'Please try again later.',
    'exceeded retry limit, last status: 429',
    'resets 5pm (No/Where)',
    'in 5m',
    '',
  ];
  for (const text of texts) expect(liftedBy(text, NOW), text).toBeNull();
  expect(liftedBy('resets Foo 3, 5pm (UTC)', NOW)).toBeNull();
});
