import type { RawPiece } from '../core/patch/pieces.ts';
import { parseDiff } from './changes.ts';
import { gitBytes, gitLine } from './run.ts';

/** What the files of one commit became in a later one: name there (latin1) ▶ name in the earlier one and pieces. */
export type Between = ReadonlyMap<string, { from: string; pieces: readonly RawPiece[] }>;

/** Commits are what they are: what lies between two of them is asked for once. The newest KEEP are kept. */
const KEEP = 32;

export interface Commits {
  /** The commit that both come from; null: none. */
  common(a: string, b: string): Promise<string | null>;
  between(from: string, to: string): Promise<Between>;
}

/** Questions about commits of one repository, each answered by git once. */
export function createCommits(root: string): Commits {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const found = known.get(key) as Promise<T> | undefined;
    if (found) return found;
    const asked = ask();
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    if (known.size > KEEP) known.delete(known.keys().next().value!);
    return asked;
  };
  return {
    common: (a, b) => once(`common ${[a, b].sort().join(' ')}`, () => gitLine(['merge-base', a, b], root)),
    between: (from, to) =>
      once(`between ${from} ${to}`, async () => {
        const how = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none', '--unified=0'];
        const what = ['diff-tree', '-r', '--raw', '--patch', '-z', '--full-index', '--no-abbrev', '--find-renames'];
        const { stdout } = await gitBytes([...what, ...how, from, to], { cwd: root });
        return new Map(
          parseDiff(stdout).map(({ name, fromName, pieces }) => [
            name.toString('latin1'),
            { from: (fromName ?? name).toString('latin1'), pieces },
          ]),
        );
      }),
  };
}
