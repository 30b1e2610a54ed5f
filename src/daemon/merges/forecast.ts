import { mostTogether } from '../../core/order.ts';
import { openPlainCommits, type PlainCommits } from '../../git/loose.ts';
import { type Merged, mergeTree } from '../../git/merge-tree.ts';
import { branchRef, commitOf } from '../../git/repository.ts';
import { GitError, gitLine } from '../../git/run.ts';
import type { Forecast, PairForecast } from '../../schema/collision.ts';
import { BooError } from '../../util/errors.ts';
import { type Seen, sharesFile } from '../changes/seen.ts';
import type { Changes } from '../changes/service.ts';
import type { Store } from '../store.ts';

/** Merges whose outcome is kept: two commits always merge to the same tree. */
const KEEP = 4000;

export interface ForecastOptions {
  root: string;
  store: Store;
  changes: Changes;
}

/** An agent's present work as a commit that nothing names. */
interface Stand {
  id: string;
  name: string;
  seen: Seen;
  commit: string;
  tree: string;
}

/** What merges would give, uncommitted work included, found by merging in the object store. What has not changed is not merged again. */
export class Forecasts {
  readonly #options: ForecastOptions;
  readonly #merges = new Map<string, Promise<Merged>>();
  #plain: Promise<PlainCommits> | undefined;
  readonly #known = new Map<string, { stamp: number; stand: Promise<Pick<Stand, 'commit' | 'tree'>> }>();
  /** When each agent's work was last another: whoever rests comes first. */
  readonly #changedAt = new Map<string, number>();
  readonly #undo: () => void;

