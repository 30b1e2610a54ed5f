import { afterEach, expect, test } from 'vitest';
import { NO_STEPS } from '../../../src/core/runs/summary.ts';
import type { Agent } from '../../../src/schema/agent.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';
import type { Run } from '../../../src/schema/run.ts';
import { until } from '../../support/wait.ts';
import { answering } from '../answers.ts';
import { click, drawn } from '../cockpit.ts';
import { agent, project } from '../sample.ts';
import { flowRun, info, runAgentOf, runOf, scriptRun, step, told, workflows } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open?.close());
const text = () => open.screen.rows().join('\n');
const shows = (what: string | RegExp) =>
  until(`the screen shows ${what}`, () => (typeof what === 'string' ? text().includes(what) : what.test(text())), {
    seen: () => open.screen.rows(),
  });

type Asked = Record<string, unknown>;
function start(agents: Agent[], runs: Run[], more: Record<string, (params: Asked) => unknown> = {}) {
  open = drawn({ cols: 120, rows: 40 }, project(agents));
  return answering(open, {
    'workflow.list': () => ({ workflows }),
    'run.get': ({ agent }) => ({ run: runs.find(({ id }) => id === agent), agent: null, children: [] }),
    'agent.seen': () => ({}),
    'session.events': () => ({ lines: [], last: 0, more: false }),
    ...more,
  });
}
const tell = (agent: string, event: Record<string, unknown>) =>
  open.cockpit.bridge.workflows.event(`id-${agent}`, { at: Date.now(), epoch: 1, ...event } as AgentEvent);

test('runs stand above the workflows, with how far they are; a file that is wrong says in which line', async () => {
  const { agents } = scriptRun();
  start(agents, []);
  await open.press('8');
  await shows('review-code');
  expect(text()).toMatch(/Runs[\s\S]* review .*working .*review-code · Verify .*◆ 1 waiting {2}3\/5 {2}1 ✖/);
  expect(text()).toMatch(
    /Workflows[\s\S]*▷ review-code[\s\S]*◇ release .*not trusted yet[\s\S]*✖ broken .*line 3: Unexpected token/,
  );
  await open.press('G');
  await shows('.boocode/workflows/broken.js');
});

test('a run shows its phases with their steps, what each took, and what came from the cache', async () => {
  const { agents, run } = scriptRun();
  start(agents, [run]);
  await open.press('8', 'Enter');
  await shows('[Steps 5]');
  expect(text()).toMatch(/▾ Look {2}each with its own eyes +3\/3 {2}1 ✖/);
  expect(text()).toMatch(/✓ security +done +claude +12\.4s +12k +\$0\.21/);
  expect(text()).toMatch(/✓ speed +cached/);
  expect(text()).toMatch(/✖ style {2}its answer fits no schema.* +failed/);
  expect(text()).toMatch(/◆ is auth\.ts:40 real {2}2× +waiting/);
  expect(text()).toMatch(/▾ Report {2}what is left +0\/0/);
  expect(text()).toContain('one question waits: check-2');
  expect(text()).toMatch(/3\/5 +2 ● working {2}1 ✖ failed {2}1 cached {2}4 agents {2}16k tok {2}\$0\.27/);
});

test('what is told while the run is being asked for is not lost, and no line of the log stands there twice', async () => {
  const { agents, run } = scriptRun();
  const line = { at: 5000, level: 'log' as const, text: 'known to both' };
  const answer = Promise.withResolvers<unknown>();
  start(agents, [run], { 'run.get': () => answer.promise });
  await open.press('8', 'Enter');
  tell('review', { type: 'noted', ...line });
  tell('review', {
    type: 'step',
    step: told(step('d', 'completed', { label: 'the first check', phase: 'Verify' })),
    counts: NO_STEPS,
  });
  answer.resolve({ run: { ...run, log: [...run.log, line] }, agent: null, children: [] });
  await shows(/✓ the first check +done/);
  tell('review', { type: 'noted', level: 'error', text: 'told afterwards' });
  await open.press('Tab');
  await shows('told afterwards');
  expect(text().match(/known to both/g)).toHaveLength(1);
});

