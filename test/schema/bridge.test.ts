import { expect, test } from 'vitest';
import { activityEvents } from '../../src/schema/activity.ts';
import { BridgeOut } from '../../src/schema/bridge.ts';

test('a bridge may state every activity, without what is added by who records it', () => {
  for (const { shape } of activityEvents)
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(['at', 'epoch', 'from']));
  const said = { type: 'phase', title: 'Plan' };
  expect(BridgeOut.parse({ boocode: 'report', report: said })).toEqual({ boocode: 'report', report: said });
});
