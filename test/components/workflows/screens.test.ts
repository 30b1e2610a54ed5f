import { afterEach, describe, expect, test } from 'vitest';
import type { Agent } from '../../../src/schema/agent.ts';
import type { Run } from '../../../src/schema/run.ts';
import { until } from '../../support/wait.ts';
import { answering } from '../answers.ts';
import { drawn } from '../cockpit.ts';
import { agent, project } from '../sample.ts';
import { picture } from '../still.ts';
import { flowRun, runAgentOf, runOf, scriptRun, step, workflows } from './sample.ts';

let open: ReturnType<typeof drawn> | undefined;
afterEach(() => {
  open?.close();
  open = undefined;
});
const screen = () => open!.screen.rows();
const shows = (what: string) =>
  until(`the screen shows ${what}`, () => screen().join('\n').includes(what), { seen: screen });

function start(size: { cols: number; rows: number }, agents: Agent[], runs: Run[]) {
  open = drawn(size, project(agents));
  answering(open, {
    'workflow.list': () => ({ workflows }),
    'workflow.get': () => ({
      workflow: workflows[1],
      source: 'name: release\nsteps:\n  - id: plan\n    kind: agent\n',
    }),
    'run.get': ({ agent: id }) => ({ run: runs.find((run) => run.id === id), agent: null, children: [] }),
    'agent.seen': () => ({}),
  });
  return open;
}

describe.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 200, rows: 50 },
])('at $cols×$rows', (size) => {
  const name = (what: string) => `workflows-${what}-${size.cols}x${size.rows}`;

  test('runs and workflows, the form, the question whether to trust', async () => {
    const [script, flow] = [scriptRun(), flowRun()];
    const at = start(size, [...script.agents, ...flow.agents], []);
    await at.press('8');
    await shows('review-code');
    await picture(await at.settle(), name('list'));
    await at.press('j', 'j', 'Enter');
    await picture(await at.settle(), name('start'));
    await at.press('Escape', 'j', 'Enter');
    await shows('name: release');
    await picture(await at.settle(), name('trust'));
  });

  test('the phases of a script, and the log', async () => {
    const { agents, run } = scriptRun();
    const at = start(size, agents, [run]);
    await at.press('8', 'Enter');
    await shows('[Steps 5]');
    await picture(await at.settle(), name('script'));
    await at.press('Tab');
    await picture((await at.settle()).map(withoutTime), name('log'));
  });

  test('the graph of a flow', async () => {
    const { agents, run } = flowRun();
    const at = start(size, agents, [run]);
    await at.press('8', 'Enter');
    await shows('[Steps 9]');
    await picture(await at.settle(), name('flow'));
  });
});

/** Times of the log are those of this machine's time zone. */
const withoutTime = (row: string) => row.replace(/ \d\d:\d\d:\d\d /, ' hh:mm:ss ');

test('of 200 agents and 10,000 steps only what is seen is made, and one that changes costs a render, not a new graph', async () => {
  const agents = Array.from({ length: 200 }, (_, n) => agent(`a-${n}`, 'running', { parentId: 'id-big' }));
  const steps = Array.from({ length: 10_000 }, (_, n) =>
    step(`s${n}`, n < 200 ? 'running' : 'pending', {
      ...(n < 200 && { agent: `id-a-${n}` }),
      deps: n < 3 ? [] : [`s${n - 1}`, `s${n - 3}`],
    }),
  );
  const big = runAgentOf('big', 'running', { form: 'flow', steps: { known: 10_000, running: 200 } }, { createdAt: 1 });
  const at = start({ cols: 120, rows: 40 }, [big, ...agents], [runOf('big', { form: 'flow', steps })]);
  await at.press('8', 'Enter');
  await shows('[Steps 10000]');
  await at.press('G');
  await shows('s9999');
  expect(screen().filter((row) => /s99\d\d/.test(row)).length).toBeGreaterThan(10);
  expect(screen().join('\n')).not.toContain('s9900 ');
  const { renders } = at;
  for (let n = 9000; n < 9100; n++) {
    at.cockpit.bridge.workflows.event('id-big', {
      ...{ type: 'step', at: Date.now(), epoch: 1, counts: big.run!.steps },
      step: { ...step(`s${n}`, 'running', { deps: [`s${n - 1}`, `s${n - 3}`] }) },
    });
  }
  await at.settle();
  // None of them is in sight; a render for each of the three panes is left to a time that has gone on meanwhile.
  expect(at.renders - renders).toBeLessThanOrEqual(3);
});
