/** A path that is written: it comes to be there (`put`) or goes. */
interface Path {
  name: Buffer;
  put: boolean;
}

/** Whether a name lies in what would be a folder of the other name. */
export const isBelow = (name: Buffer, folder: Buffer): boolean =>
  name.length > folder.length && name[folder.length] === 0x2f && name.subarray(0, folder.length).equals(folder);

/** Names of the folders that a name lies in, as latin1. */
const foldersOf = (name: Buffer): string[] =>
  [...name.keys()].filter((at) => name[at] === 0x2f).map((at) => name.toString('latin1', 0, at));

/** For each file the others that have to go first: they leave the place that it takes, a folder for a file or a file for a folder. */
function needsOf(files: readonly (readonly Path[])[]): Set<number>[] {
  const places = (put: boolean) =>
    new Map(
      files.flatMap((paths, at) =>
        paths.filter((path) => path.put === put).map(({ name }) => [name.toString('latin1'), at]),
      ),
    );
  const puts = places(true);
  const drops = places(false);
  const needs = files.map(() => new Set<number>());
  for (const [at, paths] of files.entries()) {
    for (const { name, put } of paths) {
      for (const folder of foldersOf(name)) {
        const other = (put ? drops : puts).get(folder);
        if (other === undefined || other === at) continue;
        if (put) needs[at]!.add(other);
        else needs[other]!.add(at);
      }
    }
  }
  return needs;
}

/**
 * The order in which files are written, by their places in the list: what goes away comes first where something else takes its place.
 * Files that wait for each other in a ring are one unit, whose members go all or none.
 */
export function unitsOf(files: readonly (readonly Path[])[]): number[][] {
  const needs = needsOf(files);
  const units: number[][] = [];
  let left = [...files.keys()];
  while (left.length > 0) {
    const waiting = new Set(left);
    const free = left.filter((at) => [...needs[at]!].every((other) => !waiting.has(other)));
    if (free.length === 0) return [...units, left];
    const freed = new Set(free);
    units.push(...free.map((at) => [at]));
    left = left.filter((at) => !freed.has(at));
  }
  return units;
}
