import { worstFirst } from '../../core/collide.ts';
import { collisionsOf, type Party, risen } from '../../core/pairs.ts';
import { touchedBy } from '../../core/touched.ts';
import { createCommits } from '../../git/between.ts';
import { nameText } from '../../git/names.ts';
import type { Collision } from '../../schema/collision.ts';
import { readCollisions, writeCollisions } from '../../storage/collisions.ts';
import { messageOf } from '../../util/errors.ts';
import { type Seen, sharesFile } from '../changes/seen.ts';
import type { Changes } from '../changes/service.ts';
import type { Publish } from '../context.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { Credits } from './credits.ts';

/** An agent's output is known some hundred milliseconds after its writing: only then is asked who wrote in a shared checkout. */
const SETTLE_MS = 500;
/** What was told is written down this long (ms) after: agents write in bursts. */
const KEEP_MS = 300;

export interface CollisionsOptions {
  root: string;
  store: Store;
  changes: Changes;
  log: Log;
  publish: Publish;
  /** Told of what is new or has become worse. */
  onRisen?(risen: readonly Collision[]): void;
}

/** The key of what is between two agents. */
const pairKey = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`);

/**
 * Who is in whose way, kept up to date as agents write. After a change of one agent its pairs are judged again, nothing else. Two agents in
 * one checkout share all of its changes: of such a pair counts what each of them is known to have written.
 */
export class Collisions {
  readonly #options: CollisionsOptions;
  readonly #commits;
  readonly #pairs = new Map<string, Collision[]>();
  /** What the daemon before this one knew of pairs that were not judged since. */
  readonly #told: Map<string, Collision[]>;
  #keeping: NodeJS.Timeout | undefined;
  readonly #credits: Credits;
  readonly #undo: (() => void)[];
  /** Agents whose pairs are to be judged again. */
  #due = new Set<string>();
  #running = false;
  /** Shared checkouts: those that wait for who wrote there to be known, and those of which it may be asked. */
  readonly #settling = new Map<string, NodeJS.Timeout>();
  #settled = new Set<string>();

  constructor(options: CollisionsOptions) {
    this.#options = options;
    this.#commits = createCommits(options.root);
    this.#credits = new Credits(options.store);
    this.#told = Map.groupBy(readCollisions(options.root), ({ ids: [a, b] }) => pairKey(a, b));
    this.#undo = [
      options.changes.onChange((ids) => {
        this.#credits.notice(ids);
        this.#settle(ids);
        for (const id of ids) this.#due.add(id);
        void this.#work();
      }),
      options.store.onEvent((id, event) => {
        if (event.type === 'status' || event.type === 'started') this.#credits.notice([id]);
        // What lies there already is nobody's.
        if (event.type === 'started') this.#settle(this.#livingIn(options.root));
      }),
    ];
  }

  /** All there are, the worst first. */
  list(): Collision[] {
    return [...this.#pairs.values()].flat().sort(worstFirst);
  }

  /** Whom an agent would meet if these were its changes: for edits that are announced and not made yet. */
  async against(id: string, mine: Seen): Promise<Collision[]> {
    const { changes } = this.#options;
    const found: Collision[] = [];
    for (const other of changes.followed()) {
      const theirs = other === id ? undefined : changes.peek(other);
      if (!theirs || theirs.checkout === mine.checkout || !sharesFile(mine, theirs)) continue;
      const [a, b] = await this.#parties(id, mine, other, theirs);
      found.push(...collisionsOf(a, b, [], Date.now()));
    }
    return found.sort(worstFirst);
  }

  /** Who is known to have written which file of a checkout (by its name in the base); null: one agent at most lives there. */
  writersIn(checkout: string): ReadonlyMap<string, string[]> | null {
    return this.#livingIn(checkout).length > 1 ? this.#credits.writersIn(checkout) : null;
  }

  close(): void {
    for (const undo of this.#undo) undo();
    for (const timer of this.#settling.values()) clearTimeout(timer);
    this.#due.clear();
    if (this.#keeping) this.#keep();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#due.size > 0) {
      const ids = this.#due;
      this.#due = new Set();
      const before = [...this.list(), ...[...this.#told.values()].flat()];
      await this.#lookAtShared();
      for (const id of ids) {
        await this.#judge(id).catch((error: unknown) =>
          this.#options.log.warn(`collisions of ${id}: ${messageOf(error)}`),
        );
      }
      this.#tell(before);
    }
    this.#running = false;
  }

  /** Asks in a moment who has written in the checkout that these agents share. */
  #settle(ids: readonly string[]): void {
    const path = ids.length > 1 ? this.#options.changes.peek(ids[0]!)?.checkout : undefined;
    if (path === undefined || this.#settling.has(path)) return;
    const timer = setTimeout(() => {
      this.#settling.delete(path);
      this.#settled.add(path);
      for (const id of this.#livingIn(path)) this.#due.add(id);
      void this.#work();
    }, SETTLE_MS);
    this.#settling.set(path, timer);
  }

  #livingIn(path: string): string[] {
    const { changes } = this.#options;
    return changes.followed().filter((id) => changes.peek(id)?.checkout === path);
  }

  async #lookAtShared(): Promise<void> {
    const { changes, log, publish } = this.#options;
    const paths = this.#settled;
    this.#settled = new Set();
    for (const path of paths) {
      const here = this.#livingIn(path);
      const seen = here[0] && changes.peek(here[0]);
      if (!seen) continue;
      const writers = () => JSON.stringify([...this.#credits.writersIn(path)]);
      const before = writers();
      await this.#credits
        .look(here, seen)
        .catch((error: unknown) => log.warn(`who wrote in ${path}: ${messageOf(error)}`));
      if (writers() !== before) publish('changes', { agents: here });
    }
  }

  async #judge(id: string): Promise<void> {
    const { changes } = this.#options;
    for (const key of this.#pairs.keys()) {
      const other = key.split(' ').find((one) => one !== id)!;
      if (key.includes(id) && !(changes.peek(id) && changes.peek(other))) this.#pairs.delete(key);
    }
    const mine = changes.peek(id);
    if (!mine) return;
    for (const other of changes.followed()) {
      const theirs = other === id ? undefined : changes.peek(other);
      if (!theirs) continue;
      await this.#judgePair(id, mine, other, theirs);
    }
  }

  async #judgePair(id: string, mine: Seen, other: string, theirs: Seen): Promise<void> {
    const key = pairKey(id, other);
    if (!sharesFile(mine, theirs)) return void this.#pairs.delete(key);
    const parties = await this.#parties(id, mine, other, theirs);
    const [a, b] = parties.sort((one, two) => (one.id < two.id ? -1 : 1)) as [Party, Party];
    const found = collisionsOf(a, b, this.#pairs.get(key) ?? this.#told.get(key) ?? [], Date.now());
    this.#told.delete(key);
    if (found.length > 0) this.#pairs.set(key, found);
    else this.#pairs.delete(key);
  }

  async #parties(id: string, mine: Seen, other: string, theirs: Seen): Promise<[Party, Party]> {
    const { checkout } = mine;
    if (checkout === theirs.checkout) {
      return [this.#credits.partyOf(id, checkout), this.#credits.partyOf(other, checkout)];
    }
    const common = mine.base === theirs.base ? mine.base : await this.#commits.common(mine.base, theirs.base);
    return [await this.#party(id, mine, common), await this.#party(other, theirs, common)];
  }

  async #party(id: string, seen: Seen, common: string | null): Promise<Party> {
    const between = common === null || common === seen.base ? null : await this.#commits.between(common, seen.base);
    const { name, worktree } = this.#options.store.agent(id);
    const files = seen.changes.map((change) => {
      const before = (change.fromName ?? change.name).toString('latin1');
      const moved = between?.get(before);
      const oldest = moved ? nameText(Buffer.from(moved.from, 'latin1')) : (change.from ?? change.file);
      return {
        file: change.file,
        names: [...new Set([oldest, change.file])],
        touched: touchedBy(change, moved?.pieces),
      };
    });
    return { id, name, worktree: worktree ?? seen.checkout, files };
  }

  #tell(before: readonly Collision[]): void {
    const { store, publish, log } = this.#options;
    const after = this.list();
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    for (const agent of store.all()) {
      const files = new Set(
        after.filter(({ ids, severity }) => ids.includes(agent.id) && severity !== 'identical').map(({ file }) => file),
      );
      try {
        store.record(agent.id, { type: 'collisions', collisions: files.size });
      } catch (error) {
        log.warn(`the collisions of ${agent.name} were not recorded: ${messageOf(error)}`);
      }
    }
    const worse = risen(before, after);
    publish('collisions', { collisions: after, risen: worse });
    this.#options.onRisen?.(worse);
    this.#keeping ??= setTimeout(() => this.#keep(), KEEP_MS);
  }

  /** Also of pairs that were not judged yet: the next daemon may come before they are. */
  #keep(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const { root, log } = this.#options;
    try {
      writeCollisions(root, [...this.list(), ...[...this.#told.values()].flat()]);
    } catch (error) {
      log.warn(`collisions are not kept: ${messageOf(error)}`);
    }
  }
}
