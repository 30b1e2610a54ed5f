import { openPlainCommits, type PlainCommits } from '../../git/loose.ts';
import { type Merged, mergeTrees } from '../../git/merge-tree.ts';

/** Merges whose outcome is kept: two commits always merge to the same tree. */
const KEEP = 4000;

/** Commits to be merged. */
type Pair = readonly [ours: string, theirs: string];

/** Outcomes of merges in the object store. What is known is not merged again, and what is not is merged by few processes. */
export class Outcomes {
  readonly #root: string;
  readonly #known = new Map<string, Promise<Merged>>();
  #plain: Promise<PlainCommits> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  forget(): void {
    this.#known.clear();
  }

  /** `lines`: where in the files the conflicts are is wanted, too. */
  of(pairs: readonly Pair[], { lines }: { lines: boolean }): Promise<Merged>[] {
    const keyOf = ([ours, theirs]: Pair) => `${ours} ${theirs}`;
    const known = pairs.map(
      (pair) => this.#known.get(keyOf(pair)) ?? (lines ? undefined : this.#known.get(`names ${keyOf(pair)}`)),
    );
    const unknown = pairs.filter((_, index) => !known[index]);
    const all = mergeTrees(this.#root, unknown, { lines });
    const begun = new Map(unknown.map((pair, index) => [pair, all.then((outcomes) => outcomes[index]!)]));
    for (const [pair, merging] of begun) this.#keep(lines ? keyOf(pair) : `names ${keyOf(pair)}`, merging);
    return pairs.map((pair, index) => known[index] ?? begun.get(pair)!);
  }

  /** A commit of a merged tree that nothing names. */
  async commit(tree: string, parents: string[]): Promise<string> {
    this.#plain ??= openPlainCommits(this.#root);
    return (await this.#plain).write(tree, parents);
  }

  /**
   * One commit of all of these; null when some conflict. Two and two are merged, then two and two of those, and so on: after one of
   * them is another, only the merges that it is in are made again. A place that stays empty (null) keeps the others together as they were.
   */
  async together(commits: readonly (string | null)[]): Promise<string | null> {
    let level = commits;
    while (level.length > 1) {
      const pairs = level.flatMap((one, index) => (index % 2 === 0 ? [[one, level[index + 1] ?? null] as const] : []));
      const full = pairs.filter((pair): pair is [string, string] => pair[0] !== null && pair[1] !== null);
      const merged = await Promise.all(this.of(full, { lines: false }));
      if (merged.some(({ conflicts }) => conflicts.length > 0)) return null;
      const done = await Promise.all(merged.map(({ tree }, index) => this.commit(tree, [...full[index]!])));
      level = pairs.map(([a, b]) => (a !== null && b !== null ? done.shift()! : (a ?? b)));
    }
    return level[0] ?? null;
  }

  #keep(key: string, merging: Promise<Merged>): void {
    this.#known.set(key, merging);
    merging.catch(() => this.#known.delete(key));
    if (this.#known.size > KEEP) this.#known.delete(this.#known.keys().next().value!);
  }
}