test('a flow is drawn as a graph; a batch is folded and unfolded; a switch says what it chose', async () => {
  const { agents, run } = flowRun();
  start(agents, [run]);
  await open.press('8', 'Enter');
  await shows('[Steps 9]');
  expect(text()).toContain('which  chose the first case');
  expect(text()).toMatch(/▾ test {2}1\/2 {2}1 ●/);
  expect(text()).toMatch(/│ │ +✓ unit[\s\S]*│ │ +\S end to end/);
  const y = open.screen.rows().findIndex((row) => row.includes('▾ test'));
  open.screen.send(...click(60, y));
  open.screen.send(...click(60, y));
  await shows('▸ test');
  expect(text()).not.toContain('end to end');
  tell('release-1', {
    ...{ type: 'step', counts: NO_STEPS },
    step: told(step('thank', 'pending', { deps: ['publish'], label: 'known later' })),
  });
  await shows(/◌ +known later/);
});

test('what waits for a place among those that work says so, apart from what waits for other steps', async () => {
  const run = runOf('wide', {
    ...{ workflow: 'release', form: 'flow' },
    steps: [
      step('one', 'running', { agent: 'id-one' }),
      step('two', 'pending', { queued: true }),
      step('last', 'pending', { deps: ['one', 'two'] }),
    ],
  });
  start([runAgentOf('wide', 'running')], [run]);
  await open.press('8', 'Enter');
  await shows(/◌ +two +queued/);
  expect(text()).toMatch(/◌─╯ +last +pending/);
  await open.press('j', 'Enter');
  await shows('two: it begins when fewer agents of the run work.');
});

test('Enter goes to the agent of a step, a to what has waited longest; the run is as it was afterwards', async () => {
  const { agents, run } = scriptRun();
  start(agents, [run], { 'approvals.get': () => new Promise(() => {}) });
  await open.press('8', 'Enter');
  await shows('[Steps 5]');
  await open.press('g', 'j', 'Enter');
  await shows('look-1 · claude');
  await open.press('8');
  await shows(/▸ +✓ security/);
  await open.press('a');
  await until('its request is looked at', () => open.store.getState().ui.inbox.at === 'r1');
  expect(open.store.getState().ui.view).toBe('inbox');
  await open.press('Escape');
  await shows('[Steps 5]');
});

test('a run that is selected in the sessions stands where the screen of an agent would; Enter opens it', async () => {
  const { agents, run } = scriptRun();
  start(agents, [run]);
  open.store.setUi({ selected: 'id-review' });
  await shows('[Steps 5]');
  expect(text()).toContain('review · workflow');
  tell('review', {
    type: 'step',
    step: told(step('f', 'running', { label: 'one more', phase: 'Report' })),
    counts: NO_STEPS,
  });
  await shows('one more');
  await open.press('Enter');
  await shows('Run review');
});

test('in the place of a screen stand its newest lines too, and its result once it has one', async () => {
  const { agents, run } = scriptRun();
  start(agents, [run]);
  open.store.setUi({ selected: 'id-review' });
  await shows(/── Log ─[\s\S]*looking at 3 files[\s\S]*it goes on without/);
  expect(text()).toContain('is auth.ts:12 real');
  tell('review', {
    ...{ type: 'runEnded', outcome: 'completed', error: null, place: null },
    result: JSON.stringify({ report: '# Findings\n\nAll is well.' }),
  });
  await shows('# Findings');
  expect(text()).toContain('All is well.');
  expect(text()).not.toContain('── Log');
});

test('a tile of a run shows how far it is and its agents, those that need somebody first', async () => {
  const { agents, run } = scriptRun();
  start([...agents, agent('other', 'running')], [run]);
  await open.press('t');
  await shows(/review-code {2}in Verify/);
  expect(text()).toMatch(/3\/5 +2 ● working {2}1 ✖ failed/);
  expect(text()).toMatch(/◆ check-2 +waiting[\s\S]*✖ look-2 +failed[\s\S]*● check-1 +working[\s\S]*✓ look-1 +done/);
});

test('only what went wrong, only what goes on; the log and the result', async () => {
  const { agents, run } = scriptRun();
  const result = JSON.stringify({ report: '# Findings\n\nAll is **well**.' });
  start(agents, [{ ...run, result, outcome: 'completed' }]);
  await open.press('8', 'Enter');
  await shows('[Steps 5]');
  await open.press('e');
  await shows('only those that go on or wait');
  expect(text()).not.toContain('security');
  await open.press('e');
  await shows('only those that went wrong');
  expect(text()).toContain('style');
  expect(text()).not.toContain('▾ Verify');
  await open.press('Tab');
  await shows('it goes on without');
  await open.press('Tab');
  await shows('# Findings');
  await open.press('y');
  expect(open.screen.copied).toEqual(['# Findings\n\nAll is **well**.']);
});

