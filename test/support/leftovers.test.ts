import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endProcesses, makeRunFolder, sweepDeadRuns } from './leftovers.ts';
import { tempFolder } from './repository.ts';
import { until } from './wait.ts';

test.skipIf(!existsSync('/proc/self'))(
  'what has to do with a folder is ended and told: by its environment, its words, or where it is',
  async () => {
    const folder = tempFolder('left');
    const started = [
      spawn('sleep', ['4248'], { env: { ...process.env, MARK: folder } }),
      spawn('sh', ['-c', 'read line', folder], { env: {} }),
      spawn('sleep', ['4250'], { env: {}, cwd: folder }),
    ];
    const other = spawn('sleep', ['4251']);
    const pids = started.map(({ pid }) => pid);
    const left = await endProcesses(folder, 0);
    expect(left.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    await until('they have ended', () => started.every(({ signalCode }) => signalCode === 'SIGKILL'));
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill('SIGKILL');
    expect(await endProcesses(folder, 0)).toEqual([]);
  },
);

test.skipIf(!existsSync('/proc/self'))(
  'the folder of a run that was killed is swept by the next one, that of a living one stays',
  async () => {
    const parent = tempFolder('runs');
    const living = makeRunFolder(parent);
    const dead = makeRunFolder(parent);
    const foreign = join(parent, 'boo-t-foreign');
    mkdirSync(foreign);
    const { pid } = spawnSync('true');
    writeFileSync(join(dead, 'owner'), `${pid} 1 ${readlinkSync('/proc/self/ns/pid')}`);
    expect(await sweepDeadRuns(parent)).toEqual([dead]);
    expect([living, dead, foreign].map((folder) => existsSync(folder))).toEqual([true, false, true]);
  },
);
