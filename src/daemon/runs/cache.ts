import { headCommit } from '../../git/head.ts';
import { createLimiter } from '../../git/limit.ts';
import { treeOfCommit } from '../../git/repository.ts';
import { dropCommits, keepCommit, keptCommits, treeOfCheckout, workOf } from '../../git/work-of.ts';
import type { CacheEntry } from '../../schema/workflow.ts';
import {
  isResultKey,
  type KeptResult,
  readKeptResults,
  removeKeptResult,
  writeKeptResult,
} from '../../storage/kept-results.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import { getRun } from './get.ts';
import type { Params } from './methods.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Results of calls that went well, kept from run to run; bounded in number and age, the oldest go first. */
export class RunCache {
  readonly #ctx: Context;
  #known: Map<string, KeptResult> | undefined;
  /** What is written is written one after the other. */
  readonly #alone = createLimiter(1);
  #swept = false;

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** Null: nothing is kept under this key, or it is too old. */
  get(key: string): CacheEntry | null {
    checkKey(key);
    const kept = this.#all.get(key);
    return kept && kept.entry.at >= this.#oldest ? kept.entry : null;
  }

  /** What agents changed whose results these are. */
  commitsOf(agents: ReadonlySet<string>): { entry: CacheEntry; commit: string }[] {
    return [...this.#all.values()].flatMap(({ entry }) =>
      entry.commit !== null && agents.has(entry.agent) ? [{ entry, commit: entry.commit }] : [],
    );
  }

  /** Keeps a result, and with it what its agent has changed in its worktree, so that a later run can have both. */
  put(key: string, entry: Omit<CacheEntry, 'commit'>): Promise<void> {
    checkKey(key);
    return this.#alone(async () => {
      const { root, store, git, config } = this.#ctx;
      if (config.get().config.workflows.cache.entries === 0) return;
      // Before anything is on its way there: who reads it takes away what is no result, halves of them included.
      const all = this.#all;
      const agent = store.get().agents[entry.agent];
      const commit = git && agent ? await workOf(root, agent) : null;
      if (commit !== null) await keepCommit(root, key, commit);
      const kept = { run: agent?.parentId ?? null, entry: { ...entry, commit } };
      await writeKeptResult(root, key, kept);
      const before = all.get(key);
      all.delete(key);
      all.set(key, kept);
      if (before?.entry.commit && commit === null) await dropCommits(root, [key]);
      await this.#sweep();
    });
  }

  /** Forgets all of it, or what this run put there or took from it. Resolves with how much that was. */
  clear(run: string | null): Promise<number> {
    return this.#alone(async () => {
      const taken = run === null ? null : this.#takenBy(run);
      const keys = [...this.#all].flatMap(([key, kept]) => (!taken || taken(kept) ? [key] : []));
      await this.#forget(keys);
      return keys.length;
    });
  }

  get #all(): Map<string, KeptResult> {
    this.#known ??= new Map([...readKeptResults(this.#ctx.root)].sort(([, a], [, b]) => a.entry.at - b.entry.at));
    return this.#known;
  }

  /** What is older than this moment is kept no longer. Asked for once for many: it looks at the files of the config. */
  get #oldest(): number {
    return Date.now() - this.#ctx.config.get().config.workflows.cache.days * DAY_MS;
  }

  #takenBy(query: string): (kept: KeptResult) => boolean {
    const ctx = this.#ctx;
    const agent = agentNamed(ctx, query);
    const { run } = getRun(ctx, agent);
    const agents = new Set(run.steps.flatMap(({ cached, agent: by }) => (cached && by !== null ? [by] : [])));
    return (kept) => kept.run === agent.id || agents.has(kept.entry.agent);
  }

  async #sweep(): Promise<void> {
    const { entries } = this.#ctx.config.get().config.workflows.cache;
    const all = [...this.#all];
    const oldest = this.#oldest;
    const stale = all.filter(([, kept], index) => index < all.length - entries || kept.entry.at < oldest);
    await this.#forget(stale.map(([key]) => key));
    if (this.#swept || !this.#ctx.git) return;
    // A daemon that was killed in the middle of this left refs of what it had forgotten.
    const held = await keptCommits(this.#ctx.root);
    await dropCommits(
      this.#ctx.root,
      held.filter((key) => !this.#all.has(key)),
    );
    this.#swept = true;
  }

  async #forget(keys: readonly string[]): Promise<void> {
    const held = keys.filter((key) => this.#all.get(key)?.entry.commit);
    for (const key of keys) {
      removeKeptResult(this.#ctx.root, key);
      this.#all.delete(key);
    }
    await dropCommits(this.#ctx.root, held);
  }
}

function checkKey(key: string): void {
  if (!isResultKey(key)) throw new BooError('usage', 'a key of the cache is a SHA-256 in hex');
}

/** The tree that an agent would start from: of a commit, or of the checkout as it is now. Null: there is none. */
export async function treeToStartFrom(
  { root, git, config }: Context,
  { base, worktree, profile }: Params<'cache.tree'>,
): Promise<string | null> {
  if (!git || (await headCommit(root)) === null) return null;
  const { worktrees, profiles } = config.get().config;
  const own = profile === undefined ? undefined : profiles[profile]?.worktree;
  if (!(worktree ?? own ?? worktrees.enabled)) return treeOfCheckout(root);
  return treeOfCommit(root, base ?? worktrees.base ?? 'HEAD');
}
