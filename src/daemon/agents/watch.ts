import type { RuleBook, Screen } from '../../core/detect/types.ts';
import { explain } from '../../core/explain.ts';
import { isLive } from '../../core/lifecycle.ts';
import { type Observed, observe, type Said, type Signal } from '../../core/observe.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { RulesFile } from '../../schema/detect.ts';
import type { Explained } from '../../schema/explain.ts';
import type { HostEvent, HostPulse } from '../../schema/host.ts';
import { messageOf } from '../../util/errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { bookFor, observationOf } from './books.ts';
import { deadlineOf } from './deadline-of.ts';

/** Titles spin: at most one is written in this time, in milliseconds, and always the last one. */
const TITLE_MS = 500;
/** So does evidence while the state stays the same. */
const EVIDENCE_MS = 2000;
/** Output within this time after somebody looked counts as seen: viewers say that they look about once a second. */
const SEEN_MS = 2000;
/** A program that rings without end is heard once in this time, in milliseconds. */
const RING_MS = 1000;

export interface WatchOptions {
  store: Store;
  log: Log;
  stalledAfter(): number | null;
  /** Rules of screens from the config, by runtime. */
  screens(): Record<string, RulesFile>;
  /** Its time may be over; looks at the facts itself and stops it if so. Resolves with when to ask again, or null. */
  onDeadline(id: string): Promise<number | null>;
}

interface Watch {
  id: string;
  memory: Observed['memory'];
  alarm: Alarm;
  /** When each thing is due, in milliseconds since the epoch. */
  due: { recheck: number; title: number; said: number; deadline: number };
  title: string | undefined;
  titleAt: number;
  said: Said | undefined;
  saidAt: number;
  bytes: number;
  seenAt: number;
  rangAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Turns what hosts report of live agents into statuses, titles and unread marks, and watches their timeouts. */
export class Watches {
  readonly #options: WatchOptions;
  readonly #watches = new Map<string, Watch>();
  /** A host tells the present screen of each child once, when it is listened to: maybe before the watch begins. */
  readonly #early = new Map<string, HostPulse>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Begins (or goes on) watching a live agent. `seenAt`: what it printed until then marks it no more. */
  begin(agent: Agent, seenAt = 0): void {
    this.#drop(agent.id);
    const { id } = agent;
    const { stalledAfter, screens } = this.#options;
    const startedAt = agent.startedAt ?? Date.now();
    const watch: Watch = {
      id,
      memory: observationOf(agent, { startedAt, stalledAfter: stalledAfter(), screens: screens() }),
      alarm: createAlarm(() => this.#guarded(watch, () => this.#wake(watch))),
      due: { recheck: NEVER, title: NEVER, said: NEVER, deadline: deadlineOf(agent, startedAt).at },
      title: undefined,
      titleAt: 0,
      said: undefined,
      saidAt: 0,
      bytes: 0,
      seenAt,
      rangAt: 0,
    };
    this.#watches.set(id, watch);
    this.#guarded(watch, () => this.#feed(watch, { type: 'tick' }));
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (early?.child === childId(agent)) this.pulse(id, early);
  }

  pulse(id: string, pulse: HostPulse): void {
    const { store } = this.#options;
    const watch = this.#watches.get(id);
    const agent = store.get().agents[id];
    if (!agent || !isLive(agent)) return;
    if (!watch) return void this.#early.set(id, pulse);
    this.#guarded(watch, () => {
      const printed = pulse.bytes > watch.bytes;
      watch.bytes = pulse.bytes;
      this.#feed(watch, { type: 'pulse', pulse });
      if (!printed || agent.unread || pulse.outputAt <= watch.seenAt + SEEN_MS) return;
      store.record(id, { type: 'unread', unread: true });
    });
  }