  constructor(options: ForecastOptions) {
    this.#options = options;
    this.#undo = options.changes.onChange((ids) => {
      for (const id of ids) this.#changedAt.set(id, Date.now());
    });
  }

  close(): void {
    this.#undo();
    this.#merges.clear();
  }

  /** `target`: a branch or commit; null: what is checked out in the project. Errors: `not_found` for a target that is none. */
  async get(target: string | null): Promise<Forecast> {
    const { root } = this.#options;
    const [name, branch] = await Promise.all([
      target ?? gitLine(['symbolic-ref', '--short', '--quiet', 'HEAD'], root).then((found) => found ?? 'HEAD'),
      commitOf(root, target === null ? 'HEAD' : branchRef(target)),
    ]);
    const commit = branch ?? (target && (await commitOf(root, target)));
    if (!commit)
      throw new BooError('not_found', `there is no branch or commit ${name}`, 'git branch lists the branches.');
    try {
      return { ...(await this.#forecast(commit)), target: name };
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      // Objects that nothing names may be swept away (git gc --prune=now): once more, from the files.
      await this.#beginAgain();
      return { ...(await this.#forecast(commit)), target: name };
    }
  }

  async #forecast(target: string): Promise<Omit<Forecast, 'target'>> {
    const stands = await this.#stands();
    const pairs = await this.#pairs(stands);
    return { pairs, ...(await this.#order(stands, pairs, target)) };
  }

  async #beginAgain(): Promise<void> {
    this.#merges.clear();
    this.#known.clear();
    const { changes } = this.#options;
    await Promise.all(changes.followed().map((id) => changes.peek(id)?.shadow.rebuild()));
  }

  async #stands(): Promise<Stand[]> {
    const { store, changes } = this.#options;
    const ids = changes.followed().filter((id) => store.agent(id).worktree !== null);
    const all = await Promise.all(
      ids.map(async (id): Promise<Stand | null> => {
        const seen = changes.peek(id);
        if (!seen || seen.changes.length === 0) return null;
        return { id, name: store.agent(id).name, seen, ...(await this.#stand(id, seen)) };
      }),
    );
    const age = (one: Stand) => this.#changedAt.get(one.id) ?? 0;
    return all.filter((one) => one !== null).sort((a, b) => age(a) - age(b) || (a.name < b.name ? -1 : 1));
  }

  async #stand(id: string, { stamp, shadow }: Seen): Promise<Pick<Stand, 'commit' | 'tree'>> {
    const known = this.#known.get(id);
    if (known?.stamp === stamp) return known.stand;
    const stand = shadow.stand();
    this.#known.set(id, { stamp, stand });
    stand.catch(() => this.#known.delete(id));
    return stand;
  }

  async #pairs(stands: readonly Stand[]): Promise<PairForecast[]> {
    const sharing = stands.flatMap((a, i) =>
      stands
        .slice(i + 1)
        .filter((b) => sharesFile(a.seen, b.seen))
        .map((b) => [a, b] as const),
    );
    const pairs = await Promise.all(
      sharing.map(async ([one, two]): Promise<PairForecast> => {
        const [a, b] = one.id < two.id ? [one, two] : [two, one];
        const { tree, conflicts } = await this.#merge(a.commit, b.commit);
        const same = conflicts.length === 0 && tree === a.tree && tree === b.tree;
        const verdict = conflicts.length > 0 ? 'conflict' : same ? 'identical' : 'clean';
        return { a: a.name, b: b.name, verdict, files: conflicts };
      }),
    );
    return pairs.sort((x, y) => (x.a + x.b < y.a + y.b ? -1 : 1));
  }

  /**
   * The most agents that fit together by what is known of pairs, merged one after the other to be sure; then everybody else, in case
   * a pair that conflicts alone does not after the others.
   */
  async #order(
    stands: readonly Stand[],
    pairs: readonly PairForecast[],
    target: string,
  ): Promise<Pick<Forecast, 'order' | 'remaining'>> {
    const bad = new Set(
      pairs.filter(({ verdict }) => verdict === 'conflict').flatMap(({ a, b }) => [`${a}\0${b}`, `${b}\0${a}`]),
    );
    const first = mostTogether(
      stands.map(({ name }) => name),
      (a, b) => bad.has(`${a}\0${b}`),
    );
    const rank = (one: Stand) => (first.includes(one.name) ? 0 : 1);
    const line = [...stands].sort((a, b) => rank(a) - rank(b));
    const order: string[] = [];
    const remaining: Forecast['remaining'] = [];
    let now = target;
    for (const [index, one] of line.entries()) {
      const merging = this.#mergeNames(now, one.commit);
      // Whoever is left mostly stands against what is merged by then: all of them are tried at once.
      if (rank(one) === 1)
        for (const { commit } of line.slice(index + 1)) void this.#mergeNames(now, commit).catch(() => {});
      const { tree, conflicts } = await merging;
      if (conflicts.length > 0) {
        remaining.push({ agent: one.name, files: conflicts.map(({ file }) => file) });
        continue;
      }
      order.push(one.name);
      now = await this.#commit(tree, [now, one.commit]);
    }
    return { order, remaining };
  }

  #merge(ours: string, theirs: string): Promise<Merged> {
    return this.#once(`${ours} ${theirs}`, () => mergeTree(this.#options.root, ours, theirs));
  }

  /** As `#merge`, without the lines of conflicts. */
  #mergeNames(ours: string, theirs: string): Promise<Merged> {
    const known = this.#merges.get(`${ours} ${theirs}`);
    const merge = () => mergeTree(this.#options.root, ours, theirs, { lines: false });
    return known ?? this.#once(`names ${ours} ${theirs}`, merge);
  }

  async #commit(tree: string, parents: string[]): Promise<string> {
    this.#plain ??= openPlainCommits(this.#options.root);
    return (await this.#plain).write(tree, parents);
  }

  #once(key: string, merge: () => Promise<Merged>): Promise<Merged> {
    const known = this.#merges.get(key);
    if (known) return known;
    const merging = merge();
    this.#merges.set(key, merging);
    merging.catch(() => this.#merges.delete(key));
    if (this.#merges.size > KEEP) this.#merges.delete(this.#merges.keys().next().value!);
    return merging;
  }
}
