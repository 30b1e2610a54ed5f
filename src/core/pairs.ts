import type { Collision } from '../schema/collision.ts';
import { collide, hasRisen, type Touched, worstFirst } from './collide.ts';

/** One agent's files, by the names under which others may meet them. */
export interface Party {
  id: string;
  name: string;
  worktree: string;
  /** Each file as it is shown, what was done to it, and its names: in the base, and now. */
  files: readonly { file: string; names: readonly string[]; touched: Touched }[];
}

/** Everything at which these two are in each other's way. `before`: what was known, for `since`. */
export function collisionsOf(a: Party, b: Party, before: readonly Collision[], now: number): Collision[] {
  const byName = new Map(b.files.flatMap((file) => file.names.map((name) => [name, file])));
  const found = new Map<string, Collision>();
  for (const mine of a.files) {
    for (const theirs of new Set(mine.names.map((name) => byName.get(name)))) {
      if (!theirs) continue;
      const { severity, ranges } = collide(mine.touched, theirs.touched);
      const file = mine.names.find((name) => theirs.names.includes(name)) ?? mine.file;
      const old = before.find((one) => one.file === file && one.ids[0] === a.id && one.ids[1] === b.id);
      found.set(file, {
        ...{ file, severity, ranges },
        agents: [a.name, b.name],
        ids: [a.id, b.id],
        worktrees: [a.worktree, b.worktree],
        since: old?.severity === severity ? old.since : now,
      });
    }
  }
  return [...found.values()].sort(worstFirst);
}

/** What is worth a notification: collisions that are new or worse than they were. */
export const risen = (before: readonly Collision[], after: readonly Collision[]): Collision[] => {
  const old = new Map(before.map((one) => [keyOf(one), one.severity]));
  return after.filter((one) => hasRisen(old.get(keyOf(one)) ?? null, one.severity));
};

const keyOf = ({ file, ids }: Collision) => `${ids.join(' ')} ${file}`;
