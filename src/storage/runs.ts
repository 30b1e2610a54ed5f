import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RunSpec } from '../schema/run.ts';
import { sayDiskFull } from '../util/disk.ts';
import { errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

const fileOf = (root: string, id: string) => join(projectPaths(root).runs, `${id}.json`);

/** Keeps what a run was started with (0600). `id`: of its agent. */
export function writeRunSpec(root: string, id: string, spec: RunSpec): void {
  try {
    replaceFile(fileOf(root, id), `${JSON.stringify(spec)}\n`);
  } catch (error) {
    throw sayDiskFull(error, 'what the run is started with could not be written', projectPaths(root).runs);
  }
}

/** What a run was started with; null: nothing is known of it. */
export function readRunSpec(root: string, id: string): RunSpec | null {
  try {
    return RunSpec.safeParse(JSON.parse(readFileSync(fileOf(root, id), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Takes away what belongs to no agent that could ever be asked for again: `isKnown` says of which ids there still is a record. */
export function sweepRunSpecs(root: string, isKnown: (id: string) => boolean): void {
  const { runs } = projectPaths(root);
  try {
    for (const name of readdirSync(runs)) {
      if (!isKnown(name.replace(/\.json.*$/, ''))) rmSync(join(runs, name), { force: true });
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
