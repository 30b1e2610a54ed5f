import type { Touched } from '../../core/collide.ts';
import { mayHaveWritten, touchedAfter, touchedStill } from '../../core/credit.ts';
import type { Party } from '../../core/pairs.ts';
import { parseHunks } from '../../core/patch/parse.ts';
import { piecesOf, type RawPiece } from '../../core/patch/pieces.ts';
import type { RawChange } from '../../git/changes.ts';
import { GitError } from '../../git/run.ts';
import type { Shadow } from '../../git/shadow.ts';
import type { Seen } from '../changes/seen.ts';
import type { Store } from '../store.ts';

/** How long after an agent was last at work an edit that is looked at now may still be its, in milliseconds: a look may take a second to come. */
const LINGER_MS = 2000;
const NONE = /^0+$/;

/** A checkout that several agents share. */
interface Shared {
  base: string;
  /** File ▶ how it was when it was last looked at. */
  files: Map<string, RawChange>;
  /** Agent ▶ file ▶ what it certainly wrote there. */
  touched: Map<string, Map<string, Touched>>;
}

/**
 * Who wrote what where several agents share a checkout: an edit that appears while exactly one of them was at work is that one's. Where
 * it cannot be told, nothing is said. Kept in memory: a new daemon begins without it.
 */
export class Credits {
  readonly #store: Store;
  readonly #shared = new Map<string, Shared>();
  /** Agents that may have written since the last look: id ▶ milliseconds since the epoch. */
  readonly #workers = new Map<string, number>();
  readonly #working = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** To be told at the very moment in which a change is seen, and whenever a status changes. */
  notice(ids: Iterable<string>): void {
    const now = Date.now();
    for (const id of ids) {
      const agent = this.#store.get().agents[id];
      const works = agent !== undefined && mayHaveWritten(agent);
      // Whoever has just stopped has worked until now.
      if (works || this.#working.has(id)) this.#workers.set(id, now);
      if (works) this.#working.add(id);
      else this.#working.delete(id);
    }
  }

  /** Takes in what a shared checkout is now; `ids`: all agents that live in it. */
  async look(ids: readonly string[], seen: Seen): Promise<void> {
    const old = this.#shared.get(seen.checkout);
    const files = new Map(seen.changes.map((change) => [keyOf(change), change]));
    if (ids.length < 2) return void this.#shared.delete(seen.checkout);
    if (!old || old.base !== seen.base) {
      this.#shared.set(seen.checkout, { base: seen.base, files, touched: new Map() });
      return;
    }
    const recent = Date.now() - LINGER_MS;
    const workers = ids.filter((id) => (this.#workers.get(id) ?? 0) >= recent);
    const author = workers.length === 1 ? workers[0]! : null;
    if (author !== null) await this.#credit(author, old, files, seen.shadow);
    old.files = files;
    for (const [id, mine] of old.touched) {
      if (!ids.includes(id)) old.touched.delete(id);
      for (const [file, one] of mine) {
        const still = touchedStill(one, files.get(file));
        if (still) mine.set(file, still);
        else mine.delete(file);
      }
    }
  }

  /** What this agent is known to have written in the checkout it shares, as `collide` takes it. */
  partyOf(id: string, checkout: string): Party {
    const mine = this.#shared.get(checkout)?.touched.get(id);
    const files = [...(mine ?? [])].map(([file, touched]) => ({ file, names: [file], touched }));
    return { id, name: this.#store.agent(id).name, worktree: checkout, files };
  }

  /** File (as it was called in the base) ▶ names of those that are known to have written there, in a checkout that is shared. */
  writersIn(checkout: string): ReadonlyMap<string, string[]> {
    const all = new Map<string, string[]>();
    for (const [id, files] of this.#shared.get(checkout)?.touched ?? []) {
      for (const file of files.keys()) all.set(file, [...(all.get(file) ?? []), this.#store.agent(id).name].sort());
    }
    return all;
  }

  async #credit(author: string, old: Shared, now: ReadonlyMap<string, RawChange>, shadow: Shadow): Promise<void> {
    const mine = old.touched.get(author) ?? new Map<string, Touched>();
    old.touched.set(author, mine);
    for (const [file, change] of now) {
      const before = old.files.get(file);
      if (before?.newBlob === change.newBlob && before.newMode === change.newMode) continue;
      const delta = await deltaOf(shadow, before, change);
      if (delta === undefined) continue;
      mine.set(file, touchedAfter(mine.get(file), { id: author, delta, before: before?.pieces ?? [] }));
    }
  }
}

const keyOf = ({ file, from }: RawChange) => from ?? file;

/** What lies between two looks at a file; null: more than lines. Undefined: it cannot be told any more. */
async function deltaOf(
  shadow: Shadow,
  before: RawChange | undefined,
  now: RawChange,
): Promise<RawPiece[] | null | undefined> {
  const then = before?.newBlob ?? now.oldBlob;
  if (now.content !== 'text' || NONE.test(then) || NONE.test(now.newBlob)) return null;
  if (!before) return now.pieces;
  try {
    const how = ['--no-ext-diff', '--no-textconv', '--no-color', '--unified=0'];
    const patch = (await shadow.git(['diff', ...how, then, now.newBlob])).toString('latin1');
    return piecesOf(parseHunks(patch).hunks);
  } catch (error) {
    // The content of before may have been swept away (git gc --prune=now).
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
