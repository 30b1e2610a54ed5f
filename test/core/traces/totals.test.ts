import { afterEach, describe, expect, test } from 'vitest';
import { budgetWords, levelOf, pauseReason, type Use, usesOf, wasHeld } from '../../../src/core/traces/budget.ts';
import { dayBegan, dayEnds, dayOf } from '../../../src/core/traces/day.ts';
import { fitsWords } from '../../../src/core/traces/filter.ts';
import { groupsAt, ordered } from '../../../src/core/traces/order.ts';
import { totals } from '../../../src/core/traces/totals.ts';
import { Total } from '../../../src/schema/trace.ts';
import { ledgerOf, made, tokens, toolFinished, toolStarted, turnEnded, turnStarted, used } from './sample.ts';

const zone = process.env.TZ;
afterEach(() => {
  process.env.TZ = zone ?? 'UTC';
});
const at = (iso: string) => Date.parse(iso);

describe('days', () => {
  test.each([
    ['UTC', '2026-03-10', '2026-03-10T00:00:00Z', 24],
    ['America/Los_Angeles', '2026-03-09', '2026-03-09T07:00:00Z', 24],
    ['Asia/Kolkata', '2026-03-10', '2026-03-09T18:30:00Z', 24],
    ['Pacific/Kiritimati', '2026-03-10', '2026-03-09T10:00:00Z', 24],
  ])('are those of %s', (name, day, began, hours) => {
    process.env.TZ = name;
    const moment = at('2026-03-10T01:30:00Z');
    expect(dayOf(moment)).toBe(day);
    expect(dayBegan(moment)).toBe(at(began));
    expect(dayEnds(moment) - dayBegan(moment)).toBe(hours * 3_600_000);
  });

  test('have 23 and 25 hours when the clocks change', () => {
    process.env.TZ = 'Europe/Berlin';
    const hours = (iso: string) => (dayEnds(at(iso)) - dayBegan(at(iso))) / 3_600_000;
    expect([hours('2026-03-29T12:00:00Z'), hours('2026-10-25T12:00:00Z')]).toEqual([23, 25]);
  });
});

describe('totals', () => {
  const night = ledgerOf(
    made({ name: 'night' }),
    turnStarted(1, at('2026-03-09T23:00:00Z'), { model: 'opus' }),
    used('a', 1, at('2026-03-09T23:10:00Z'), { usd: 1 }),
    toolStarted('x', 1, at('2026-03-09T23:20:00Z')),
    toolFinished('x', at('2026-03-09T23:30:00Z'), { outcome: 'failed' }),
    used('b', 1, at('2026-03-10T00:10:00Z'), { usd: 2, tokens: tokens(1, 1), model: 'haiku' }),
    turnEnded(1, at('2026-03-10T00:20:00Z')),
  );
  const other = ledgerOf(
    made({ name: 'other' }),
    turnStarted(1, at('2026-03-10T08:00:00Z')),
    used('a', 1, at('2026-03-10T08:10:00Z'), { usd: null, tokens: tokens(7, 7), model: null }),
  );

  test('are summed per agent, model and day of this machine, with provenance', () => {
    process.env.TZ = 'UTC';
    const { agents, models, days, total } = totals([night, other], null);
    expect(agents.map(({ key, cost }) => [key, cost?.usd ?? null])).toEqual([
      ['night', 3],
      ['other', null],
    ]);
    expect(models.map(({ key, tokens: t, turns }) => [key, t.input, turns])).toEqual([
      ['haiku', 1, 0],
      ['opus', 100, 1],
      ['unknown', 7, 1],
    ]);
    expect(days.map(({ key, cost, errors }) => [key, cost?.usd, errors])).toEqual([
      ['2026-03-09', 1, 1],
      ['2026-03-10', 2, 0],
    ]);
    expect(total).toMatchObject({
      key: 'all',
      tools: 1,
      turns: 2,
      errors: 1,
      cost: { usd: 3, provenance: 'reported' },
    });
    expect(total.provenance).toEqual({ tokens: 'reported', cost: 'reported' });
    for (const one of [...agents, ...models, ...days]) expect(() => Total.parse(one)).not.toThrow();
  });

  test('fall on other days in another zone', () => {
    process.env.TZ = 'Asia/Tokyo';
    expect(totals([night], null).days.map(({ key, cost }) => [key, cost?.usd])).toEqual([['2026-03-10', 3]]);
  });

  test('count from a moment on', () => {
    const { total } = totals([night], at('2026-03-10T00:00:00Z'));
    expect(total).toMatchObject({ cost: { usd: 2 }, tools: 0, turns: 0 });
  });
});

