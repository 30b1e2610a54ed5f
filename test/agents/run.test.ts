import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ask, Reply } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { both, byShape, programs } from './by-shape.ts';
import { type Project, startProject } from './project.ts';

const SIDES = `
export const meta = { name: 'sides', description: 'Two look at once, a workflow of its own sums up', args: { word: {} } };
const NOTES = {
  type: 'object',
  properties: { notes: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 } },
  required: ['notes'],
};
export default async function main({ word }) {
  const looks = await parallel([
    () => agent('Look at the files.', { runtime: 'claude-stream', schema: NOTES, worktree: false }),
    () => agent('Look at ' + word + '.', { runtime: 'codex-app', schema: NOTES, worktree: false }),
  ]);
  const notes = looks.flatMap((look) => look.notes);
  return { notes, sum: await workflow('sum', { notes: notes.length }) };
}
`;
const SUM = `
export const meta = { name: 'sum', description: 'Sums up', args: { notes: { type: 'number' } } };
const SUMMARY = { type: 'object', properties: { sum: { type: 'string' } }, required: ['sum'] };
export default ({ notes }) => agent('Sum up ' + notes + ' notes.', { runtime: 'claude-stream', schema: SUMMARY, worktree: false });
`;

/** Codex is kept waiting for its second reply until \`middle\` is released. */
const held = (ask: Ask): Reply => ({
  ...byShape(ask),
  ...(ask.prompt.startsWith('Look at one.') && ask.answered === 1 && { hold: 'middle' }),
});

async function start(project: Project, word: string) {
  const { client, world, env } = project;
  const ask = { workflow: 'sides', args: { word }, unattended: 'auto' as const, cwd: world.root, env };
  return (await client.call('run.start', ask)).agent.id;
}

async function ended(project: Project, agent: string) {
  const get = () => project.client.call('run.get', { agent });
  const over = async () => {
    const sight = await get();
    return sight.run.outcome !== null && sight.agent.endedAt !== null ? sight : null;
  };
  const sight = await until('the run has ended', over, { timeout: 120_000, seen: get });
  expect({ outcome: sight.run.outcome, error: sight.run.error }).toEqual({ outcome: 'completed', error: null });
  return sight;
}

/** What the models were asked in conversations, by the first line of the prompt. */
const askedFor = ({ models }: Project) =>
  models.asked.flatMap(({ side, ask }) => (side ? [] : [ask.prompt.split('\n', 1)[0]!])).sort();

test.skipIf(programs.claude === null || programs.codex === null)(
  'a run of two CLIs goes on over the death of its daemon, is taken from the cache the next time, and asks again only what was changed',
  async () => {
    await using project = await startProject(both, { flows: [{ when: '.', replies: [], answer: held }] });
    const folder = join(project.world.root, '.boocode', 'workflows');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'sides.js'), SIDES);
    writeFileSync(join(folder, 'sum.js'), SUM);
    const { workflows } = await project.client.call('workflow.list', {});
    for (const { name, hash, from } of workflows)
      if (from === 'project') await project.client.call('workflow.trust', { name, hash });

    const id = await start(project, 'one');
    const atCodex = () => project.models.asked.some(({ ask }) => ask.prompt.startsWith('Look at one.') && ask.answered);
    await until('Codex has read its file', atCodex, { timeout: 60_000 });
    await project.killDaemon();
    project.models.release('middle');
    const first = await ended(project, id);
    expect(first.children.map(({ runtime }) => runtime).sort()).toEqual([
      'claude-stream',
      'claude-stream',
      'codex-app',
    ]);
    // Each asked twice, for a file and for the answer: nothing was done again.
    const once = ['Look at one.', 'Look at the files.', 'Sum up 4 notes.'];
    expect(askedFor(project)).toEqual(once.flatMap((prompt) => [prompt, prompt]));
    expect(JSON.parse(first.run.result!).notes).toHaveLength(4);

    const second = await ended(project, await start(project, 'one'));
    expect(second.run.result).toBe(first.run.result);
    expect(second.children).toEqual([]);
    expect(second.run.steps.filter(({ kind }) => kind === 'agent').map(({ cached }) => cached)).toEqual([
      true,
      true,
      true,
    ]);
    expect(askedFor(project)).toHaveLength(6);

    const third = await ended(project, await start(project, 'two'));
    expect(third.children.map(({ runtime }) => runtime)).toEqual(['codex-app']);
    expect(askedFor(project).filter((prompt) => !once.includes(prompt))).toEqual(['Look at two.', 'Look at two.']);
    expect(project.models.unknown).toEqual([]);
  },
);
