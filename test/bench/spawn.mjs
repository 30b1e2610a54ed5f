// Starting an agent must not block the host's event loop, in a fresh host and in one that holds 20 children with full
// history: how long a whole start takes, and how long another client waits at most meanwhile. The fork copies page tables,
// so its cost grows with size.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from './hosts.mjs';
import { quantile } from './support.mjs';

const SIZE = { cols: 200, rows: 50 };
const SPAWNS = 30;
/** Milliseconds. */
const TARGET_MS = 5;
/** Resident memory of one host with 20 full children, in MB: what is left of 260 for the daemon is 90. */
const TARGET_MB = 170;

async function timed(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** Starts programs one after the other; what `measure` makes of each. */
async function starts(host, prefix, measure) {
  const found = [];
  for (let i = 0; i < SPAWNS; i++) {
    const child = `${prefix}${i}`;
    found.push(await measure(() => host.spawn(child, ['true'], SIZE)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await host.call('stop', { child, graceMs: 100 });
    await host.call('collect', { child });
  }
  return found;
}

/** Milliseconds from a spawn request to its answer, less what a request costs that does nothing: the median. */
async function whole(host, prefix) {
  const costs = await starts(host, prefix, async (start) => {
    const idle = await timed(() => host.call('info', {}));
    return (await timed(start)) - idle;
  });
  return quantile(costs, 0.5);
}

/** Milliseconds that another client waits for an answer while a program starts, the longest of each start: half and nine of ten keep to them. */
async function waited(host, other, prefix) {
  const longest = await starts(host, prefix, async (start) => {
    let isOver = false;
    const over = start().then(() => {
      isOver = true;
    });
    const waits = [];
    while (!isOver) waits.push(await timed(() => other.call('info', {})));
    await over;
    return Math.max(...waits);
  });
  return { half: quantile(longest, 0.5), most: quantile(longest, 0.9) };
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'boo-b-'));
  const host = await startHost(folder);
  const other = await host.connect();
  try {
    await host.spawn('keep', ['sleep', '1000'], SIZE);
    const first = (await host.call('info', {})).rss / 1e6;
    const fresh = await whole(host, 'a');
    const freshWait = await waited(host, other, 'b');
    for (let i = 0; i < 20; i++)
      await host.spawn(
        `f${i}`,
        [
          'sh',
          '-c',
          'i=0; while [ $i -lt 7000 ]; do echo "$i a usual line of output with some words in it, of src/host"; i=$((i+1)); done; sleep 1000',
        ],
        SIZE,
      );
    for (let i = 0; i < 20; ) {
      const { total } = await host.call('history', { child: `f${i}`, from: null, count: 1, styled: false });
      if (total > 6900) i++;
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const full = (await host.call('info', {})).rss / 1e6;
    const later = await whole(host, 'c');
    const laterWait = await waited(host, other, 'd');
    const row = (name, value, unit, ratio, target) => ({ name, value, unit, ratio, target, ok: value <= target });
    return [
      row('spawn, fresh host', fresh, 'ms', 1, TARGET_MS),
      row('spawn, 20 full children', later, 'ms', later / fresh, TARGET_MS),
      row('  others wait meanwhile, fresh host', freshWait.half, 'ms', 1, TARGET_MS),
      row(
        '  others wait meanwhile, 20 full children',
        laterWait.half,
        'ms',
        laterWait.half / freshWait.half,
        TARGET_MS,
      ),
      { name: '  nine of ten times at most', value: laterWait.most, unit: 'ms', ratio: null, target: null, ok: true },
      row('host, first child', first, 'MB', 1, 90),
      row('host, 20 full children', full, 'MB', full / first, TARGET_MB),
    ];
  } finally {
    other.close();
    await host.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
