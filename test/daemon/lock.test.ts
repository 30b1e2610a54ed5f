import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../src/daemon/lock.ts';
import { processStart } from '../../src/daemon/process.ts';
import { until } from '../support/wait.ts';

const folder = () => mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'lock-'));

test('a lock is held once and can be taken again after its release', async () => {
  const at = folder();
  const child = spawn('sleep', ['60']);
  writeFileSync(join(at, `daemon-${child.pid}-${processStart(child.pid!)}.lock`), '');
  expect(await takeLock(at)).toBeNull();
  child.kill('SIGKILL');
  await until('the owner is dead', () => processStart(child.pid!) === null);
  const lock = await takeLock(at);
  expect(lock).not.toBeNull();
  expect(readdirSync(at)).toEqual([`daemon-${process.pid}-${processStart(process.pid)}.lock`]);
  lock!.release();
  expect(readdirSync(at)).toEqual([]);
});

test('a process id that is used again does not keep a dead owner alive', async () => {
  const at = folder();
  writeFileSync(join(at, `daemon-${process.ppid}-1.lock`), '');
  const lock = await takeLock(at);
  expect(lock).not.toBeNull();
  lock!.release();
});

test('a process that has ended but was not waited for is dead', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [pid] = await new Promise<string[]>((resolve) =>
    parent.stdout.once('data', (text) => resolve(String(text).split('\n'))),
  );
  await until('the zombie counts as dead', () => processStart(Number(pid)) === null);
  parent.kill('SIGKILL');
});
