import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFitting } from '../../src/cockpit/control/fitting.ts';
import type { TerminalState } from '../../src/cockpit/types.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a size that was sent counts as lost with the connection to its host, and is sent again', () => {
  let state: TerminalState = 'live';
  const sizes: string[] = [];
  const terminals = {
    state: () => state,
    resize: (_: string, { cols, rows }: { cols: number; rows: number }) => sizes.push(`${cols}x${rows}`),
  };
  const fitting = createFitting(terminals as never, () => {});
  const want = () => {
    fitting.want([{ agent: 'a', child: 'a.1', size: { cols: 80, rows: 24 } }]);
    vi.advanceTimersByTime(1000);
  };
  want();
  want();
  expect(sizes).toEqual(['80x24']);
  state = 'lost';
  want();
  state = 'live';
  want();
  want();
  expect(sizes).toEqual(['80x24', '80x24']);
  fitting.close();
});
