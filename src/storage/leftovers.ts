import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectPaths } from '../util/paths.ts';
import { isTempHeld } from './atomic.ts';
import { listRecords, pathOf } from './record-files.ts';

/** Takes the record of an agent away that never was: everything that was made for it is undone. */
export function removeRecord({ root, id }: { root: string; id: string }): void {
  const found = pathOf(root, id);
  if (found) rmSync(found.path, { force: true });
}

/**
 * Takes away what a full disk or a kill left: records without an event, and halves of histories and records.
 * Only for the one that writes there. `isKnown`: agents of the state, whose records stay whatever they hold.
 */
export function removeLeftovers(root: string, isKnown: (id: string) => boolean): void {
  const { sessions, history } = projectPaths(root);
  for (const { id, file } of listRecords(root)) {
    if (!isKnown(id) && statSync(join(sessions, file)).size === 0) rmSync(join(sessions, file), { force: true });
  }
  for (const folder of [history, sessions]) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names) if (isTempHeld(name) !== undefined) rmSync(join(folder, name), { force: true });
  }
}
