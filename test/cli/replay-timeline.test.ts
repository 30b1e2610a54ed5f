import { describe, expect, test } from 'vitest';
import { clockText, extend, obey, type Playing, positionAt, wishOf } from '../../src/cli/replay-timeline.ts';
import { sinceOf } from '../../src/cli/since.ts';

const events = [
  { after: 1, code: 'o', data: 'a' },
  { after: 100, code: 'm', data: 'mark' },
  { after: 2, code: 'o', data: 'b' },
  { after: 0, code: 'r', data: '90x30' },
  { after: 0, code: 'r', data: 'rubbish' },
  { after: 1, code: 'x', data: '0' },
];
const film = extend({ shots: [], length: 0 }, events, null);
const playing: Playing = { position: 0, since: 0, paused: false, speed: 1 };

describe('the film', () => {
  test('has what is seen at its times; pauses can be cut', () => {
    expect(film.shots.map(({ at }) => at)).toEqual([1, 103, 103]);
    expect(film.shots[2]).toMatchObject({ text: null, size: { cols: 90, rows: 30 } });
    expect(film.length).toBe(104);
    expect(extend({ shots: [], length: 0 }, events, 2).length).toBe(6);
    expect(extend(extend({ shots: [], length: 0 }, events, null), events, null).length).toBe(208);
  });

  test('goes by its speed, stands while paused, and ends at its end', () => {
    expect(positionAt(playing, 3000, 104)).toBe(3);
    expect(positionAt({ ...playing, speed: 4, position: 10, since: 1000 }, 3000, 104)).toBe(18);
    expect(positionAt({ ...playing, paused: true, position: 7 }, 3000, 104)).toBe(7);
    expect(positionAt(playing, 1e9, 104)).toBe(104);
  });

  test('obeys: pause, seek within its bounds, step to the next thing, speed within bounds', () => {
    const paused = obey(playing, { do: 'pause' }, 2000, film);
    expect(paused).toMatchObject({ position: 2, paused: true });
    expect(obey(paused, { do: 'step' }, 9000, film)).toMatchObject({ position: 103, paused: true });
    expect(obey(paused, { do: 'seek', by: -5 }, 9000, film)).toMatchObject({ position: 0 });
    expect(obey(playing, { do: 'seek', by: 5 }, 2000, film)).toMatchObject({ position: 7, since: 2000, paused: false });
    expect(obey(playing, { do: 'seek', by: 500 }, 2000, film)).toMatchObject({ position: 104 });
    expect(obey({ ...playing, position: 104 }, { do: 'pause' }, 0, film)).toMatchObject({ position: 0, paused: false });
    expect(obey({ ...playing, speed: 64 }, { do: 'speed', by: 2 }, 0, film).speed).toBe(64);
    expect(wishOf('x')).toBeNull();
    expect([5, 65, 3725].map(clockText)).toEqual(['0:05', '1:05', '1:02:05']);
  });
});

test('--since takes times and how long ago', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(sinceOf(undefined, now)).toBeUndefined();
  expect(sinceOf('10m', now)).toBe(now - 600_000);
  expect(sinceOf('1.5h', now)).toBe(now - 5_400_000);
  expect(sinceOf('2026-03-01T11:00:00Z', now)).toBe(now - 3_600_000);
  expect(sinceOf('2026-03-01', now)).toBe(new Date(2026, 2, 1).getTime());
  for (const bad of ['soon', '10', '-5m', '2026-13-01', '2026-03-01T99:00'])
    expect(() => sinceOf(bad, now)).toThrow(/is no time/);
});