test('the form asks for what the workflow takes, says what is missing, and starts it', async () => {
  const asked = start([], [runOf('review-2')], {
    'run.start': () => {
      const agent = runAgentOf('review-2', 'running');
      open.store.setData(project([agent]));
      return { agent };
    },
  });
  await open.press('8');
  await shows('▷ review-code');
  await open.press('Enter');
  await shows('Start review-code');
  await open.press('Enter');
  await shows('question is needed.');
  await open.press(...'is it safe', 'Tab', 'Space', 'Tab', 'C-u', '4', 'x', 'Enter');
  await shows('rounds is a number; "4x" is none.');
  await open.press('BSpace', 'Tab', 'Space', 'Enter');
  await shows('Run review-2');
  expect(asked.find(({ method }) => method === 'run.start')?.params).toMatchObject({
    workflow: 'review-code',
    args: { question: 'is it safe', depth: 'thorough', rounds: 4, strict: true },
    fresh: false,
  });
});

test('who does what a workflow leaves open is the first coding agent that is there, where no profile says it', async () => {
  const asked = start([], [runOf('review-2')], { 'run.start': () => ({ agent: runAgentOf('review-2', 'running') }) });
  const claude = { found: true, path: '/bin/claude', version: '2', install: null, title: 'Claude Code' };
  const used = { terminal: 'claude', headless: 'claude-stream', why: 'it was found' };
  const shell = { ...claude, id: 'shell', title: 'your shell', path: '/bin/bash' };
  const runtimes = [shell, { ...claude, id: 'claude', used }, { ...claude, id: 'claude-stream' }];
  open.store.setData({ runtimes });
  await open.press('8');
  await shows('▷ review-code');
  await open.press('Enter');
  await shows('Runs with ‹ claude-stream ›');
  await open.press(...'is it safe', 'Enter');
  await until('it starts', () => asked.some(({ method }) => method === 'run.start'));
  expect(asked.find(({ method }) => method === 'run.start')?.params).toMatchObject({ runtime: 'claude-stream' });
});

test("a repository's workflow is read before it is trusted, and what was read is what is trusted", async () => {
  const source = `name: release\nsteps: [] #${'.'.repeat(120)}\u202e the end\n`;
  const asked = start([], [], {
    'workflow.get': () => ({ workflow: { ...workflows[1], hash: 'of what was read' }, source }),
    'workflow.trust': () => ({}),
  });
  await open.press('8');
  await shows('◇ release');
  await open.press('j', 'n');
  await shows('Trust release?');
  await shows('2 steps: []');
  expect(text()).toContain('‹202e› the end');
  await open.press('Enter');
  await shows('Trust release?');
  await open.press('y');
  await shows('Start release');
  expect(asked.find(({ method }) => method === 'workflow.trust')?.params).toEqual({
    name: 'release',
    hash: 'of what was read',
  });
});

test('a workflow that is wrong is shown at the line; it is read again when its file has changed', async () => {
  let list = workflows;
  const source = 'export const meta = {\n  name: "broken"\n};;}\n';
  start([], [], {
    'workflow.list': () => ({ workflows: list }),
    'workflow.get': () => ({ workflow: workflows[2], source }),
  });
  await open.press('8');
  await shows('✖ broken');
  await open.press('G', 'Enter');
  await shows(/▸3 };;}/);
  await open.press('Escape');
  list = [...workflows.slice(0, 2), info('mended')];
  open.cockpit.bridge.workflows.changed();
  await shows('▷ mended');
  expect(text()).not.toContain('✖ broken');
});

test('a run is cancelled after a question, and resumed', async () => {
  const { agents, run } = scriptRun();
  const asked = start(agents, [run], { 'agent.stop': () => ({}), 'agent.resume': () => ({}) });
  await open.press('8', 'Enter');
  await shows('[Steps 5]');
  await open.press('r');
  await shows('the run goes on');
  await open.press('x');
  await shows('Cancel the run review?');
  expect(text()).toContain('2 agents of it are at work');
  await open.press('y');
  await until('it is stopped', () => asked.some(({ method }) => method === 'agent.stop'));
  const steps = { known: 5, done: 3, failed: 2 };
  open.store.setData(project([runAgentOf('review', 'cancelled', { outcome: 'cancelled', steps }), ...agents.slice(1)]));
  // Nothing of it has failed.
  await shows('2 ⊘ not finished');
  open.store.setData(project([runAgentOf('review', 'failed', { outcome: 'timed_out', steps }), ...agents.slice(1)]));
  await shows('◷ timed out');
  await open.press('r');
  const resumed = () => asked.filter(({ method }) => method === 'agent.resume').map(({ params }) => params.agent);
  await until('it is resumed', () => resumed().length === 1);
  await open.press('Escape', 'Escape');
  await shows('r resume');
  await open.press('r');
  await until('it is resumed from the sessions', () => resumed().length === 2);
  expect(resumed()).toEqual(['id-review', 'id-review']);
});

