import { mostTogether } from '../../core/order.ts';
import type { Merged } from '../../git/merge-tree.ts';
import { branchRef, commitOf } from '../../git/repository.ts';
import { GitError, gitLine } from '../../git/run.ts';
import type { Forecast, PairForecast } from '../../schema/collision.ts';
import { BooError } from '../../util/errors.ts';
import { type Seen, sharesFile } from '../changes/seen.ts';
import type { Changes } from '../changes/service.ts';
import type { Store } from '../store.ts';
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
    this.#alone(stands, target);
    const pairs = await this.#pairs(stands);
    return { pairs, ...(await this.#order(stands, pairs, target)) };
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

  /**
   * The most agents that fit the target and together by what is known of pairs, merged to be sure; then everybody else, in case a pair
   * that conflicts alone does not after the others.
   */
  async #order(
    stands: readonly Stand[],
    pairs: readonly PairForecast[],
    target: string,
  ): Promise<Pick<Forecast, 'order' | 'remaining'>> {
    const bad = new Set(
      pairs.filter(({ verdict }) => verdict === 'conflict').flatMap(({ a, b }) => [`${a}\0${b}`, `${b}\0${a}`]),
    );
    const alone = await Promise.all(this.#alone(stands, target));
    const chosen = mostTogether(
      stands.filter((_, index) => alone[index]!.conflicts.length === 0).map(({ name }) => name),
      (a, b) => bad.has(`${a}\0${b}`),
    );
    const isChosen = ({ name }: Stand) => chosen.includes(name);
    const others = stands.filter((one) => !isChosen(one));
    const all = await this.#together(
      target,
      stands.map((one) => (isChosen(one) ? one.commit : null)),
    );
    if (all === null) return this.#oneByOne([...stands.filter(isChosen), ...others], chosen.length, target);
    const { order, remaining } = await this.#oneByOne(others, 0, all);
    return { order: [...chosen, ...order], remaining };
  }

  #alone(stands: readonly Stand[], target: string): Promise<Merged>[] {
    const pairs = stands.map(({ commit }) => [target, commit] as const);
    return this.#outcomes.of(pairs, { lines: false });
  }

  /** The target with all of these; null when they do not fit. */
  async #together(target: string, commits: readonly (string | null)[]): Promise<string | null> {
    const all = await this.#outcomes.together(commits);
    return all && this.#outcomes.together([target, all]);
  }

  /** Merges them into `now` one after the other; of the first `hopeful` ones most are thought to fit, of the others few. */
  async #oneByOne(
    line: readonly Stand[],
    hopeful: number,
    target: string,
  ): Promise<Pick<Forecast, 'order' | 'remaining'>> {
    const order: string[] = [];
    const remaining: Forecast['remaining'] = [];
    let now = target;
    for (const [index, one] of line.entries()) {
      // Who does not fit leaves what is merged by then as it is: all of those are tried at once.
      const [merging] = this.#alone(index < hopeful ? [one] : line.slice(index), now);
      const { tree, conflicts } = await merging!;
      if (conflicts.length > 0) {
        remaining.push({ agent: one.name, files: conflicts.map(({ file }) => file) });
        continue;
      }
      order.push(one.name);
      now = await this.#outcomes.commit(tree, [now, one.commit]);
    }
    return { order, remaining };
  }
}
