import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { userConfigPath } from '../../src/util/paths.ts';
import { eventsOf, ofType, untilAgent } from '../daemon/chat.ts';
import { cli } from './cli.ts';
import { startProject } from './project.ts';

const PROFILE =
  '{ "profiles": { "fixer": { "runtime": "claude", "headless": true, "mode": "acceptEdits", "autofix": { "rounds": 2 } } } }';
/** A build that knows what is wrong, and ends well when it is mended. */
const BUILD = `grep -q mended file.txt || { echo "file.txt(1,1): error: not mended"; exit 2; }`;

const program = await cli('claude');
test.skipIf(program === null).for(['claude', 'claude-exec', 'screen'] as const)(
  'what breaks the build is given back and mended by the real program (%s), across a daemon that is killed',
  { timeout: 180_000 },
  async (how) => {
    const edit = (old: string, next: string) => ({
      tools: [{ tool: 'edit' as const, path: 'file.txt', old, new: next }],
    });
    const read = { tools: [{ tool: 'read' as const, path: 'file.txt' }] };
    await using project = await startProject(
      {
        program: program!,
        runtime: 'claude-stream',
        env: ({ url }) => ({
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_API_KEY: 'not-a-key',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          CLAUDE_CODE_MAX_RETRIES: '1',
          DISABLE_AUTOUPDATER: '1',
        }),
      },
      {
        flows: [
          { when: 'change it', replies: [read, edit('first', 'broken'), { text: 'It is changed.' }] },
          { when: 'error: not mended', replies: [read, edit('broken', 'mended'), { text: 'It is mended.' }] },
        ],
      },
    );
    const { world } = project;
    writeFileSync(join(world.root, 'package.json'), JSON.stringify({ scripts: { build: BUILD } }));
    const driven = { claude: '"claude", "headless": true', 'claude-exec': '"claude-exec"', screen: '"claude"' }[how];
    const profile = PROFILE.replace('"claude", "headless": true', driven);
    if (how === 'screen') {
      const trusted = { [world.root]: { hasTrustDialogAccepted: true } };
      const seeded = {
        ...{ hasCompletedOnboarding: true, theme: 'dark', projects: trusted },
        customApiKeyResponses: { approved: ['not-a-key'], rejected: [] },
      };
      writeFileSync(join(process.env.HOME!, '.claude.json'), JSON.stringify(seeded));
    }
    mkdirSync(dirname(userConfigPath()), { recursive: true });
    writeFileSync(userConfigPath(), profile);
    await project.start('c', 'change it', {
      ...{ runtime: undefined, profile: 'fixer' },
      ...(how === 'screen' && { worktree: false }),
    });
    await untilAgent(project.client, 'c', 'is checked', ({ check }) => check !== undefined);
    // What begins a life anew after a crash has the daemon's own environment, in which this program is not on the PATH.
    if (how !== 'claude-exec') await project.killDaemon();
    await untilAgent(project.client, 'c', 'is mended', ({ check }) => check?.turn === 2 && check.state === 'passed');
    const events = await eventsOf(project.client, 'c');
    expect(ofType(events, 'checkEnded').map(({ turn, outcome, next }) => [turn, outcome, next])).toEqual([
      [1, 'failed', 'told'],
      [2, 'passed', undefined],
    ]);
    expect(ofType(events, 'turnStarted')[1]?.prompt).toContain('file.txt(1,1): error: not mended');
    // In its own screen the first one is an argument.
    expect(ofType(events, 'prompted')).toHaveLength(how === 'screen' ? 1 : 2);
    expect(ofType(events, 'said').at(-1)?.text).toBe('It is mended.');
    expect(readFileSync(join(world.root, 'file.txt'), 'utf8')).toBe('mended\n');
  },
);
