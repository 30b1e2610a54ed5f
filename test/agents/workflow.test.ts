import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { env } from '../daemon/world.ts';
import { until } from '../support/wait.ts';
import { carryOut, startRun, untilEnded, writeScript } from '../workflow/runs.ts';
import { cli } from './cli.ts';
import { type Project, type RealCli, startProject } from './project.ts';

const programs = { claude: await cli('claude'), codex: await cli('codex') };

const claude: RealCli = {
  program: programs.claude ?? '',
  runtime: 'claude-stream',
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
};

/** What both CLIs find their models by. */
function envOf({ models }: Project): Record<string, string> {
  const home = join(process.env.HOME!, '.codex');
  mkdirSync(home, { recursive: true });
  const provider = `name="Scripted"\nbase_url="${models.url}/v1"\nenv_key="SCRIPTED_KEY"\nwire_api="responses"\n`;
  const config = `model="gpt-5.5"\nmodel_provider="scripted"\n[model_providers.scripted]\n${provider}`;
  writeFileSync(join(home, 'config.toml'), config);
  const folders = [programs.claude!, programs.codex!].map(dirname).join(':');
  return { ...env(), PATH: `${folders}:${process.env.PATH}`, SCRIPTED_KEY: 'not-a-key', ...claude.env(models) };
}

/** Claude's first answer is none: it is asked again, with what was wrong. */
const SCRIPT = {
  flows: [
    { when: 'cannot be used', replies: [{ text: '{"word": "left"}' }] },
    { when: 'LOOK left', replies: [{ text: 'It is left.', hold: 'both' }] },
    { when: 'LOOK right', replies: [{ text: '```json\n{"word": "right"}\n```', hold: 'both' }] },
    { when: 'JUDGE', replies: [{ text: 'Left it is.' }] },
  ],
};
const BODY = `
  const schema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
  const both = await parallel([
    () => agent('LOOK left', { runtime: 'claude-stream', schema }),
    () => agent('LOOK right', { runtime: 'codex-app', schema }),
  ]);
  return { both, verdict: await workflow('judge', { words: both.map(({ word }) => word).join(' ') }) };`;

test.skipIf(Object.values(programs).includes(null))(
  'a script with two CLIs at once, a schema and a workflow that it calls: the daemon is killed in its middle, it ends right, and is kept',
  async () => {
    await using project = await startProject(claude, SCRIPT);
    const { world, models } = project;
    writeScript(world, 'both', BODY);
    writeScript(world, 'judge', `return agent('JUDGE ' + args.words, { runtime: args.runtime ?? 'claude-stream' });`);
    const { id } = await startRun(world, project.client, 'both', { env: envOf(project) });
    const held = (word: string) => models.asked.some(({ body }) => JSON.stringify(body).includes(`LOOK ${word}`));
    await until('both wait for their models', () => held('left') && held('right'));
    await project.killDaemon();
    models.release('both');
    const { run, result, children } = await untilEnded(project.client, id);
    expect(run).toMatchObject({ outcome: 'completed', error: null });
    expect(result).toEqual({ both: [{ word: 'left' }, { word: 'right' }], verdict: 'Left it is.' });
    expect(children.map(({ runtime, turn }) => `${runtime} ${turn?.number}`).sort()).toEqual([
      ...['claude-stream 1', 'claude-stream 2', 'codex-app 1'],
    ]);
    expect(children.every(({ worktree }) => worktree !== null)).toBe(true);

    const asked = models.asked.length;
    const again = () => carryOut(world, project.client, 'both', { env: envOf(project) });
    const second = await again();
    expect([second.result, second.children, second.agent.run?.steps.cached]).toEqual([result, [], 3]);
    expect(models.asked.length).toBe(asked);
    // One changed prompt: that call alone is made.
    writeScript(world, 'judge', `return agent('JUDGE well ' + args.words, { runtime: 'claude-stream' });`);
    const third = await again();
    expect([third.result, third.children.length, third.agent.run?.steps.cached]).toEqual([result, 1, 2]);
  },
);
