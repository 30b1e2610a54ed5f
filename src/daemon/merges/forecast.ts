import { branchRef, commitOf } from '../../git/repository.ts';
import { GitError, gitLine } from '../../git/run.ts';
import type { Forecast, PairForecast } from '../../schema/collision.ts';
import { BooError } from '../../util/errors.ts';
import { type Seen, sharesFile } from '../changes/seen.ts';
import type { Changes } from '../changes/service.ts';
import type { Store } from '../store.ts';
import { mergeAlone, orderOf } from './order.ts';
import { Outcomes } from './outcomes.ts';

export interface ForecastOptions {
  root: string;
  store: Store;
  changes: Changes;
}

/** An agent's present work as a commit that nothing names. */
interface Stand {
  id: string;
  name: string;
  createdAt: number;
  seen: Seen;
  commit: string;
  tree: string;
}

/** What merges would give, uncommitted work included, found by merging in the object store. What has not changed is not merged again. */
export class Forecasts {
  readonly #options: ForecastOptions;
  readonly #outcomes: Outcomes;
  readonly #known = new Map<string, { stamp: number; stand: Promise<Pick<Stand, 'commit' | 'tree'>> }>();
  /** Names of those in the last order. */
  #fitted: ReadonlySet<string> = new Set();

  constructor(options: ForecastOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes(options.root);
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
    const alone = mergeAlone(this.#outcomes, stands, target);
    // Mostly the same ones fit together as before: that is found out while the pairs are.
    const fitted = stands.map(({ name, commit }) => (this.#fitted.has(name) ? commit : null));
    void this.#outcomes.together(fitted).catch(() => {});
    const pairs = await this.#pairs(stands);
    const conflicts = pairs.filter(({ verdict }) => verdict === 'conflict');
    const { order, remaining } = await orderOf(this.#outcomes, { stands, alone, conflicts, target });
    this.#fitted = new Set(order);
    return { pairs, order, remaining };
  }

  async #beginAgain(): Promise<void> {
    this.#outcomes.forget();
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
        const { name, createdAt } = store.agent(id);
        return { id, name, createdAt, seen, ...(await this.#stand(id, seen)) };
      }),
    );
    return all.filter((one) => one !== null).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
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
    const sorted = sharing.map(([one, two]) => (one.id < two.id ? ([one, two] as const) : ([two, one] as const)));
    const merging = this.#outcomes.of(
      sorted.map(([a, b]) => [a.commit, b.commit]),
      { lines: true },
    );
    const pairs = await Promise.all(
      sorted.map(async ([a, b], index): Promise<PairForecast> => {
        const { tree, conflicts } = await merging[index]!;
        const same = conflicts.length === 0 && tree === a.tree && tree === b.tree;
        const verdict = conflicts.length > 0 ? 'conflict' : same ? 'identical' : 'clean';
        return { a: a.name, b: b.name, verdict, files: conflicts };
      }),
    );
    return pairs.sort((x, y) => (x.a + x.b < y.a + y.b ? -1 : 1));
  }
}
