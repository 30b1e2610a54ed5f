import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { putOut } from '../../scripts/put-out.mjs';
import { testFolder } from '../support/host.ts';

const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 5, 1);
/** A build whose program loads another file when it is spoken to. */
function build(folder: string, version: string, now: number, keep = true) {
  const lazy = `lazy-${version.repeat(8)}.js`;
  const main = `console.log('ready'); process.stdin.once('data', () => import('./${lazy}').then(() => process.exit()));`;
  const files = { 'main.js': main, [lazy]: `console.log('loaded ${version}');` };
  const outputs = Object.entries(files).map(([name, text]) => ({
    path: join(folder, name),
    contents: Buffer.from(text),
  }));
  return putOut(folder, outputs, { now, keep });
}
const at = (folder: string) => ({
  has: (version: string) => existsSync(join(folder, `lazy-${version.repeat(8)}.js`)),
});

describe('writing what was built', () => {
  test('takes nothing away from a program that runs: it loads later what belongs to it', async () => {
    const folder = testFolder('dist');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await build(folder, 'A', Date.now());
    const program = spawn(process.execPath, [join(folder, 'main.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(program.stdout, 'data');
    await build(folder, 'B', Date.now());
    const ended = once(program, 'exit');
    program.stdin.write('go');
    expect(String((await once(program.stdout, 'data'))[0])).toBe('loaded A\n');
    await ended;
    expect(readFileSync(join(folder, 'main.js'), 'utf8')).toContain('lazy-BBBBBBBB.js');
  });

  test('keeps files for a week from the build that replaced them, however old they were then', async () => {
    const folder = testFolder('dist');
    const { has } = at(folder);
    await build(folder, 'A', NOW);
    utimesSync(join(folder, 'lazy-AAAAAAAA.js'), 0, 0);
    await build(folder, 'B', NOW);
    await build(folder, 'C', NOW + 6 * DAY);
    expect([has('A'), has('B'), has('C')]).toEqual([true, true, true]);
    await build(folder, 'D', NOW + 8 * DAY);
    expect([has('A'), has('B'), has('C')]).toEqual([false, true, true]);
  });

  test('keeps none of them where it is to be published, nor more than there is room for', async () => {
    const folder = testFolder('dist');
    const { has } = at(folder);
    await build(folder, 'A', NOW);
    await build(folder, 'B', NOW, false);
    expect([has('A'), has('B')]).toEqual([false, true]);
    writeFileSync(join(folder, 'old-ZZZZZZZZ.js'), Buffer.alloc(101 * 1024 * 1024));
    await build(folder, 'C', NOW);
    expect(existsSync(join(folder, 'old-ZZZZZZZZ.js'))).toBe(false);
  });
});
