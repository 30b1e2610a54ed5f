import { isLive } from '../../core/lifecycle.ts';
import { type Observed, observe, observeStart, type Said, type Signal } from '../../core/observe.ts';
import { runtimes } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import type { HostEvent, HostPulse } from '../../schema/host.ts';
import { messageOf } from '../../util/errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';

/** Titles spin: at most one is written in this time, in milliseconds, and always the last one. */
const TITLE_MS = 500;
/** So does evidence while the state stays the same. */
const EVIDENCE_MS = 2000;
/** Output within this time after somebody looked counts as seen: viewers say that they look about once a second. */
const SEEN_MS = 2000;
/** setTimeout overflows beyond 2^31 ms and would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

export interface Watches {
  /** Begins (or goes on) watching a live agent. */
  begin(agent: Agent): void;
  pulse(id: string, pulse: HostPulse): void;
  event(id: string, event: HostEvent): void;
  seen(id: string): void;
  end(id: string): void;
  close(): void;
}

export interface WatchOptions {
  store: Store;
  log: Log;
  stalledAfter(): number | null;
  /** Its time may be over; looks at the facts itself and stops it if so. Resolves with when to ask again, or null. */
  onDeadline(id: string): Promise<number | null>;
}

interface Watch {
  id: string;
  memory: Observed['memory'];
  timer: NodeJS.Timeout | undefined;
  /** When each thing is due, in milliseconds since the epoch; at most one timer runs, for the earliest. */
  due: { recheck: number; title: number; said: number; deadline: number };
  title: string | undefined;
  titleAt: number;
  said: Said | undefined;
  saidAt: number;
  bytes: number;
  seenAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** When a configured time of an agent runs out next, at the earliest. `outputAt` is its last known output. */
export function deadlineOf({ startedAt, timeouts }: Agent, outputAt: number): number {
  const start = startedAt ?? outputAt;
  return Math.min(
    timeouts.total === null ? NEVER : start + timeouts.total,
    timeouts.inactivity === null ? NEVER : Math.max(start, outputAt) + timeouts.inactivity,
  );
}

/** Turns what hosts report of live agents into statuses, titles and unread marks, and watches their timeouts. */
export function createWatches({ store, log, stalledAfter, onDeadline }: WatchOptions): Watches {
  const watches = new Map<string, Watch>();

  const arm = (watch: Watch) => {
    clearTimeout(watch.timer);
    const next = Math.min(...Object.values(watch.due));
    if (next === NEVER || watches.get(watch.id) !== watch) return;
    watch.timer = setTimeout(
      () => guarded(watch, () => wake(watch)),
      Math.max(1, Math.min(next - Date.now(), MAX_DELAY)),
    );
  };
  /** What cannot be written now is written with the next report; nothing here may end the daemon. */
  const guarded = (watch: Watch, task: () => void) => {
    try {
      task();
    } catch (error) {
      log.error(`watching ${watch.id}: ${messageOf(error)}`);
    }
    arm(watch);
  };
  const feed = (watch: Watch, signal: Signal) => {
    const { memory, status, recheckAt } = observe(watch.memory, signal, Date.now());
    watch.memory = memory;
    watch.due.recheck = recheckAt ?? NEVER;
    if (status) say(watch, status);
  };
  const say = (watch: Watch, said: Said) => {
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
  };
  const setTitle = (watch: Watch, title: string) => {
    watch.title = title;
    const soonest = watch.titleAt + TITLE_MS;
    if (Date.now() < soonest) watch.due.title = soonest;
    else flushTitle(watch);
  };
  const flushTitle = (watch: Watch) => {
    const title = watch.title;
    watch.title = undefined;
    watch.due.title = NEVER;
    watch.titleAt = Date.now();
    if (title !== undefined) store.record(watch.id, { type: 'title', title });
  };
  const wake = (watch: Watch) => {
    const now = Date.now();
    const { due } = watch;
    if (due.deadline <= now) {
      due.deadline = NEVER;
      void onDeadline(watch.id).then((next) => {
        due.deadline = next ?? NEVER;
        arm(watch);
      });
    }
    if (due.title <= now) flushTitle(watch);
    if (due.said <= now) {
      watch.saidAt = 0;
      due.said = NEVER;
      if (watch.said) say(watch, watch.said);
    }
    if (due.recheck <= now) feed(watch, { type: 'tick' });
  };
  const end = (id: string) => {
    clearTimeout(watches.get(id)?.timer);
    watches.delete(id);
  };

  return {
    begin(agent) {
      end(agent.id);
      const startedAt = agent.startedAt ?? Date.now();
      const titles = runtimes.find(({ id }) => id === agent.runtime)?.titles ?? [];
      const memory = observeStart({
        runtime: agent.runtime,
        argv: agent.argv,
        startedAt,
        stalledAfter: stalledAfter(),
        title: agent.title,
        titles,
      });
      const due = { recheck: NEVER, title: NEVER, said: NEVER, deadline: deadlineOf(agent, startedAt) };
      const watch: Watch = {
        id: agent.id,
        memory,
        timer: undefined,
        due,
        title: undefined,
        titleAt: 0,
        said: undefined,
        saidAt: 0,
        bytes: 0,
        seenAt: 0,
      };
      watches.set(agent.id, watch);
      guarded(watch, () => feed(watch, { type: 'tick' }));
    },
    pulse(id, pulse) {
      const watch = watches.get(id);
      const agent = store.get().agents[id];
      if (!watch || !agent || !isLive(agent)) return;
      guarded(watch, () => {
        const printed = pulse.bytes > watch.bytes;
        watch.bytes = pulse.bytes;
        feed(watch, { type: 'pulse', pulse });
        if (printed && !agent.unread && pulse.outputAt > watch.seenAt + SEEN_MS)
          store.record(id, { type: 'unread', unread: true });
      });
    },
    event(id, event) {
      const watch = watches.get(id);
      if (!watch) return;
      guarded(watch, () => {
        if (event.type === 'title') setTitle(watch, event.title);
        feed(watch, { type: 'host', event });
      });
    },
    seen(id) {
      const watch = watches.get(id);
      if (watch) watch.seenAt = Date.now();
      store.record(id, { type: 'unread', unread: false });
    },
    end(id) {
      const watch = watches.get(id);
      // The last title belongs to what is remembered of it.
      if (watch?.title !== undefined && store.get().agents[id]) guarded(watch, () => flushTitle(watch));
      end(id);
    },
    close() {
      for (const id of [...watches.keys()]) end(id);
    },
  };
}
