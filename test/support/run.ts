// Around a whole run: one folder below which every test file has its own, so that what a file left that was ended itself
// (out of time, out of memory, Ctrl-C) is found and removed too.
import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { endProcesses, makeRunFolder, removeFolder, sweepDeadRuns, unmountBelow } from './leftovers.ts';
import { killIfThere, processesOf } from './processes.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of this run. */
    run: string;
  }
}

export default async function setup(project: TestProject) {
  await sweepDeadRuns(tmpdir());
  const folder = makeRunFolder(tmpdir());
  project.provide('run', folder);
  // Ctrl-C ends the run without what is returned below.
  process.once('exit', () => {
    for (const { pid } of processesOf(folder)) killIfThere(pid);
    unmountBelow(folder);
    removeFolder(folder);
  });
  return async () => {
    const left = await endProcesses(folder);
    unmountBelow(folder);
    removeFolder(folder);
    if (left.length > 0) throw new Error(`left running by the tests: ${JSON.stringify(left)}`);
  };
}
