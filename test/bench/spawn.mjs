// Starting an agent must not block the host's event loop: how long other requests wait while one starts, in a fresh
// host and in one that holds 20 children with full history. The fork copies page tables, so its cost grows with size.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startHost } from './hosts.mjs';

const SIZE = { cols: 200, rows: 50 };
const SPAWNS = 30;
/** Milliseconds. */
const TARGET_MS = 5;
/** Resident memory of one host with 20 full children, in MB: what is left of 260 for the daemon is 90. */
const TARGET_MB = 170;

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Milliseconds from a spawn request to its answer, less what a request costs that does nothing. */
async function blocked(host, prefix) {
  const costs = [];
  for (let i = 0; i < SPAWNS; i++) {
    const before = performance.now();
    await host.call('info', {});
    const idle = performance.now() - before;
    const start = performance.now();
    await host.spawn(`${prefix}${i}`, ['true'], SIZE);
    costs.push(performance.now() - start - idle);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await host.call('stop', { child: `${prefix}${i}`, graceMs: 100 });
    await host.call('collect', { child: `${prefix}${i}` });
  }
  return median(costs);
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'boo-b-'));
  const host = await startHost(folder);
  try {
    await host.spawn('keep', ['sleep', '1000'], SIZE);
    const first = (await host.call('info', {})).rss / 1e6;
    const fresh = await blocked(host, 'a');
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
    const later = await blocked(host, 'b');
    return [
      { name: 'spawn, fresh host', value: fresh, unit: 'ms', ratio: 1, target: TARGET_MS, ok: fresh <= TARGET_MS },
      {
        name: 'spawn, 20 full children',
        value: later,
        unit: 'ms',
        ratio: later / fresh,
        target: TARGET_MS,
        ok: later <= TARGET_MS,
      },
      { name: 'host, first child', value: first, unit: 'MB', ratio: 1, target: 90, ok: first <= 90 },
      {
        name: 'host, 20 full children',
        value: full,
        unit: 'MB',
        ratio: full / first,
        target: TARGET_MB,
        ok: full <= TARGET_MB,
      },
    ];
  } finally {
    await host.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, value, unit, ratio, target, ok } of await run())
    console.log(
      `${ok ? 'ok  ' : 'MISS'} ${name.padEnd(26)} ${value.toFixed(2)} ${unit} (≤ ${target})  ${ratio.toFixed(2)} × the fresh host`,
    );
}
