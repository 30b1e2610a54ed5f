// What following worktrees costs: fifty of them with 5,000 files each, from the start of a daemon until it knows them all, its memory, and its
// rest; then a switch of branches that touches 5,000 files in one worktree, while somebody types in the cockpit.
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { echo, openScreen } from './echo.mjs';
import {
  commitFiles,
  cpuSeconds,
  fileAt,
  makePlace,
  openClient,
  program,
  quantile,
  residentMb,
  waitUntil,
} from './support.mjs';

const FILES = 5000;
const WORKTREES = Number(process.env.BENCH_WORKTREES ?? 50);
const IDLE_SECONDS = 20;
const SETTLE_SECONDS = 5;
const LETTERS = 'QYWVU';

/** Every worktree is looked at again from the start of a daemon on, which finds its agents again as after a crash. */
async function follow() {
  const place = makePlace();
  try {
    commitFiles(place, FILES, (n) => `export const value${n} = ${n};\n`);
    const { client, start } = await openClient(place);
    const agents = [];
    for (let n = 0; n < WORKTREES; n++) agents.push(await start(`agent${n}`));
    for (const [n, agent] of agents.entries()) writeFileSync(join(agent.worktree, fileAt(n)), 'changed\n');
    const { pid: old } = await client.call('status', {});
    process.kill(old, 'SIGKILL');
    await delay(1000);
    const from = performance.now();
    const again = await openClient(place);
    const { changes } = await again.client.call('changes.list', { agent: null, fresh: false });
    const ready = performance.now() - from;
    if (changes.some(({ files }) => files.length !== 1)) throw new Error('a change was not seen');
    await delay(SETTLE_SECONDS * 1000);
    const { pid } = await again.client.call('status', {});
    const cpu = cpuSeconds(pid);
    const start2 = performance.now();
    await delay(IDLE_SECONDS * 1000);
    const percent = ((cpuSeconds(pid) - cpu) / ((performance.now() - start2) / 1000)) * 100;
    const memory = residentMb(pid);
    await again.client.call('stop', { agents: true }).catch(() => {});
    again.client.close();
    return { ready, percent, memory };
  } finally {
    place.close();
  }
}

/** Types into the cockpit for as long as `work` takes, and gives the milliseconds of each echo. */
async function typeDuring(screen, work) {
  let done = false;
  const finished = work().finally(() => {
    done = true;
  });
  const times = [];
  for (let n = 0; !done || times.length < 100; n++) {
    await delay(20 + ((n * 7) % 13));
    times.push(await echo(screen, LETTERS[n % LETTERS.length]));
    if (n % 40 === 39) {
      screen.pty.write('\x15');
      await delay(50);
    }
  }
  return { times, result: await finished };
}

async function branchSwitch() {
  const place = makePlace();
  let screen;
  try {
    commitFiles(place, FILES);
    const git = (cwd, ...args) => execFileSync('git', args, { cwd, env: place.env, encoding: 'utf8' });
    git(place.root, 'branch', 'before');
    git(place.root, 'checkout', '-q', '-b', 'other');
    commitFiles(place, FILES, (n) => `other ${n}\n`);
    git(place.root, 'checkout', '-q', 'before');
    const { client, start } = await openClient(place);
    const agent = await start('typist', ['bash', '--norc', '--noprofile', '-i']);
    screen = openScreen([process.execPath, program], place);
    await waitUntil('the cockpit', () => screen.tail.includes('typist'));
    await delay(1500);
    screen.pty.write('\r');
    await delay(1000);
    const files = async () => (await client.call('agent.get', { agent: agent.id })).agent.changes?.files;
    const run = promisify(execFile);
    const idle = await typeDuring(screen, () => delay(3000));
    const { times, result } = await typeDuring(screen, async () => {
      const all = [];
      for (const [branch, count] of [
        ['other', FILES],
        ['before', 0],
        ['other', FILES],
      ]) {
        await run('git', ['checkout', '-q', '--detach', branch], { cwd: agent.worktree, env: place.env });
        const from = performance.now();
        await waitUntil(`${count} files differ`, async () => (await files()) === count, { everyMs: 20 });
        all.push(performance.now() - from);
      }
      return all;
    });
    await client.call('stop', { agents: true }).catch(() => {});
    client.close();
    return { idle: idle.times, times, right: Math.max(...result) };
  } finally {
    screen?.pty.kill('SIGTERM');
    place.close();
  }
}

export async function run() {
  const { ready, percent, memory } = await follow();
  const { idle, times, right } = await branchSwitch();
  const p99 = quantile(times, 0.99);
  const what = `${WORKTREES} worktrees × ${FILES} files`;
  return [
    { name: `${what}: all known after`, value: ready, unit: 'ms', ratio: null, target: '≤ 5000 ms', ok: ready <= 5000 },
    {
      name: `${what}: memory of the daemon`,
      value: memory,
      unit: 'MB',
      ratio: null,
      target: '≤ 200 MB',
      ok: memory <= 200,
    },
    {
      name: `${what}: idle CPU`,
      value: percent,
      unit: '% of a core',
      ratio: null,
      target: '< 0.5 %',
      ok: percent < 0.5,
    },
    {
      name: `echo p99 while ${FILES} files are switched / at rest`,
      value: p99,
      unit: 'ms',
      ratio: p99 / quantile(idle, 0.99),
      target: '< 30 ms',
      ok: p99 < 30,
    },
    {
      name: 'changes right after the switch',
      value: right,
      unit: 'ms',
      ratio: null,
      target: '≤ 3000 ms',
      ok: right <= 3000,
    },
  ];
}
