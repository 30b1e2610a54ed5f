import { afterEach, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { answering } from './answers.ts';
import { drawn } from './cockpit.ts';
import { agent, reachable } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

/** A cockpit on agents whose host lives. */
function start(...agents: Agent[]) {
  const data = reachable(agents);
  open = drawn({ cols: 120, rows: 40 }, data);
  return answering(open, { 'agent.seen': () => ({}) });
}
const idle = (name: string, more: Partial<Agent>) => agent(name, 'idle', { host: 'h1', ...more });

test('an agent that one goes to counts as seen, also when nothing more happens to it', async () => {
  const asked = start(idle('one', { createdAt: 1 }), idle('two', { createdAt: 2, unread: true }));
  await open.settle();
  expect(asked).toEqual([]);
  await open.press('j');
  expect(asked).toContainEqual({ method: 'agent.seen', params: { agent: 'id-two' } });
});

test('an agent that a view lies over counts as seen when its screen is back', async () => {
  const asked = start(idle('one', { unread: true }));
  await open.press('/');
  asked.length = 0;
  await open.press('Escape');
  expect(asked).toContainEqual({ method: 'agent.seen', params: { agent: 'id-one' } });
});
