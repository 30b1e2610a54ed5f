// When a dialog that still stands after its answer is taken for a new one: the clock is what matters here.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScreenAsks } from '../../src/daemon/approvals/screens.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Approval } from '../../src/schema/approval.ts';
import { agent } from '../components/sample.ts';
import { moments, recordings } from '../support/recorded.ts';

const SCREEN = {
  lines: ['demo agent', '? May I? (y/n)', '› ', 'asks · demo agent'],
  cursor: { x: 2, y: 2, visible: true, shape: 'block' as const, blink: false },
  title: '',
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function world(one: Agent, shows = { screen: SCREEN, hash: 'h1' }) {
  const asked: Approval[] = [];
  const link = { call: async (method: string) => (method === 'hash' ? { hash: shows.hash } : shows.screen) };
  const asks = new ScreenAsks({
    store: {
      get: () => ({ agents: { [one.id]: one } }),
      record: (_: string, { approval }: { approval: Approval }) => {
        asked.push(approval);
        one.approvals = [approval];
      },
    },
    log: { debug: () => {} },
    hosts: () => ({ get: () => link }),
    screenOf: () => ({ ...shows.screen, book: undefined }),
    withdraw: () => {},
  } as never);
  return { asked, asks };
}

test('a dialog that is asked again at once is found even when the timer comes a moment before its time', async () => {
  const one: Agent = { ...agent('asks', 'waiting'), runtime: 'demo', host: 'h', approvals: [] };
  const { asked, asks } = world(one);
  asks.look(one.id, true);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  one.approvals = [];
  asks.answered(one.id, asked[0]!.id);
  const now = performance.now.bind(performance);
  const [clock, date] = [vi.spyOn(performance, 'now'), vi.spyOn(Date, 'now')];
  const [early, wall] = [now() + 2999.5, Date.now() + 2999];
  clock.mockReturnValue(early);
  date.mockReturnValue(wall);
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked).toHaveLength(1);
  clock.mockRestore();
  date.mockRestore();
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked).toHaveLength(2);
  expect(asked[1]!.id).not.toBe(asked[0]!.id);
  asks.close();
});

test('a dialog that stands on after the hook that reported it was given up is asked of its screen', async () => {
  const held = { id: 'held', via: { type: 'hook', request: 'r' } } as unknown as Approval;
  const one: Agent = { ...agent('asks', 'waiting'), runtime: 'demo', host: 'h', approvals: [held] };
  const { asked, asks } = world(one);
  asks.look(one.id, true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  one.approvals = [];
  asks.answered(one.id, held.id);
  // What was answered by its hook needs a moment to be gone from the screen.
  await vi.advanceTimersByTimeAsync(2900);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toHaveLength(1);
  asks.close();
});

test('a request that is drawn again at another width keeps its id, and has the rows of now', async () => {
  const drawn = (cols: number) => {
    const recorded = recordings().find((one) => one.agent === 'gemini' && one.cols === cols)!;
    const found = moments(recorded).find((one) => one.stood > 1500 && one.waitingFor === 'approval')!.screen;
    return { ...found, cursor: { ...SCREEN.cursor, ...found.cursor } };
  };
  const shows = { screen: drawn(120), hash: 'h1' };
  const one: Agent = { ...agent('asks', 'waiting'), runtime: 'gemini', host: 'h', approvals: [] };
  const { asked, asks } = world(one, shows);
  asks.look(one.id, true);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  Object.assign(shows, { screen: drawn(80), hash: 'h2' });
  asks.look(one.id, true);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]).toMatchObject({ id: asked[0]!.id, at: asked[0]!.at, via: { hash: 'h2' } });
  asks.close();
});
