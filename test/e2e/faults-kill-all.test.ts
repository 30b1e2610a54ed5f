import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFile } from '../../src/schema/state.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { makeRepository } from '../support/repository.ts';
import { openTmux, type TestTmux } from '../support/tmux.ts';
import { until } from '../support/wait.ts';

interface Listed {
  name: string;
  pid: number;
  worktree: string | null;
  status: { state: string; evidence: { source: string; detail: string } };
}

let root = '';
let tmux: TestTmux | undefined;
beforeEach(() => {
  root = realpathSync(makeRepository());
});
afterEach(() => {
  tmux?.close();
  tmux = undefined;
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const agents = () => json<{ agents: Listed[] }>(root, 'ls').agents;
const openCockpit = (name: string) => {
  tmux = openTmux([process.execPath, program], { cwd: root, name: `all-${name}-${process.pid}` });
  return tmux;
};
/** Daemon, hosts and cockpit, in one call of the system each, as when the machine runs out of memory. */
function killAll(): number[] {
  const { pid, hosts } = json<{ pid: number; hosts: { pid: number }[] }>(root, 'daemon', 'status');
  const cockpit = Number(tmux!.run('display', '-p', '#{pane_pid}').trim());
  const pids = [cockpit, pid, ...hosts.map((host) => host.pid)];
  execFileSync('kill', ['-9', ...pids.map(String)]);
  return pids;
}

test('SIGKILL of cockpit, daemon and host in one moment: every agent has failed with the reason, and starts again', async () => {
  const pids: number[] = [];
  for (const name of ['one', 'two', 'three']) {
    const argv = ['sh', '-c', `echo output of ${name}; exec cat`];
    pids.push(json<{ pid: number }>(root, 'new', name, '--', ...argv).pid);
  }
  let screen = openCockpit('a');
  await screen.shows('output of one');
  const killed = killAll();
  await until('all are gone', () => [...killed, ...pids].every((pid) => processStart(pid) === null), {
    seen: () => [...killed, ...pids].filter((pid) => processStart(pid) !== null),
  });
  screen.close();

  expect(agents()).toMatchObject(
    ['one', 'two', 'three'].map((name) => ({
      name,
      status: { state: 'failed', evidence: { source: 'process', detail: expect.stringContaining('host') } },
    })),
  );
  screen = openCockpit('b');
  await screen.shows('✖ 3 failed');
  screen.type('r');
  await screen.shows('starts again');
  await until('it runs', () => agents().filter(({ status }) => status.state !== 'failed').length === 1);
  expect(boocode(root, ['restart', 'two']).code).toBe(0);
  await until('it speaks', () => boocode(root, ['screen', 'two']).out.includes('output of two'));
});

test('the same while agents are being started: what was acknowledged is there, the state is whole, nothing is left over', async () => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < 4; round += 1) {
    openCockpit(`r${round}`);
    await tmux!.shows('boocode');
    const starts = [0, 1, 2].map((n) => {
      const name = `r${round}-${n}`;
      return new Promise<void>((resolve) => {
        execFile(process.execPath, [program, 'new', name, '--', 'sleep', '4247'], { cwd: root }, (error) => {
          if (!error) acknowledged.add(name);
          resolve();
        });
      });
    });
    // The first one's record, or its worktree, or its process is there by now: another moment in each round.
    await until('one is under way', () => agents().length > acknowledged.size || acknowledged.size > round * 3);
    killAll();
    await Promise.all(starts);
    tmux!.close();
  }
  const listed = agents();
  for (const name of acknowledged) expect(listed.map((one) => one.name)).toContain(name);
  const { folder, state } = projectPaths(root);
  expect(StateFile.safeParse(JSON.parse(readFileSync(state, 'utf8'))).success).toBe(true);
  expect(readdirSync(folder).filter((name) => /broken|foreign/.test(name))).toEqual([]);
  const temps = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  await until('what was half written is swept away', () => temps().length === 0, { seen: temps });
  const known = listed.filter(({ status }) => status.state !== 'failed').map(({ pid }) => pid);
  const left = () =>
    processesWith(process.env.BOOCODE_TEST_ROOT!).filter(
      ({ pid, command }) => command === 'sleep 4247' && !known.includes(pid),
    );
  await until('no agent outlives its host', () => left().length === 0, { seen: left });
  expect(readdirSync(join(folder, 'run'))).toHaveLength(1);
});

test.runIf(process.platform === 'linux')(
  "SIGKILL of a host's starter: agents go on with their screens, others start, and an end that nobody saw is told as such",
  async () => {
    const { pid } = json<{ pid: number }>(root, 'new', 'one', '--', 'sh', '-c', 'echo output of one; exec cat');
    const { hosts } = json<{ hosts: { pid: number }[] }>(root, 'daemon', 'status');
    const children = readFileSync(`/proc/${hosts[0]!.pid}/task/${hosts[0]!.pid}/children`, 'utf8').trim().split(' ');
    const starter = children.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('starter.js'));
    process.kill(Number(starter), 'SIGKILL');
    await until('another one starts agents', () => boocode(root, ['new', 'two', '--', 'cat']).code === 0);
    expect(json(root, 'show', 'one')).toMatchObject({ pid });
    expect(boocode(root, ['send', 'one', 'still here']).code).toBe(0);
    await until('it answers', () => /output of one\nstill here\nstill here/.test(boocode(root, ['screen', 'one']).out));
    process.kill(pid, 'SIGTERM');
    await until('its end is known', () => json<{ pid: number | null }>(root, 'show', 'one').pid === null);
    const { out } = boocode(root, ['show', 'one']);
    expect(out).toMatch(/^why +exit code unknown\b/m);
    expect(out).toMatch(/^ended .*, exit code unknown$/m);
  },
);
