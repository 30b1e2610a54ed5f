import type { AgentEvent } from '../../schema/event.ts';

export interface Edited {
  /** It has reported that it changed a file of this folder. */
  reported: boolean;
  /** It has done something that may have changed files unseen. */
  acted: boolean;
  /** What its worktree held when it was last checked or found unchanged; null: not known. */
  tree: string | null;
}

/** A check that says of all edits before it how they are. */
const CONCLUSIVE: ReadonlySet<string> = new Set(['passed', 'failed', 'timedOut', 'unable', 'none']);

const isIn = (folder: string, path: string): boolean =>
  !path.startsWith('/') || path === folder || path.startsWith(`${folder}/`);

/**
 * What an agent has done since its last conclusive check. `newest`: its record, the newest event first; `folder`: the top of its checkout,
 * outside of which an edit (a plan, its own memory) is no work on the project.
 */
export function editedSince(newest: Iterable<AgentEvent>, folder: string): Edited {
  const done = new Map<string, { diff: boolean }>();
  let reported = false;
  let acted = false;
  for (const event of newest) {
    if (event.type === 'checkEnded' && CONCLUSIVE.has(event.outcome)) return { reported, acted, tree: event.tree };
    const key = 'call' in event ? `${event.epoch} ${event.call}` : '';
    if (event.type === 'toolFinished' && event.outcome !== 'denied') {
      acted = true;
      if (event.outcome === 'done') done.set(key, { diff: event.diff !== null });
    }
    if (event.type !== 'toolStarted') continue;
    const end = done.get(key);
    const places = event.locations.map(({ path }) => path);
    const isHere = places.length === 0 || places.some((path) => isIn(folder, path));
    if (end && isHere && (event.kind === 'edit' || end.diff)) reported = true;
  }
  return { reported, acted, tree: null };
}
