import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ensureFolder } from '../../src/storage/folder.ts';
import { loadState } from '../../src/storage/state.ts';
import { bundle } from '../support/bundle.ts';

const ROUNDS = 200;
/** Bundled: started two hundred times, reading its modules would be most of the time. */
const SCRIPT = await bundle('test/fixtures/state-writer.ts');

/** Starts a writer, kills it `ms` after its first write, and gives the last generation it said was written. */
function writeAndKill(root: string, from: number, ms: number): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [SCRIPT, root, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said === '') void delay(ms).then(() => child.kill('SIGKILL'));
      said += text;
    });
    child.on('error', fail);
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') fail(new Error(`the writer ended by itself: ${said}`));
      else done(Number(said.trimEnd().split('\n').at(-1)));
    });
  });
}

test(`a writer killed ${ROUNDS} times at random moments never tears the state nor loses what it acknowledged`, async () => {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'kill-'));
  ensureFolder(root);
  let generation = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndKill(root, generation + 1, Math.random() * 25);
    const { file, notices } = await loadState({ root, now: 0 });
    expect(notices).toEqual([]);
    expect(file?.generation).toBeGreaterThanOrEqual(acknowledged);
    expect(file?.state.project.name).toMatch(new RegExp(`^n${file?.generation}-x{20000}$`));
    generation = file!.generation;
  }
  expect(readdirSync(join(root, '.boocode')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(generation).toBeGreaterThan(ROUNDS);
});
