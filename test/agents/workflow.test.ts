import { expect, test } from 'vitest';
import type { Script } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { carryOut, startRun, untilEnded, writeScript } from '../workflow/runs.ts';
import { both, programs } from './by-shape.ts';
import { startProject } from './project.ts';

/** Claude's first answer is none: it is asked again, with what was wrong. */
const SCRIPT: Script = {
  flows: [
    { when: 'cannot be used', replies: [{ text: '{"word": "left"}' }] },
    { when: 'LOOK left', replies: [{ text: 'It is left.', hold: 'both' }] },
    {
      when: 'LOOK right',
      replies: [
        { tools: [{ tool: 'read', path: 'file.txt' }] },
        { text: '```json\n{"word": "right"}\n```', hold: 'both' },
      ],
    },
    { when: 'JUDGE', replies: [{ text: 'Left it is.' }] },
  ],
};
const BODY = `
  const schema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
  const both = await parallel([
    () => agent('LOOK left', { runtime: 'claude-stream', schema }),
    () => agent('LOOK right', { runtime: 'codex-app', schema, worktree: false }),
  ]);
  return { both, verdict: await workflow('judge', { how: args.how, words: both.map(({ word }) => word).join(' ') }) };`;

test.skipIf(Object.values(programs).includes(null))(
  'a script with two CLIs at once, a schema and a workflow that it calls: the daemon is killed in its middle, it ends right, nothing is asked twice, and all is kept',
  async () => {
    await using project = await startProject(both, SCRIPT);
    const { world, models } = project;
    writeScript(world, 'both', BODY);
    writeScript(
      world,
      'judge',
      `return agent('JUDGE ' + (args.how ?? '') + args.words, { runtime: 'claude-stream' });`,
    );
    const { id } = await startRun(world, project.client, 'both', { env: project.env });
    const asks = (word: string) => models.asked.filter(({ side, ask }) => !side && ask.prompt.includes(`LOOK ${word}`));
    // Codex has read its file by then.
    await until('both wait for their models', () => asks('left').length === 1 && asks('right').length === 2);
    await project.killDaemon();
    models.release('both');
    const { run, result, children } = await untilEnded(project.client, id);
    expect(run).toMatchObject({ outcome: 'completed', error: null });
    expect(result).toEqual({ both: [{ word: 'left' }, { word: 'right' }], verdict: 'Left it is.' });
    expect(children.map(({ runtime, turn }) => `${runtime} ${turn?.number}`).sort()).toEqual([
      ...['claude-stream 1', 'claude-stream 2', 'codex-app 1'],
    ]);
    expect(children.filter(({ worktree }) => worktree === null).map(({ runtime }) => runtime)).toEqual(['codex-app']);
    // Nothing was asked again that had been answered before the daemon died.
    expect([asks('left').length, asks('right').length]).toEqual([1, 2]);

    const asked = models.asked.length;
    const again = (args = {}) => carryOut(world, project.client, 'both', { env: project.env, args });
    const second = await again();
    expect([second.result, second.children, second.agent.run?.steps.cached]).toEqual([result, [], 3]);
    expect(models.asked.length).toBe(asked);
    // One changed prompt: that call alone is made.
    const third = await again({ how: 'well ' });
    expect([third.result, third.children.length, third.agent.run?.steps.cached]).toEqual([result, 1, 2]);
    expect(models.unknown).toEqual([]);
  },
);
