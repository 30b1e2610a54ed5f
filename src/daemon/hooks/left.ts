import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HookReport } from '../../schema/hook.ts';
import { messageOf } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import type { Log } from '../log.ts';

/** A report is no larger than this, in bytes: a larger file was not left by a hook. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Gives what hooks left in files, oldest first; each file goes when it has been taken, or when it is none of ours. */
export async function takeLeft(root: string, log: Log, take: (report: HookReport) => Promise<unknown>): Promise<void> {
  const folder = projectPaths(root).hooks;
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const report = read(path, log);
    if (report) await take(report);
    rmSync(path, { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    // A repository may bring links along: what is not our folder is not looked into.
    if (!lstatSync(folder).isDirectory()) return [];
    return readdirSync(folder)
      .filter((name) => /^\d{15}-[0-9a-f]{12}\.json$/.test(name))
      .sort();
  } catch {
    return [];
  }
}

function read(path: string, log: Log): HookReport | null {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return null;
    return HookReport.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    log.warn(`a hook's report cannot be read (${path}): ${messageOf(error)}`);
    return null;
  }
}
