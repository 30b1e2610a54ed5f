import type { RunSpec } from '../schema/run.ts';
import type { CacheEntry, CallAsk } from '../schema/workflow.ts';
import { messageOf } from '../util/errors.ts';
import type { CallEnd, CallWish } from './calls.ts';
import type { RunClient } from './client.ts';
import { keyOf } from './stable.ts';

/**
 * How long a tree counts while agents work, in milliseconds, and in times of what it took to find it out: a checkout is then never exactly
 * what it was a moment ago, and on a busy machine git would take longer for each of hundreds of calls than the calls.
 */
const FRESH_MS = 250;
const FRESH_TIMES = 20;

export interface ResultsOptions {
  spec: RunSpec;
  client: RunClient;
  /** Is no agent of the run at work? The checkout stays what it was then. */
  idle(): boolean;
  /** Told once, when the cache is of no use. */
  warn(text: string): void;
}

/** Results of calls that are kept from run to run (row 6.3): by what was asked, and the tree that the agent would start from. */
export class Results {
  readonly #options: ResultsOptions;
  /** The newest tree, by where the agent would start. */
  readonly #trees = new Map<string, { tree: Promise<string | null>; until: number }>();
  /** What is being written. */
  readonly #open = new Set<Promise<unknown>>();
  #broken = false;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  /** Under which key the call's result is kept; null: nowhere (no repository: nothing says what the agent starts from). */
  async keyOf(ask: CallAsk): Promise<string | null> {
    const { label: _label, phase: _phase, ...rest } = ask;
    const tree = await this.#tree(rest);
    return tree === null ? null : keyOf({ ask: rest, tree });
  }

  /** What was kept under this key; null: nothing, or the run wants nothing of it. */
  async find(key: string): Promise<Extract<CallEnd, { ok: true }> | null> {
    const { spec, client } = this.#options;
    if (spec.fresh) return null;
    const entry = await this.#try(async () => (await client.call('cache.get', { key })).entry);
    if (!entry) return null;
    const output: unknown = JSON.parse(entry.output);
    const text = typeof output === 'string' ? output : entry.output;
    return { ok: true, output, text, agent: null, by: entry.agent, cached: true, changes: null };
  }

  /** Nobody waits for it but `settle`: what a crash takes is only made again. */
  keep(key: string, { call }: CallWish, { output, agent, tokens, usd }: Kept): void {
    const entry: Omit<CacheEntry, 'commit'> = {
      output: JSON.stringify(output ?? null),
      label: call.label,
      agent,
      at: Date.now(),
      tokens,
      usd,
    };
    const open = this.#try(() => this.#options.client.call('cache.put', { key, entry }));
    this.#open.add(open);
    void open.finally(() => this.#open.delete(open));
  }

  /** Resolves when all is kept. */
  async settle(): Promise<void> {
    await Promise.all(this.#open);
  }

  /** Nobody works any more, and what was done may have changed the checkout. */
  settled(): void {
    this.#trees.clear();
  }

  #tree({ worktree, profile }: Pick<CallAsk, 'worktree' | 'profile'>): Promise<string | null> {
    const { client, spec, idle } = this.#options;
    const name = `${worktree} ${profile}`;
    const from = performance.now();
    const known = this.#trees.get(name);
    if (known && (idle() || from < known.until)) return known.tree;
    const where = { base: spec.base, ...(worktree !== undefined && { worktree }), ...(profile && { profile }) };
    const tree = this.#try(async () => (await client.call('cache.tree', where)).tree);
    const entry = { tree, until: Number.POSITIVE_INFINITY };
    this.#trees.set(name, entry);
    void tree.then(() => {
      const now = performance.now();
      entry.until = now + Math.max(FRESH_MS, (now - from) * FRESH_TIMES);
    });
    return tree;
  }

  /** A run goes on without its cache; that is said once. */
  async #try<T>(task: () => Promise<T>): Promise<T | null> {
    try {
      return await task();
    } catch (error) {
      if (!this.#broken) this.#options.warn(`results are not kept for another run: ${messageOf(error)}`);
      this.#broken = true;
      return null;
    }
  }
}

export type Kept = Pick<CacheEntry, 'agent' | 'tokens' | 'usd'> & { output: unknown };
