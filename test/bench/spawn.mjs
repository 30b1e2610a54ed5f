// Starting an agent must not block the host's event loop, in a fresh host and in one that holds 20 children with full history:
// how long its loop stands still at most while a program starts, and how long another client waits at most meanwhile; nor the
// daemon's, which makes a worktree for it. Told beside them: what a whole start takes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startHost } from './hosts.mjs';
import { makePlace, openClient, quantile, timed } from './support.mjs';
import { countTurns } from './turns.mjs';

const SIZE = { cols: 200, rows: 50 };
const SPAWNS = 30;
/** Milliseconds, for nine of ten starts. */
const TARGET_MS = 5;
/** Resident memory of one host with 20 full children, in MB: what is left of 260 for the daemon and the starter is 90. */
const TARGET_MB = 170;

/** Starts programs one after the other; what `measure` makes of each. */
async function starts(host, prefix, kind, measure) {
  const found = [];
  for (let i = 0; i < SPAWNS; i++) {
    const child = `${prefix}${i}`;
    found.push(await measure(() => host.spawn(child, ['true'], SIZE, kind)));
    await delay(30);
    await host.call('stop', { child, graceMs: 100 });
    await host.call('collect', { child });
  }
  return found;
}

/** Milliseconds that the host's loop stands still at most during each start. */
const still = (host, turns, prefix, kind) =>
  starts(host, prefix, kind, async (start) => {
    const { ms } = await turns.longest(host.pid, async () => {
      await start();
      await delay(5);
    });
    return ms;
  });

/** Milliseconds that another client waits for an answer at most during each start. */
const waits = (host, other, prefix) =>
  starts(host, prefix, 'pty', async (start) => {
    let isOver = false;
    const over = start().then(() => {
      isOver = true;
    });
    const found = [];
    while (!isOver) found.push(await timed(() => other.call('info', {})));
    await over;
    return Math.max(...found);
  });

/** How long the daemon's loop stands still at most while an agent starts in a worktree of its own, and for half a second after. */
async function daemonRows(turns) {
  const place = makePlace();
  Object.assign(place.env, turns.env);
  const { client, start } = await openClient(place);
  try {
    const { pid } = await client.call('status', {});
    const found = [];
    for (let i = 0; i < SPAWNS; i++) {
      const longest = await turns.longest(pid, async () => {
        await start(`w${i}`);
        await delay(500);
      });
      // The first ones load what they need.
      if (i >= 5) found.push(longest);
    }
    const row = (name, of, share, target) => {
      const value = quantile(found.map(of), share);
      return { name, value, unit: 'ms', ratio: value / TARGET_MS, target, ok: target === null || value <= target };
    };
    return [
      row('daemon, with a worktree, nine of ten', ({ ms }) => ms, 0.9, TARGET_MS),
      row('  half', ({ ms }) => ms, 0.5, null),
      row('  the longest', ({ ms }) => ms, 1, null),
      row('  the longest, on a processor', ({ cpuMs }) => cpuMs, 1, TARGET_MS),
    ];
  } finally {
    client.close();
    place.close();
  }
}

/** Twenty children whose history is full. */
async function fill(host) {
  const script =
    'i=0; while [ $i -lt 7000 ]; do echo "$i a usual line of output with some words in it, of src/host"; i=$((i+1)); done; sleep 1000';
  for (let i = 0; i < 20; i++) await host.spawn(`f${i}`, ['sh', '-c', script], SIZE);
  for (let i = 0; i < 20; ) {
    const { total } = await host.call('history', { child: `f${i}`, from: null, count: 1, styled: false });
    if (total > 6900) i++;
    else await delay(50);
  }
  await delay(2000);
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'boo-b-'));
  const turns = countTurns(join(folder, 'turns'));
  const host = await startHost(folder, turns.env);
  const other = await host.connect();
  const memory = async () => (await host.call('info', {})).rss / 1e6;
  const measure = async () => ({
    pty: await still(host, turns, 'a', 'pty'),
    pipe: await still(host, turns, 'b', 'pipe'),
    waits: await waits(host, other, 'c'),
    whole: await starts(host, 'd', 'pty', timed),
  });
  try {
    await host.spawn('keep', ['sleep', '1000'], SIZE);
    const first = await memory();
    const fresh = await measure();
    await fill(host);
    const full = await memory();
    const later = await measure();
    const rows = (name, of, target) =>
      [0.9, 0.5, 1].map((share, n) => {
        const value = quantile(later[of], share);
        const ratio = value / quantile(fresh[of], share);
        const limit = n === 0 ? target : null;
        const label = ['20 full children, nine of ten', 'half', 'the longest'][n];
        return {
          name: n === 0 ? `${name}, ${label}` : `  ${label}`,
          value,
          unit: 'ms',
          ratio,
          target: limit,
          ok: limit === null || value <= limit,
        };
      });
    const row = (name, value, unit, ratio, target) => ({ name, value, unit, ratio, target, ok: value <= target });
    return [
      row('start blocks the loop, fresh host, nine of ten', quantile(fresh.pty, 0.9), 'ms', 1, TARGET_MS),
      ...rows('start blocks the loop', 'pty', TARGET_MS),
      ...rows('start on pipes blocks it', 'pipe', TARGET_MS),
      ...rows('others wait meanwhile', 'waits', TARGET_MS),
      ...rows('whole start', 'whole', null),
      ...(await daemonRows(turns)),
      row('host, first child', first, 'MB', 1, 90),
      row('host, 20 full children', full, 'MB', full / first, TARGET_MB),
    ];
  } finally {
    other.close();
    await host.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
