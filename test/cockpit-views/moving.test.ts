import { describe, expect, test } from 'vitest';
import { sessionRows } from '../../src/cockpit/selectors/sessions.ts';
import { type Cockpit, initialData, initialUi } from '../../src/cockpit/store/model.ts';
import { collisionsStrip } from '../../src/cockpit/views/collisions/strip.ts';
import { collisionsView } from '../../src/cockpit/views/collisions/view.ts';
import { inboxStrip, inboxView } from '../../src/cockpit/views/inbox/view.ts';
import { sessionsView } from '../../src/cockpit/views/sessions.ts';
import { textOf } from '../../src/cockpit/views/span.ts';
import { movingText, SINCE_WIDTH, type View } from '../../src/cockpit/views/view.ts';
import type { Collision } from '../../src/schema/collision.ts';
import { project } from '../components/sample.ts';
import { crowd } from '../components/waiting.ts';

/** So old that its age takes all the cells there are for one. */
const AGE = 45_000;
const now = Date.now();

const collision: Collision = {
  ...{ file: 'src/auth.ts', severity: 'same_line', agents: ['auth-fix', 'api-tests'], ids: ['1', '2'] },
  ...{ worktrees: ['/a', '/b'], ranges: [[{ start: 1, end: 1 }], []], since: now - AGE },
};

function cockpit(list: Collision[]): Cockpit {
  const agents = crowd(3).map((one) => ({
    ...one,
    status: { ...one.status, since: now - AGE },
    approvals: one.approvals?.map((approval) => ({ ...approval, at: now - AGE })),
  }));
  const forecast = { value: null, since: null, error: null, at: now - AGE };
  return {
    data: { ...initialData(), ...project(agents), collisions: { list, forecast } },
    ui: initialUi({ title: 'shop-api', size: { cols: 120, rows: 40 } }),
  };
}

/** What a compositor draws over the rows stands in them at the very same cells: nothing of the old is left beside it, nothing else is hit. */
const agrees = ({ rows, moving }: Pick<View, 'rows' | 'moving'>) => {
  const ages = moving.filter(({ kind }) => kind === 'since');
  expect(ages).not.toEqual([]);
  for (const one of ages) {
    const row = textOf(rows[one.y]!);
    expect(row.slice(one.x, one.x + SINCE_WIDTH), row).toBe(movingText(one, now));
  }
};

describe.each([40, 80, 120, 200])('ages stand where they are drawn anew, %d cells wide', (width) => {
  test.each([8, 24, 40])('%d rows', (height) => {
    const area = { width, height };
    const [nobody, two] = [cockpit([]), cockpit([collision, { ...collision, file: 'b' }])];
    if (height > 8) agrees(collisionsView(nobody, area, now));
    agrees(collisionsView(two, area, now));
    agrees(collisionsStrip(two, area, now));
    agrees(inboxView(two, area, now));
    agrees(inboxStrip(two, area, now));
    agrees(sessionsView({ rows: sessionRows(two), selected: null, width, height, now }));
  });
});
