import { mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoAgents, makeSampleProject } from '../../src/demo/sample.ts';
import { TASKS } from '../../src/demo/sample-scenarios.ts';
import { until } from '../support/wait.ts';
import { boocode, json } from './boocode.ts';

let root: string;
const asking = TASKS.find(({ steps }) => steps.some((one) => one.step === 'ask'))!;
const question = asking.steps.find((one) => one.step === 'ask') as { question: string };
const run = (...more: string[]) =>
  boocode(root, [
    'run',
    asking.name,
    '--runtime',
    'demo',
    '--screen',
    '--prompt',
    asking.prompt,
    '--timeout',
    '60',
    ...more,
  ]);

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'sample-')));
  await makeSampleProject(root);
});
afterEach(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

test('run --pause-on-approval ends with 10 at the question, says what is asked and what goes on, and it goes on', async () => {
  const { code, out, err } = run('--pause-on-approval');
  expect(code).toBe(10);
  expect(out).toContain(question.question);
  expect(err).toContain(question.question);
  expect(err).toContain(`boocode attach ${asking.name}`);
  expect(err).toContain(`boocode keys ${asking.name} y Enter`);

  expect(boocode(root, ['keys', asking.name, 'y', 'Enter']).code).toBe(0);
  const state = () => json<{ status: { state: string } }>(root, 'show', asking.name).status.state;
  await until('it goes on', () => state() !== 'waiting', { seen: state });
});

test('with --json the one value says what it waits for', () => {
  const { code, out, err } = run('--pause-on-approval', '--json');
  expect(code).toBe(10);
  const { agent, lines, pending } = JSON.parse(out);
  expect(agent.status.state).toBe('waiting');
  expect(lines.join('\n')).toContain(question.question);
  expect(pending).toEqual({
    question: expect.stringContaining(question.question),
    resume: `boocode attach ${asking.name}`,
  });
  expect(err).toBe('');
});

test('the inbox lists who waits without a request as well: its screen is to be looked at', async () => {
  expect(boocode(root, ['new', 'later', '--runtime', 'demo', '--prompt', 'wait']).code).toBe(0);
  const inbox = () => boocode(root, ['inbox']).out;
  await until('it waits', () => /^– +later +input +\S+ +look: it waits/m.test(inbox()), { seen: inbox });
  const looks = [{ agent: 'later', waitingFor: 'input' }];
  expect(json<object>(root, 'inbox')).toMatchObject({ approvals: [], looks });
});

test('the sample has one agent that asks', () => {
  expect(demoAgents().map(({ name }) => name)).toContain(asking.name);
});
