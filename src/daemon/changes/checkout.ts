import { setTimeout as delay } from 'node:timers/promises';
import { changesOf, type RawChange } from '../../git/changes.ts';
import { forkOf, type Origin } from '../../git/fork.ts';
import { asLinked, requireWorktree } from '../../git/place.ts';
import { isSwept } from '../../git/run.ts';
import { openShadow, type Shadow } from '../../git/shadow.ts';
import { within } from '../../git/within.ts';
import { messageOf } from '../../util/errors.ts';
import { Tree, type TreeOptions } from '../watcher/tree.ts';
import { Heads } from './heads.ts';

/** Between two looks at least this long, and at least as long as the last one took times REST: milliseconds. */
const LEAST_MS = 20;
const REST = 2;
const MOST_MS = 1000;
const MODULES = Buffer.from('.gitmodules');
/** Without watches everything is looked at this often, or as seldom as keeps it to 5 % of a core. */
const POLL_MS = 2000;
const POLL_REST = 20;

export interface CheckoutOptions {
  path: string;
  /** It was made for an agent; false: it is the project's own checkout. */
  linked?: boolean;
  /** Where the work that is followed began. */
  from(): Origin;
  /** Ignore files besides the ones in the tree. */
  excludes(): Promise<string[]>;
  /** What it differs in, after each change of that. */
  onChange(): void;
  /** One sentence for the person: it can only be polled. */
  onTrouble(reason: string): void;
  log(text: string): void;
  watch?: TreeOptions['watch'];
}

/**
 * One worktree (or the project's own checkout) and what it differs in from its base, followed as files are written. A look at one path
 * costs two git calls; bursts are folded into one look at everything.
 */
export class Checkout {
  readonly #options: CheckoutOptions;
  readonly #tree: Tree;
  readonly #heads: Heads;
  #shadow: Shadow | undefined;
  #base: string | null = null;
  #changes: readonly RawChange[] = [];
  /** Paths to look at; null: everything. */
  #dirty: Map<string, Buffer> | null = null;
  /** HEAD may have moved, and the base with it. */
  #moved = true;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #cost = 0;
  #stamp = 0;
  #closed = false;

