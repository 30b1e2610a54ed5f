import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../util/paths.ts';
import { listHistory } from './history.ts';
import { listRecords } from './record-files.ts';
import { listRecordings } from './recording.ts';

/** Something that takes room; `at`: milliseconds since the epoch, when it was last of use. */
interface Kept {
  path: string;
  bytes: number;
  at: number;
  /** It must stay, but counts. */
  stays: boolean;
}

function makeRoom(all: Kept[], maxBytes: number): string[] {
  let bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const gone: string[] = [];
  for (const one of all.filter(({ stays }) => !stays).sort((a, b) => a.at - b.at)) {
    if (bytes <= maxBytes) break;
    rmSync(one.path, { force: true });
    bytes -= one.bytes;
    gone.push(one.path);
  }
  return gone;
}

/**
 * Bounds what is kept of agents that have ended, oldest end first, and gives the paths that went.
 *
 * - `historyBytes`: histories, together with the records of removed agents. Records of listed agents always stay.
 * - `recordingBytes`: recordings, parts of rotated ones included.
 *
 * Nothing of an agent that lives goes, of none of its lives.
 */
export function sweepKept({
  root,
  isLiving,
  isListed,
  historyBytes,
  recordingBytes,
}: {
  root: string;
  isLiving(id: string): boolean;
  isListed(id: string): boolean;
  historyBytes: number;
  recordingBytes: number;
}): string[] {
  const { sessions } = projectPaths(root);
  const histories = listHistory(root).map(({ id, path, bytes, endedAt }) => ({
    path,
    bytes,
    at: endedAt,
    stays: isLiving(id),
  }));
  const records = listRecords(root).flatMap(({ id, file }) => {
    const path = join(sessions, file);
    const stat = isListed(id) ? undefined : statSync(path, { throwIfNoEntry: false });
    return stat ? [{ path, bytes: stat.size, at: stat.mtimeMs, stays: false }] : [];
  });
  const recordings = listRecordings(root).map(({ id, path, bytes, at }) => ({ path, bytes, at, stays: isLiving(id) }));
  return [...makeRoom([...histories, ...records], historyBytes), ...makeRoom(recordings, recordingBytes)];
}
