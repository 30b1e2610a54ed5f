import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Scenario } from '../schema/scenario.ts';
import { COMMITS } from './sample-files.ts';
import { TASKS } from './sample-scenarios.ts';
import { SCENARIO_FOLDER } from './scenario.ts';

const run = promisify(execFile);
const DAY_MS = 86_400_000;

/** Nothing of the person's own settings (signing, hooks, templates) takes part in the sample. */
const SETTINGS = ['commit.gpgsign=false', 'core.hooksPath=/dev/null', 'init.templateDir=', 'core.autocrlf=false'];

async function git(cwd: string, args: string[], at = Date.now()): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const who = { name: 'BooCode demo', email: 'demo@boocode.invalid', date: new Date(at).toISOString() };
  for (const role of ['AUTHOR', 'COMMITTER']) {
    env[`GIT_${role}_NAME`] = who.name;
    env[`GIT_${role}_EMAIL`] = who.email;
    env[`GIT_${role}_DATE`] = who.date;
  }
  await run('git', [...SETTINGS.flatMap((one) => ['-c', one]), ...args], { cwd, env });
}

function write(dir: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
}

/**
 * Fills an empty, existing folder with a small repository of a few commits on `main`. The scenarios of `demoAgents` are
 * part of it, so that they are in every worktree. Rejects with git's error.
 */
export async function makeSampleProject(dir: string): Promise<void> {
  await git(dir, ['init', '-q', '-b', 'main']);
  const scenarios = TASKS.map(({ name, prompt, steps }): [string, string] => {
    const scenario: Scenario = {
      name,
      steps: [],
      prompts: [{ match: `^${prompt.replace(/[^\w ]/g, '\\$&')}$`, steps }],
    };
    return [join(SCENARIO_FOLDER, `${name}.json`), `${JSON.stringify(scenario, null, 2)}\n`];
  });
  const first = { message: 'Scenarios of the demo agents', daysAgo: 30, files: Object.fromEntries(scenarios) };
  for (const { message, daysAgo, files } of [first, ...COMMITS]) {
    write(dir, files);
    await git(dir, ['add', '-A']);
    await git(dir, ['commit', '-q', '-m', message], Date.now() - daysAgo * DAY_MS);
  }
}

/** The agents that `boocode demo` starts there: two change the same lines, one asks for approval, one waits for a prompt. */
export const demoAgents = (): { name: string; prompt: string }[] => TASKS.map(({ name, prompt }) => ({ name, prompt }));
