import { isDeepStrictEqual } from 'node:util';
import { freshMatches, type Standing } from '../../core/search/fresh.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { HostPulse } from '../../schema/host.ts';
import { type ChildMatches, MAX_HITS, type SavedSearch } from '../../schema/search.ts';
import { readLooked, writeLooked } from '../../storage/looked.ts';
import { messageOf } from '../../util/errors.ts';
import type { Publish } from '../context.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { searchHost } from './ask-host.ts';

/** What has been printed is looked through at most this often, in milliseconds. */
const LOOK_MS = 1000;
/** What a host may spend on one search, in milliseconds. A pattern that needs more rests for a while. */
const BUDGET_MS = 100;
const REST_MS = 60_000;
/** UTF-16 units of a line that an alert quotes. */
const QUOTED = 500;

interface LookoutsOptions {
  root: string;
  store: Store;
  hosts(): Pool;
  log: Log;
  publish: Publish;
}

interface Seen {
  /** Newest line of its history at the last look. */
  upTo: number;
  standing: Standing;
}

const written = ({ upTo, standing }: Seen) => ({ upTo, standing: [...standing] });

/** Saved searches at work: they look through what agents print, and nothing runs while nobody saved one. */
export class Lookouts {
  readonly #options: LookoutsOptions;
  readonly #since = Date.now();
  /** What was printed while no daemon was there is news. */
  readonly #remembers: boolean;
  #isKept = true;
  /** By search and child. */
  readonly #seen = new Map<string, Map<string, Seen>>();
  /** Children that printed since the last look. */
  readonly #printed = new Set<string>();
  readonly #bytes = new Map<string, number>();
  readonly #resting = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  /** Children that printed while a search was resting: what they said last may be all they ever say. */
  readonly #missed = new Set<string>();
  #rested: NodeJS.Timeout | undefined;

  constructor(options: LookoutsOptions) {
    this.#options = options;
    const looked = readLooked(options.root);
    this.#remembers = looked !== null;
    for (const [search, children] of Object.entries(looked ?? {})) {
      const seen = Object.entries(children).map(
        ([child, { upTo, standing }]) => [child, { upTo, standing: new Map(standing) }] as const,
      );
      this.#seen.set(search, new Map(seen));
    }
  }

  pulse({ child, bytes }: Pick<HostPulse, 'child' | 'bytes'>): void {
    if (this.#bytes.get(child) === bytes) return;
    this.#bytes.set(child, bytes);
    this.#look(child);
  }

  /** A search was saved or forgotten. A new one begins with what stands there now: that is no news. */
  changed(): void {
    const known = new Set(this.#searches().map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!known.has(id)) this.#seen.delete(id);
    for (const agent of this.#options.store.all()) if (agent.host !== null) this.#look(childId(agent));
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#rested);
  }

  #searches(): SavedSearch[] {
    return this.#options.store.get().searches ?? [];
  }

  #look(child: string): void {
    if (this.#searches().length === 0) return;
    this.#printed.add(child);
    this.#timer ??= setTimeout(() => void this.#lookNow(), Math.max(1, this.#lookedAt + LOOK_MS - Date.now()));
  }

  async #lookNow(): Promise<void> {
    const children = new Set(this.#printed);
    this.#printed.clear();
    const agents = this.#options.store.all().filter((agent) => children.has(childId(agent)));
    const due = this.#searches().filter(({ id }) => (this.#resting.get(id) ?? 0) < Date.now());
    this.#lookLater(children);
    await Promise.all(due.map((search) => this.#run(search, agents)));
    if (!this.#isKept) this.#keep();
    this.#lookedAt = Date.now();
    this.#timer = undefined;
    for (const child of [...this.#printed]) this.#look(child);
  }

  /** Once those that rest now do so no more. */
  #lookLater(children: Iterable<string>): void {
    const until = this.#searches().map(({ id }) => this.#resting.get(id) ?? 0);
    const next = Math.min(...until.filter((at) => at >= Date.now()));
    if (!Number.isFinite(next)) return;
    for (const child of children) this.#missed.add(child);
    this.#rested ??= setTimeout(
      () => {
        this.#rested = undefined;
        const missed = [...this.#missed];
        this.#missed.clear();
        for (const child of missed) this.#look(child);
      },
      next + 1 - Date.now(),
    );
  }

  /** Only what matched needs to be: lines in which nothing was found are looked at again and nothing is found. */
  #keep(): void {
    const { root, store, log } = this.#options;
    const children = new Set(store.all().map(childId));
    const searches = new Set(this.#searches().map(({ id }) => id));
    const looked = [...this.#seen]
      .filter(([search]) => searches.has(search))
      .map(([search, seen]) => {
        const known = [...seen].filter(([child]) => children.has(child));
        return [search, Object.fromEntries(known.map(([child, one]) => [child, written(one)]))] as const;
      });
    try {
      writeLooked(root, Object.fromEntries(looked));
      this.#isKept = true;
    } catch (error) {
      log.debug(`how far saved searches have looked is not kept: ${messageOf(error)}`);
    }
  }

  /** One search over the agents that it means, one call for each host. */
  async #run(search: SavedSearch, agents: Agent[]): Promise<void> {
    const seen = this.#seen.get(search.id) ?? new Map<string, Seen>();
    this.#seen.set(search.id, seen);
    const meant = agents.filter(({ id }) => search.agents.length === 0 || search.agents.includes(id));
    for (const [host, group] of Map.groupBy(meant, ({ host }) => host)) {
      const link = host === null ? undefined : this.#options.hosts().get(host);
      if (!link) continue;
      const children = group.map(childId).map((child) => ({ child, from: (seen.get(child)?.upTo ?? 0) + 1 }));
      const wish = { pattern: search.pattern, limit: MAX_HITS, before: 0, after: 0, since: null };
      try {
        const answer = await searchHost(link, { ...wish, children, screen: true, budgetMs: BUDGET_MS });
        if (answer.timedOut) this.#rest(search);
        for (const found of answer.children)
          this.#tell(search, group.find((one) => childId(one) === found.child)!, found);
      } catch (error) {
        this.#options.log.debug(`saved search ${search.id}: ${messageOf(error)}`);
      }
    }
  }

  #tell(search: SavedSearch, agent: Agent, found: ChildMatches): void {
    const { store } = this.#options;
    const seen = this.#seen.get(search.id)!;
    const last = seen.get(found.child);
    const { fresh, standing } = freshMatches(found.matches, last?.standing ?? new Map());
    seen.set(found.child, { upTo: found.upTo, standing });
    if (!last || fresh.length > 0 || !isDeepStrictEqual(last.standing, standing)) this.#isKept = false;
    const since = this.#remembers ? search.createdAt : Math.max(this.#since, search.createdAt);
    const isNew = last !== undefined || (agent.startedAt ?? 0) > since;
    const newest = fresh.at(-1);
    if (!isNew || !newest || !store.get().agents[agent.id] || !this.#searches().includes(search)) return;
    const count = fresh.length + found.total - found.matches.length;
    const text = newest.text.slice(0, QUOTED);
    store.record(
      agent.id,
      { type: 'matched', search: search.id, line: newest.line, text, count },
      { epoch: agent.epoch },
    );
  }

  #rest(search: SavedSearch): void {
    if (!this.#resting.has(search.id)) {
      const text = `the saved search ${search.pattern.text} takes too long: a part of what agents print is not looked at`;
      this.#options.publish('message', { level: 'warning', text });
    }
    this.#resting.set(search.id, Date.now() + REST_MS);
  }
}
