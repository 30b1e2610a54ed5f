// The whole cockpit over the real daemon and a real host; only the person's terminal is an emulator.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mountCockpit } from '../../components/mount.tsx';
import { connectDaemon } from '../../src/client/daemon.ts';
import { until } from '../support/wait.ts';
import { emulator, key } from './cockpit.ts';

let root = '';
afterEach(async () => {
  const client = await connectDaemon({ root, start: false }).catch(() => null);
  await client?.call('stop', { agents: true }).catch(() => {});
  client?.close();
});

/** A cockpit on an emulated terminal in a project of its own. */
function mounted(terminal: ReturnType<typeof emulator>) {
  const env = { ...process.env, SHELL: '/bin/sh', PS1: '$ ' };
  const left = mountCockpit({ root, env, terminal: terminal.terminal });
  const seen = () => terminal.rows();
  return {
    left,
    press: (...names: string[]) => terminal.send(...names.map(key)),
    shows: (text: string) =>
      until(`the screen shows ${JSON.stringify(text)}`, () => seen().join('\n').includes(text), { seen }),
  };
}

function project() {
  root = realpathSync(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'p-')));
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'first'], { cwd: root });
}

test('start an agent, type to it, leave, come back to the same screen, lose the daemon, stop everything', async () => {
  project();
  const first = mounted(emulator({ cols: 120, rows: 30 }));
  await first.shows('No agent runs here yet.');
  await first.shows('✓ shell');
  first.press('n', ...'first', 'Enter');
  await first.shows('first · shell · boo/first');
  await first.shows('$ ');
  first.press('Enter');
  await first.shows('TYPING');
  first.press(...'echo $((6*7))x');
  first.press('C-]');
  await first.shows('echo $((6*7))x');
  first.press('q');
  expect(await first.left).toEqual({ reason: 'left', live: 1, stopped: 0 });

  const again = mounted(emulator({ cols: 120, rows: 30 }));
  await again.shows('echo $((6*7))x');
  const client = await connectDaemon({ root, start: false });
  process.kill((await client.call('status', {})).pid, 'SIGKILL');
  client.close();
  await again.shows('Connected to the daemon again; living agents went on');
  await again.shows('echo $((6*7))x');
  again.press('Q');
  await again.shows('1 agent will be stopped');
  again.press('y');
  expect(await again.left).toMatchObject({ reason: 'stopped', stopped: 1 });
});
