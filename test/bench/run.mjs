// Runs every bench beside this file, or those named (`npm run bench -- startup idle`), and prints one table. A bench exports
// `run(part?): Promise<{name, value, unit, ratio, target, ok}[]>`; `ratio` and `target` may be null. A long one can be run in parts:
// `npm run bench -- "render:one line"`.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, makeRunFolder, removeFolder, sweepDeadRuns } from '../support/leftovers.ts';

const wanted = new Map(process.argv.slice(2).map((word) => [word.split(':')[0], word.split(':')[1]]));
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.mjs') && !['run.mjs', 'support.mjs'].includes(name))
  .filter((name) => wanted.size === 0 || wanted.has(name.replace('.mjs', '')))
  .sort();

const number = (value) =>
  typeof value !== 'number'
    ? String(value ?? '-')
    : String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

// Everything goes below one folder, by which it is found and ended, also when the run is interrupted.
await sweepDeadRuns(tmpdir());
const folder = makeRunFolder(tmpdir());
process.env.TMPDIR = folder;
process.env.TMUX_TMPDIR = folder;
async function clear() {
  await endProcesses(folder, 0);
  removeFolder(folder);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => void clear().then(() => process.exit(130)));

const rows = [];
for (const file of files) {
  const bench = await import(join(import.meta.dirname, file));
  if (typeof bench.run !== 'function') continue;
  process.stderr.write(`${file} …\n`);
  try {
    for (const { name, value, unit, ratio, target, ok } of await bench.run(wanted.get(file.replace('.mjs', '')))) {
      rows.push([name, `${number(value)} ${unit}`, number(ratio), String(target ?? '-'), ok ? 'ok' : 'MISSED']);
    }
  } catch (error) {
    rows.push([file, `failed: ${error instanceof Error ? error.message : error}`, '-', '-', 'FAILED']);
  }
}
const table = [['measure', 'value', 'ratio', 'target', ''], ...rows];
const widths = table[0].map((_, x) => Math.max(...table.map((row) => [...row[x]].length)));
for (const row of table) {
  console.log(
    row
      .map((cell, x) => cell + ' '.repeat(widths[x] - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}
await clear();
process.exit(0);
