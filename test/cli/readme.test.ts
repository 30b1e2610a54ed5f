import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { boocode, json, program } from './boocode.ts';
import { commandsIn, wordsOf } from './commands.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
const commands = commandsIn(readme);

/** Not run here: they install and test this very checkout, which is how these tests were started. */
const NOT_RUN = ['npm ci && npm start', 'npm ci && npm test'];
/** These open a screen: they run in a terminal, and are left with q. */
const SCREENS = ['boocode', 'boocode demo'];

describe('every command of the README, in its order, in one project', () => {
  const project = makeRepository();
  // Demos go to a temp folder of ours, and the tmux server is one of its own.
  const temp = tempFolder('tmp');
  const env = { TMPDIR: temp, TMUX_TMPDIR: temp };

  afterAll(() => {
    const demos = readdirSync(temp).filter((name) => name.startsWith('boocode-demo-'));
    for (const demo of demos) boocode(join(temp, demo), ['daemon', 'stop', '--agents', '--yes'], { env });
    boocode(project, ['daemon', 'stop', '--agents', '--yes'], { env });
    try {
      execFileSync('tmux', ['kill-server'], { env: { ...process.env, ...env }, stdio: 'ignore' });
    } catch {
      // It ends by itself when its last pane does.
    }
  });

  test('there are some, and the exceptions are among them', () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commands).toEqual(expect.arrayContaining([...NOT_RUN, ...SCREENS]));
  });

  test.each(commands.filter((line) => !NOT_RUN.includes(line) && !SCREENS.includes(line)))('%s', (line) => {
    expect(line).toMatch(/^boocode /);
    if (line === 'boocode config path') {
      mkdirSync(join(project, '.boocode'), { recursive: true });
      writeFileSync(join(project, '.boocode', 'config.json'), /```json\n([\s\S]*?)```/.exec(readme)![1]!);
    }
    const done = boocode(project, wordsOf(line), { env });
    expect({ code: done.code, err: done.code === 0 ? '' : done.err }).toEqual({ code: 0, err: '' });
  });

  test.each(SCREENS)('%s, left with q', async (line) => {
    const terminal = openTerminal([process.execPath, program, ...wordsOf(line)], { cwd: project, env });
    try {
      await terminal.shows('Sessions');
      await terminal.shows(/\? help|n new/);
      terminal.type('q');
      expect(await terminal.ended()).toBe(0);
      const demo = /The demo is in (\S+?)\.?\s/.exec(terminal.raw)?.[1];
      expect(demo !== undefined).toBe(line === 'boocode demo');
      if (demo) {
        const { agents } = json<{ agents: { runtime: string }[] }>(demo, 'ls');
        expect(agents.map((agent) => agent.runtime)).toEqual(['demo', 'demo', 'demo']);
      }
    } finally {
      terminal.kill();
    }
  });
});
