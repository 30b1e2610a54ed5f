import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { emptyState, reduce } from '../core/reduce.ts';
import type { ProjectState, StateFile } from '../schema/state.ts';
import { removeLeftovers } from '../storage/leftovers.ts';
import { claimFolder } from '../storage/owner.ts';
import { readRecord } from '../storage/record.ts';
import { listRecords } from '../storage/record-files.ts';
import { sweepRunSpecs } from '../storage/runs.ts';
import { loadState } from '../storage/state.ts';
import { projectPaths } from '../util/paths.ts';

export interface Loaded {
  state: ProjectState;
  reach: StateFile['records'];
  /** Sentences for the person about what had to be set aside or repaired. */
  notices: string[];
  /** When the daemon before this one wrote last; 0: there was none. */
  writtenAt: number;
}

/** The last snapshot with everything folded in that the records know beyond it. `now` in milliseconds since the epoch. */
export async function loadProject({ root, git, now }: { root: string; git: boolean; now: number }): Promise<Loaded> {
  const writtenAt = lastWrite(root);
  const foreign = claimFolder({ root, now });
  const { file, notices } = await loadState({ root, now });
  notices.unshift(...foreign);
  removeLeftovers(root, (id) => file?.state.agents[id] !== undefined);
  const recorded = new Set(listRecords(root).map(({ id }) => id));
  sweepRunSpecs(root, (id) => recorded.has(id));
  const reach: StateFile['records'] = {};
  let state = file?.state ?? emptyState({ root, name: basename(root) || root, git, createdAt: now });
  if (state.project.git !== git || state.project.root !== root) {
    state = { ...state, project: { ...state.project, root, git } };
  }
  for (const { id, file: name } of listRecords(root)) {
    const known = file?.records[id];
    reach[id] = { file: name, seq: known?.seq ?? 0 };
    if (known && !state.agents[id] && !isNewer(root, name)) continue;
    for (const line of readRecord({ root, id, after: known?.seq ?? 0, onNotice: (text) => notices.push(text) })) {
      state = reduce(state, id, line.event);
      reach[id] = { file: name, seq: line.seq };
    }
  }
  return { state, reach, notices, writtenAt };
}

function lastWrite(root: string): number {
  const { sessions, state } = projectPaths(root);
  const files = [state, ...listRecords(root).map(({ file }) => join(sessions, file))];
  return Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

/** Records of removed agents are many and rest: they are read only when written to after the last snapshot (it was restored). */
function isNewer(root: string, name: string): boolean {
  const { sessions, state } = projectPaths(root);
  const slackMs = 5_000;
  const snapshot = statSync(state, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return statSync(join(sessions, name)).mtimeMs > snapshot - slackMs;
}