describe('budgets', () => {
  const now = at('2026-03-10T12:00:00Z');
  const spent = (name: string, ...usd: [string, number][]) =>
    ledgerOf(
      made({ name }),
      turnStarted(1, at('2026-03-09T10:00:00Z')),
      ...usd.map(([iso, cost], index) => used(`u${index}`, 1, at(iso), { usd: cost })),
    );
  const a = spent('a', ['2026-03-09T11:00:00Z', 3], ['2026-03-10T11:00:00Z', 1.5]);
  const b = spent('b', ['2026-03-10T01:00:00Z', 2]);

  test('are counted per agent over its whole life, per day over all agents since midnight', () => {
    process.env.TZ = 'UTC';
    const budgets = [
      { usd: 5, per: 'agent', action: 'warn' } as const,
      { usd: 4, tokens: 1000, per: 'day', action: 'pause' } as const,
    ];
    const uses = usesOf({ budgets, ledgers: [a, b], isListed: () => true, now });
    expect(uses.map(({ key, unit, used: u, limit }) => [key, unit, u, limit, levelOf({ used: u, limit })])).toEqual([
      ['a', 'usd', 4.5, 5, 'near'],
      ['b', 'usd', 2, 5, 'ok'],
      ['2026-03-10', 'usd', 3.5, 4, 'near'],
      ['2026-03-10', 'tokens', 220, 1000, 'ok'],
    ]);
    expect(budgetWords(uses[0]!)).toBe('a has used $4.50 of its budget of $5.00 (90 %).');
    const tomorrow = usesOf({ budgets, ledgers: [a, b], isListed: () => true, now: now + 86_400_000 });
    expect(tomorrow[2]).toMatchObject({ key: '2026-03-11', used: 0 });
  });

  test('hold an agent once: of the day once a day', () => {
    process.env.TZ = 'UTC';
    const budget = { usd: 1, per: 'day', action: 'pause' } as const;
    const use: Use = { budget, key: '2026-03-10', agent: null, unit: 'usd', used: 1.5, limit: 1 };
    expect(pauseReason(use)).toBe("the day's budget of $1.00 is used up");
    expect(budgetWords(use)).toContain('are paused: boocode resume AGENT');
    const held = (iso: string) => [{ at: at(iso), reason: pauseReason(use) }];
    expect(wasHeld(use, held('2026-03-10T02:00:00Z'), now)).toBe(true);
    expect(wasHeld(use, held('2026-03-09T02:00:00Z'), now)).toBe(false);
    expect(wasHeld({ ...use, limit: 2 }, held('2026-03-10T02:00:00Z'), now)).toBe(false);
  });
});

describe('lists', () => {
  const events = [
    made(),
    turnStarted(1, 1000),
    toolStarted('a', 1, 1100, { tool: 'Read', title: 'src/auth.ts' }),
    toolFinished('a', 1200),
    toolStarted('b', 1, 1300),
    toolFinished('b', 9300, { outcome: 'failed', error: 'no' }),
    turnStarted(2, 10_000),
    toolStarted('c', 2, 10_100, { tool: 'Read', title: 'README (1).md' }),
    toolFinished('c', 10_150),
    toolStarted('d', 2, 10_200, { tool: 'Edit', title: 'src/AUTH.ts' }),
  ];
  const { calls } = ledgerOf(...events);
  const names = (list: readonly { call: string }[]) => list.map(({ call }) => call).join('');

  test('are grouped by turn, the newest first, or by tool, the dearest first', () => {
    const byTurn = ordered(calls, { group: 'turn', errorsFirst: false });
    expect(names(byTurn.calls)).toBe('cdab');
    expect(byTurn.groups.map(({ from, errors, longestMs }) => [from, errors, longestMs])).toEqual([
      [0, 0, 50],
      [2, 1, 8000],
    ]);
    const byTool = ordered(calls, { group: 'tool', errorsFirst: false });
    expect(byTool.groups.map((group) => names(group.calls))).toEqual(['b', 'ca', 'd']);
    expect(byTool.errors).toBe(1);
  });

  test('put what failed first on request', () => {
    expect(names(ordered(calls, { group: 'turn', errorsFirst: true }).calls)).toBe('bacd');
  });

  test('give the groups that reach into a window', () => {
    const whole = ordered(calls, { group: 'turn', errorsFirst: false });
    const at2 = (from: number, count: number) => groupsAt(whole, from, count).map((group) => names(group.calls));
    expect(at2(0, 1)).toEqual(['cd']);
    expect(at2(1, 2)).toEqual(['cd', 'ab']);
    expect(at2(3, 9)).toEqual(['ab']);
    expect(at2(4, 9)).toEqual([]);
  });

  test('are filtered by words, whatever their case and signs', () => {
    const fits = (filter: string) => names(calls.filter(fitsWords(filter)));
    expect(fits('auth')).toBe('abcd');
    expect(fits('src auth edit')).toBe('d');
    expect(fits('(1).MD')).toBe('c');
    expect(fits('npm read')).toBe('ac');
    expect(fits('[')).toBe('');
    expect(fits('  ')).toBe('abcd');
  });
});
