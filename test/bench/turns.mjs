// How long the loop of another process stands still: it has fixtures/turns.cjs loaded, and is told by a signal when to count.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** `env` is for the process; its counts go into this file. */
export function countTurns(file) {
  writeFileSync(file, '');
  const lines = () => readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return {
    env: { NODE_OPTIONS: `--require ${join(import.meta.dirname, 'fixtures/turns.cjs')}`, BENCH_TURNS: file },
    /** The longest that it stands still during a task, and the most that one turn takes of a processor: milliseconds. */
    async longest(pid, task) {
      const before = lines().length;
      process.kill(pid, 'SIGUSR2');
      await delay(5);
      await task();
      process.kill(pid, 'SIGUSR2');
      while (lines().length === before) await delay(1);
      const [ms, cpuMs] = lines().at(-1).split(' ').map(Number);
      return { ms, cpuMs };
    },
  };
}
