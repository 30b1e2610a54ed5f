import { expect, test } from 'vitest';
import { workedIn } from '../../../src/core/runs/worked.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';

/** `began 10`, `tells 20`: what stands in the record of a run, with when. */
const recordOf = (text: string): AgentEvent[] =>
  text.split(', ').map((part) => {
    const [what = '', at] = part.split(' ');
    const types: Record<string, object> = {
      began: { type: 'runBegan' },
      tells: { type: 'phase' },
      late: { type: 'runEnded', outcome: 'timed_out' },
      ended: { type: 'runEnded', outcome: 'cancelled' },
    };
    return { ...(types[what] ?? { type: what }), at: Number(at), epoch: 1 } as unknown as AgentEvent;
  });

test.each([
  ['began 100, tells 150', 50],
  ['created 0, began 100, exited 160, restarted 900, began 1000, tells 1040', 100],
  ['began 100, ended 130, exited 135, unread 5000, restarted 6000, began 6000, exited 6020', 50],
  ['began 100, tells 150, hostLost 90000, restarted 90001, began 90010, tells 90020', 60],
  ['began 100, tells 150, began 200, tells 210', 60],
  ['began 100, late 1100, exited 1101, restarted 2000, began 2000, tells 2005', 5],
  ['created 0', 0],
])('a run was at work: %s', (record, worked) => {
  expect(workedIn(recordOf(record))).toBe(worked);
});