  constructor(options: CheckoutOptions) {
    this.#options = options;
    this.#heads = new Heads({
      path: options.path,
      onMoved: (submodule) => (submodule === null ? this.moved() : this.#note([Buffer.from(submodule)])),
    });
    this.#tree = new Tree({
      root: options.path,
      ...(options.watch && { watch: options.watch }),
      onPaths: (paths) => this.#note(paths),
      onTrouble: (reason) => {
        options.onTrouble(reason);
        this.#pollSoon();
      },
    });
  }

  get path(): string {
    return this.#options.path;
  }

  /** The commit (or empty tree) that it is compared with; null before the first look. */
  get base(): string | null {
    return this.#base;
  }

  /** Another number after each look that may have found something else. */
  get stamp(): number {
    return this.#stamp;
  }

  /** As seen last, in order of names. */
  get changes(): readonly RawChange[] {
    return this.#changes;
  }

  get shadow(): Shadow | undefined {
    return this.#shadow;
  }

  /** Begins to follow it in `afterMs` milliseconds; resolves after the first look. */
  async follow(afterMs = 0): Promise<void> {
    if (afterMs > 0) await delay(afterMs, undefined, { ref: false });
    if (this.#closed) return;
    this.#tree.excludes = await this.#options.excludes().catch(() => []);
    if (this.#closed) return;
    await this.#tree.open();
    await this.#followHeads();
    await this.look();
  }

  /** Looks at everything now. Throws what git says when the checkout is gone or broken; then nothing is known of it. */
  async look(): Promise<readonly RawChange[]> {
    this.#dirty = null;
    this.#moved = true;
    while (this.#running) await this.#running;
    await this.#run();
    return this.#changes;
  }

  /** The base may be another one: that is looked at soon. */
  moved(): void {
    this.#moved = true;
    this.#note([]);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
    this.#heads.close();
    this.#tree.close();
  }

  async #followHeads(): Promise<void> {
    await this.#heads
      .follow()
      .catch((error: unknown) => this.#options.log(`${this.path}: HEAD is not watched: ${messageOf(error)}`));
  }

  #note(paths: readonly Buffer[] | null): void {
    if (this.#closed) return;
    if (paths === null) this.#dirty = null;
    else for (const path of paths) this.#dirty?.set(path.toString('latin1'), path);
    if (this.#running) return;
    const rest = Math.min(MOST_MS, Math.max(LEAST_MS, this.#cost * REST));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#run().catch((error: unknown) => this.#options.log(`${this.path}: ${messageOf(error)}`));
    }, rest);
  }

  #pollSoon(): void {
    if (this.#closed) return;
    this.#poll = setTimeout(
      () =>
        void this.look()
          .catch(() => {})
          .finally(() => this.#pollSoon()),
      Math.max(POLL_MS, this.#cost * POLL_REST),
    );
  }

  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const paths = this.#dirty && [...this.#dirty.values()];
    const moved = this.#moved;
    this.#dirty = new Map();
    this.#moved = false;
    const start = performance.now();
    const running = this.#update(paths, moved).finally(() => {
      this.#cost = performance.now() - start;
      this.#running = undefined;
      if (this.#dirty === null || this.#dirty.size > 0 || this.#moved) this.#note([]);
    });
    this.#running = running.catch(() => {});
    return running;
  }

  async #update(paths: readonly Buffer[] | null, moved: boolean): Promise<void> {
    try {
      await this.#look(paths, moved).catch(async (error: unknown) => {
        if (!this.#shadow || !isSwept(error)) throw error;
        await this.#shadow.rebuild();
        await this.#look(null, true);
      });
    } catch (error) {
      this.#dirty = null;
      this.#set([], false);
      throw this.#options.linked ? asLinked(this.path, error) : error;
    }
  }

  async #look(paths: readonly Buffer[] | null, moved: boolean): Promise<void> {
    if (this.#options.linked) requireWorktree(this.path);
    this.#shadow ??= await openShadow(this.path);
    const base = moved || this.#base === null ? await forkOf(this.path, this.#options.from()) : this.#base;
    const rebased = base !== this.#base;
    this.#stamp++;
    if (paths?.length === 0 && !rebased) return;
    const looked = paths?.length === 0 ? [] : await this.#shadow.refresh(paths);
    if (looked?.some((path) => path.equals(MODULES))) await this.#followHeads();
    const seen =
      rebased || looked === null ? await changesOf(this.#shadow, base) : await this.#partly(this.#shadow, base, looked);
    const first = this.#base === null;
    this.#base = base;
    this.#set(seen, first);
  }

  /** What these paths are now, among what is known of the others. Renames join two paths: then all is compared. */
  async #partly(shadow: Shadow, base: string, paths: readonly Buffer[]): Promise<readonly RawChange[]> {
    const isHere = within(paths);
    const touches = ({ name, fromName }: RawChange) =>
      isHere(name.toString('latin1')) || (fromName !== null && isHere(fromName.toString('latin1')));
    const fresh = await changesOf(shadow, base, { only: paths });
    const before = new Set(this.#changes.filter(touches).map(keyOf));
    const joins = [...this.#changes.filter(touches), ...fresh.filter((one) => !before.has(keyOf(one)))];
    if (joins.some(({ kind }) => kind === 'renamed' || kind === 'deleted' || kind === 'created'))
      return changesOf(shadow, base);
    const rest = this.#changes.filter((one) => !touches(one));
    return [...rest, ...fresh].sort((a, b) => Buffer.compare(a.name, b.name));
  }

  #set(changes: readonly RawChange[], first: boolean): void {
    const same =
      changes.length === this.#changes.length &&
      changes.every((one, index) => keyOf(one) === keyOf(this.#changes[index]!));
    this.#changes = changes;
    if ((first || !same) && !this.#closed) this.#options.onChange();
  }
}

const keyOf = ({ file, from, kind, newMode, oldBlob, newBlob, editedInside }: RawChange) =>
  `${kind} ${newMode} ${oldBlob} ${newBlob} ${editedInside} ${from}\0${file}`;