test('M merges what the agents of an ended run changed, and says where it stands and what was left out', async () => {
  const { agents } = scriptRun();
  const ended = [runAgentOf('review', 'completed', { steps: { known: 3, done: 3 } }), ...agents.slice(1, 3)];
  const answers = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  let times = 0;
  const asked = start(agents, [{ ...scriptRun().run, outcome: 'completed' }], {
    'run.combine': () => answers[times++]?.promise ?? Promise.reject(new Error('the agents of review changed nothing')),
  });
  const combines = () => asked.filter(({ method }) => method === 'run.combine');
  await open.press('8', 'Enter');
  await shows('[Steps 5]');
  await open.press('M');
  await shows('the run goes on');
  expect(combines()).toEqual([]);
  open.store.setData(project(ended));
  await open.press('M');
  await shows('Merging what the agents of review changed');
  answers[0]!.resolve({ branch: 'boo/review', commit: 'c0ffee', merged: ['look-1', 'look-2'], conflicts: [] });
  await shows('The work of 2 agents is on boo/review.');
  await open.press('M');
  const conflicts = [{ agent: 'look-2', files: ['a.ts', 'b.ts'] }];
  answers[1]!.resolve({ branch: 'boo/review-2', commit: 'c0ffee', merged: ['look-1'], conflicts });
  await shows(/The work of 1 agent is on boo\/review-2; left out, as they conflict: look-2\s+\(a\.ts, b\.ts\)/);
  await open.press('M');
  await shows('the agents of review changed nothing');
  expect(combines().map(({ params }) => params)).toEqual(
    Array(3).fill({ agent: 'id-review', identity: expect.anything() }),
  );
});

test('in the sessions an ended run folds its agents; one of them that is selected is seen', async () => {
  const { agents } = scriptRun();
  const ended = [runAgentOf('review', 'completed', { steps: { known: 5, done: 5 } }), ...agents.slice(1, 3)];
  start(agents, []);
  await open.settle();
  expect(text()).toMatch(/ review[\s\S]*│ look-1/);
  open.store.setData(project(ended));
  await shows(/✓ +review ▸2 .*5\/5/);
  expect(text()).not.toContain('│ look-1');
  open.store.setUi({ selected: 'id-look-2' });
  await shows('│ look-1');
});

test('below a run that goes on those of many that it is done with are folded; who works, failed or is selected is seen', async () => {
  const child = (name: string, state: Agent['status']['state'], at: number) =>
    agent(name, state, { parentId: 'id-wide', createdAt: at });
  const done = Array.from({ length: 13 }, (_, at) => child(`done-${at}`, 'completed', at + 10));
  const others = [child('works', 'running', 30), child('wrong', 'failed', 31)];
  start([runAgentOf('wide', 'running', { steps: { known: 15, done: 12 } }), ...done.slice(1), ...others], []);
  await shows(/│ done-12[\s\S]*│ works[\s\S]*│ wrong/);
  open.store.setData(project([runAgentOf('wide', 'running', { steps: { known: 15, done: 13 } }), ...done, ...others]));
  await shows(/wide ▸13 [\s\S]*│ works[\s\S]*│ wrong/);
  expect(text()).not.toContain('│ done-');
  open.store.setUi({ selected: 'id-done-5' });
  await shows(/wide ▸12 [\s\S]*│ done-5 [\s\S]*│ works/);
  expect(text()).not.toContain('│ done-6');
});

test('nothing is asked while nobody looks, and no error is asked for again and again', async () => {
  const { agents } = scriptRun();
  const asked = start(agents, [], {
    'run.get': () => {
      throw new Error('its record is gone');
    },
  });
  open.cockpit.bridge.workflows.changed();
  await open.settle();
  expect(asked).toEqual([]);
  await open.press('8', 'Enter');
  await shows('its record is gone');
  await open.press('j', 'k', 'Tab');
  expect(asked.filter(({ method }) => method === 'run.get').length).toBe(1);
});