  event(id: string, event: HostEvent): void {
    const watch = this.#watches.get(id);
    if (!watch) return;
    this.#guarded(watch, () => {
      if (event.type === 'title') this.#setTitle(watch, event.title);
      this.#feed(watch, { type: 'host', event });
    });
  }

  /** What a structured runtime or a hook reported, or what holds it: after it was recorded. */
  signal(id: string, signal: Signal): void {
    const watch = this.#watches.get(id);
    if (watch) this.#guarded(watch, () => this.#feed(watch, signal));
  }

  /** The rules of screens may have changed. */
  reload(): void {
    for (const watch of this.#watches.values()) {
      const book = bookFor(watch.memory.facts.runtime, this.#options.screens());
      this.#guarded(watch, () => this.#feed(watch, { type: 'rules', book }));
    }
  }

  /** What its screen showed last; null: nothing yet. */
  screenOf(id: string): (Screen & { book: RuleBook | undefined }) | null {
    const { pulse, title, book } = this.#watches.get(id)?.memory.facts ?? {};
    return pulse ? { lines: pulse.lines, cursor: pulse.cursor, title: title ?? '', book } : null;
  }

  /** Whether this bell is to be passed on. */
  rings(id: string, at: number): boolean {
    const watch = this.#watches.get(id);
    const heard = watch !== undefined && at >= watch.rangAt + RING_MS;
    if (heard) watch.rangAt = at;
    return heard;
  }

  seen(id: string): void {
    const watch = this.#watches.get(id);
    if (watch) watch.seenAt = Date.now();
    this.#options.store.record(id, { type: 'unread', unread: false });
  }

  /** Why its status is what it is, rule by rule; undefined for one that is not watched. */
  explain(id: string): Explained | undefined {
    const { memory } = this.#watches.get(id) ?? {};
    return memory && explain(memory, Date.now());
  }

  end(id: string): void {
    const watch = this.#watches.get(id);
    // The last title belongs to what is remembered of it.
    if (watch?.title !== undefined && this.#options.store.get().agents[id]) {
      this.#guarded(watch, () => this.#flushTitle(watch));
    }
    this.#drop(id);
  }

  close(): void {
    for (const id of [...this.#watches.keys()]) this.#drop(id);
  }

  #drop(id: string): void {
    this.#watches.get(id)?.alarm.close();
    this.#watches.delete(id);
  }

  #arm(watch: Watch): void {
    const { recheck, title, said, deadline } = watch.due;
    if (this.#watches.get(watch.id) === watch) watch.alarm.by(Math.min(recheck, title, said, deadline));
  }

  /** What cannot be written now is written with the next report; nothing here may end the daemon. */
  #guarded(watch: Watch, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#options.log.error(`watching ${watch.id}: ${messageOf(error)}`);
    }
    this.#arm(watch);
  }

  #feed(watch: Watch, signal: Signal): void {
    const { memory, status, recheckAt } = observe(watch.memory, signal, Date.now());
    watch.memory = memory;
    watch.due.recheck = recheckAt ?? NEVER;
    if (status) this.#say(watch, status);
  }

  #say(watch: Watch, said: Said): void {
    const { store } = this.#options;
    const agent = store.get().agents[watch.id];
    if (!agent) return;
    const sameState = agent.status.state === said.state && agent.status.waitingFor === said.waitingFor;
    const soonest = watch.saidAt + EVIDENCE_MS;
    if (sameState && Date.now() < soonest) {
      watch.said = said;
      watch.due.said = soonest;
      return;
    }
    watch.said = undefined;
    watch.due.said = NEVER;
    watch.saidAt = Date.now();
    store.record(watch.id, { type: 'status', ...said });
  }

  #setTitle(watch: Watch, title: string): void {
    watch.title = title;
    const soonest = watch.titleAt + TITLE_MS;
    if (Date.now() < soonest) watch.due.title = soonest;
    else this.#flushTitle(watch);
  }

  #flushTitle(watch: Watch): void {
    const { title } = watch;
    watch.title = undefined;
    watch.due.title = NEVER;
    watch.titleAt = Date.now();
    if (title !== undefined) this.#options.store.record(watch.id, { type: 'title', title });
  }

  #wake(watch: Watch): void {
    const now = Date.now();
    const { due } = watch;
    if (due.deadline <= now) {
      due.deadline = NEVER;
      void this.#options.onDeadline(watch.id).then((next) => {
        due.deadline = next ?? NEVER;
        this.#arm(watch);
      });
    }
    if (due.title <= now) this.#flushTitle(watch);
    if (due.said <= now) {
      watch.saidAt = 0;
      due.said = NEVER;
      if (watch.said) this.#say(watch, watch.said);
    }
    if (due.recheck <= now) this.#feed(watch, { type: 'tick' });
  }
}
