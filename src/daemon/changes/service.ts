import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { RawChange } from '../../git/changes.ts';
import { excludeFiles } from '../../git/fork.ts';
import type { Agent } from '../../schema/agent.ts';
import { messageOf } from '../../util/errors.ts';
import type { Publish } from '../context.ts';
import type { Log } from '../log.ts';
import { noRepository } from '../no-repository.ts';
import type { Store } from '../store.ts';
import { Checkout } from './checkout.ts';
import type { Seen } from './seen.ts';

/** Each followed checkout is looked at as a whole once in this time (milliseconds), one after the other: what a watch missed is found then. */
const SWEEP_MS = 10 * 60_000;
/**
 * The first look at the checkout of an agent that starts waits so long, in milliseconds: the daemon stands still while it starts a git,
 * and much longer while the agent's own processes, which start in that moment, want the same processors.
 */
const START_MS = 200;
/** The numbers of an agent are written to its record at most once in this time, in milliseconds. */
const NUMBERS_MS = 2000;

export interface ChangesOptions {
  root: string;
  git: boolean;
  store: Store;
  log: Log;
  publish: Publish;
}

interface Entry {
  checkout: Checkout;
  /** Resolves after the first look, also when that failed. */
  ready: Promise<void>;
}

/** Follows what agents change, checkout by checkout: living ones, and ended ones as long as their worktrees are there. */
export class Changes {
  readonly #options: ChangesOptions;
  readonly #checkouts = new Map<string, Entry>();
  readonly #listeners = new Set<(ids: readonly string[]) => void>();
  /** Agents whose worktrees are being removed. */
  readonly #leaving = new Set<string>();
  /** Agents whose numbers were written a moment ago. */
  readonly #resting = new Map<string, NodeJS.Timeout>();
  /** The same for all worktrees of a repository. */
  #excludes: Promise<string[]> | undefined;
  readonly #undo: () => void;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: ChangesOptions) {
    this.#options = options;
    const { store } = options;
    this.#undo = store.onEvent((id, event, agent) => {
      if (event.type === 'restored' || event.type === 'archived' || event.type === 'removed') this.#leaving.delete(id);
      if (agent && event.type === 'started') this.#follow(agent, START_MS);
      if (agent && event.type === 'restored') this.#follow(agent);
      if (event.type === 'exited' || event.type === 'hostLost') void this.#lastLook(id, agent);
      if (event.type === 'archived' || event.type === 'removed') this.#forget(id);
    });
    this.#sweep = setInterval(() => void this.#lookAtAll(), SWEEP_MS);
    this.#sweep.unref();
    for (const agent of store.all()) this.#follow(agent);
  }

  /** What is known at this moment; undefined for an agent that is not followed or not looked at yet. */
  peek(id: string): Seen | undefined {
    const agent = this.#options.store.get().agents[id];
    return agent && seenOf(this.#checkouts.get(this.#pathOf(agent))?.checkout);
  }

  /**
   * What is there; `fresh`: after a look at everything. Errors: `conflict` where there is no repository, `not_found` where the checkout
   * is gone, and whatever git says of a broken one.
   */
  async of(id: string, fresh = false): Promise<Seen> {
    const { root, git, store } = this.#options;
    const agent = store.agent(id);
    if (!git) throw noRepository(root);
    const path = this.#pathOf(agent);
    const { checkout, ready } = this.#open(path, agent);
    try {
      await ready;
      if (fresh || !seenOf(checkout)) await checkout.look();
      return seenOf(checkout)!;
    } finally {
      this.#release(path);
    }
  }

  /** Its worktree is about to be removed: files that go with it are no work of the agent. Gives what follows it again. */
  leave(id: string): () => void {
    if (this.#resting.has(id)) this.#write(id);
    this.#leaving.add(id);
    this.#forget(id);
    return () => {
      this.#leaving.delete(id);
      const agent = this.#options.store.get().agents[id];
      if (agent) this.#follow(agent);
    };
  }

  /** Branches have moved: where the work of each agent begins may be another place. */
  moved(): void {
    for (const { checkout } of this.#checkouts.values()) checkout.moved();
  }

  /** Ids of agents that are followed and have been looked at. */
  followed(): string[] {
    const all = this.#options.store.all();
    return all.filter((agent) => this.#isFollowed(agent) && this.peek(agent.id)).map(({ id }) => id);
  }

  /** Told after each change of what agents of one checkout differ in, and when one is no longer followed. */
  onChange(listener: (ids: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#undo();
    clearInterval(this.#sweep);
    for (const timer of this.#resting.values()) clearTimeout(timer);
    for (const { checkout } of this.#checkouts.values()) checkout.close();
    this.#checkouts.clear();
  }

  #pathOf(agent: Agent): string {
    return agent.worktree ?? this.#options.root;
  }

  /** A worktree counts as long as it is there; the project's own checkout only while an agent lives in it. */
  #isFollowed(agent: Agent): boolean {
    // A run only starts agents: what changes in its checkout is not its doing.
    if (!this.#options.git || agent.archived || agent.startedAt === null || isRun(agent)) return false;
    return agent.worktree === null ? isLive(agent) : !this.#leaving.has(agent.id);
  }

  #agentsAt(path: string): Agent[] {
    return this.#options.store.all().filter((agent) => this.#isFollowed(agent) && this.#pathOf(agent) === path);
  }

  #follow(agent: Agent, afterMs?: number): void {
    if (this.#isFollowed(agent)) this.#open(this.#pathOf(agent), agent, afterMs);
  }

  #open(path: string, agent: Agent, afterMs?: number): Entry {
    const known = this.#checkouts.get(path);
    if (known) return known;
    const { log, publish } = this.#options;
    const checkout = new Checkout({
      path,
      linked: agent.worktree !== null,
      excludes: () => (this.#excludes ??= excludeFiles(this.#options.root)),
      from: () => this.#agentsAt(path)[0] ?? agent,
      onChange: () => this.#tell(this.#agentsAt(path).map(({ id }) => id)),
      onTrouble: (reason) =>
        publish('message', { level: 'warning', text: `Changes in ${path} are seen with a delay: ${reason}.` }),
      log: (text) => log.debug(text),
    });
    const ready = checkout.follow(afterMs).catch((error: unknown) => log.warn(`${path}: ${messageOf(error)}`));
    const entry = { checkout, ready };
    this.#checkouts.set(path, entry);
    return entry;
  }

  #release(path: string): void {
    if (this.#agentsAt(path).length > 0) return;
    this.#checkouts.get(path)?.checkout.close();
    this.#checkouts.delete(path);
  }

  #tell(ids: readonly string[]): void {
    for (const id of ids) this.#note(id);
    for (const listener of this.#listeners) listener(ids);
  }

  /** Writes what the agent changed in numbers: now, or as soon as it is due. */
  #note(id: string): void {
    if (this.#resting.has(id)) return;
    this.#write(id);
    const timer = setTimeout(() => {
      this.#resting.delete(id);
      this.#write(id);
    }, NUMBERS_MS);
    this.#resting.set(id, timer);
  }

  #write(id: string): void {
    const { store, log } = this.#options;
    const seen = this.peek(id);
    if (!seen) return;
    try {
      store.record(id, { type: 'changes', changes: countsOf(seen.changes) });
    } catch (error) {
      log.warn(`the changes of ${id} were not recorded: ${messageOf(error)}`);
    }
  }

  /** The end of an agent: what it did last is seen, and written. */
  async #lastLook(id: string, agent: Agent | undefined): Promise<void> {
    if (!agent) return;
    if (agent.worktree === null) return this.#forget(id);
    // A worktree that goes with its agent has nothing to be seen any more.
    await this.#checkouts
      .get(agent.worktree)
      ?.checkout.look()
      .catch(() => {});
    this.#write(id);
  }

  #forget(id: string): void {
    clearTimeout(this.#resting.get(id));
    this.#resting.delete(id);
    for (const path of [...this.#checkouts.keys()]) this.#release(path);
    for (const listener of this.#listeners) listener([id]);
  }

  async #lookAtAll(): Promise<void> {
    for (const { checkout } of [...this.#checkouts.values()]) await checkout.look().catch(() => {});
  }
}

const seenOf = (checkout: Checkout | undefined): Seen | undefined =>
  checkout?.base && checkout.shadow
    ? {
        checkout: checkout.path,
        base: checkout.base,
        stamp: checkout.stamp,
        changes: checkout.changes,
        shadow: checkout.shadow,
      }
    : undefined;

/** Files, and lines added and removed, of everything that has lines. */
export function countsOf(changes: readonly RawChange[]): NonNullable<Agent['changes']> {
  let added = 0;
  let removed = 0;
  for (const piece of changes.flatMap(({ pieces }) => pieces)) {
    added += piece.added.length;
    removed += piece.removed.length;
  }
  return { files: changes.length, added, removed };
}
