import { askedOnScreen } from '../../core/detect/index.ts';
import { type AskedOnScreen, isRedrawn } from '../../core/detect/read.ts';
import type { RuleBook, Screen } from '../../core/detect/types.ts';
import { isLive } from '../../core/lifecycle.ts';
import { approvalId } from '../../runtimes/approval-id.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Answerer, Approval, Verdict } from '../../schema/approval.ts';
import type { HostPulse } from '../../schema/host.ts';
import { messageOf } from '../../util/errors.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';

/** A dialog counts once it has stood so long, in milliseconds: it is drawn row by row, and a hook tells of it first. */
const STANDS_MS = 400;
/** So long may a program take to react to an answer before the dialog that still stands is taken for a new one. */
const REACTS_MS = 3000;

interface Watched {
  agent: string;
  epoch: number;
  identity: string;
  since: number;
  /** The request that was made of it; null: none yet. */
  id: string | null;
  /** Its looks when it was first bound. */
  drawn: string | null;
  /** By the clock that timers go by. */
  answeredAt: number | null;
  binding: boolean;
  /** Something was drawn while it was being bound. */
  stale: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** What an agent shows, and the rules by which it is read. */
export type OnScreen = Screen & { book: RuleBook | undefined };

interface Options {
  store: Store;
  log: Log;
  hosts(): Pool;
  screenOf(id: string): OnScreen | null;
  withdraw(id: string, approvals: readonly Approval[], by: Answerer): void;
}

const GONE: Answerer = { who: 'elsewhere', detail: 'its dialog is gone from its screen' };
const TOLD: Answerer = { who: 'withdrawn', detail: 'its agent has reported it itself' };

/** Makes requests of the dialogs that stand on the screens of agents which report none themselves. */
export class ScreenAsks {
  readonly #options: Options;
  readonly #watched = new Map<string, Watched>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** The screen of an agent has changed or come to rest. */
  look(id: string, settled: boolean): void {
    const { store, screenOf } = this.#options;
    const agent = store.get().agents[id];
    const screen = screenOf(id);
    if (!agent || !isLive(agent)) return void this.#forget(id);
    if (!screen) return;
    const found = askedOnScreen(agent.runtime, screen, screen.book);
    const old = this.#watched.get(id);
    const open = openOnScreen(agent);
    if (!found) {
      this.#forget(id);
      if (open.length > 0) this.#options.withdraw(id, open, GONE);
      return;
    }
    const same = old && isSame(old, found) && old.epoch === agent.epoch && !isOver(old);
    if (same) old.identity = found.identity;
    if (!same && old) {
      this.#forget(id);
      this.#options.withdraw(id, open, GONE);
    }
    const watched = same ? old : this.#begin(agent, found);
    const stood = Date.now() - watched.since >= STANDS_MS;
    if (!stood && !settled) return void this.#again(watched, STANDS_MS);
    if (watched.answeredAt === null) return void this.#bind(watched, found);
    // It is looked at again until that is over: a timer may come before its time, and nothing else may ever come.
    this.#again(watched, watched.answeredAt + REACTS_MS - performance.now());
  }

  pulse(id: string, { settled }: HostPulse): void {
    this.look(id, settled);
  }

  /** A request was answered or withdrawn: its dialog may stand a moment longer. */
  answered(id: string, approval: string): void {
    const watched = this.#watched.get(id);
    if (watched?.id === approval) watched.answeredAt = performance.now();
    // While a hook held it, no request was made of it: where that was given up, it stands on, and nothing more is drawn.
    else if (watched?.id !== null) return;
    this.#again(watched, REACTS_MS);
  }

  close(): void {
    for (const id of [...this.#watched.keys()]) this.#forget(id);
  }

  #begin({ id, epoch }: Agent, { identity }: AskedOnScreen): Watched {
    const watched: Watched = {
      ...{ agent: id, epoch, identity, since: Date.now(), id: null, drawn: null, answeredAt: null },
      ...{ binding: false, stale: false, timer: undefined },
    };
    this.#watched.set(id, watched);
    return watched;
  }

  #forget(id: string): void {
    clearTimeout(this.#watched.get(id)?.timer);
    this.#watched.delete(id);
  }

  #again(watched: Watched, after: number): void {
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => this.look(watched.agent, false), after);
  }

  #bind(watched: Watched, found: AskedOnScreen): void {
    watched.stale = watched.binding;
    if (watched.binding) return;
    watched.binding = true;
    this.#bound(watched, found)
      .catch((error) => this.#options.log.debug(`reading the dialog of ${watched.agent}: ${messageOf(error)}`))
      .finally(() => {
        watched.binding = false;
        if (watched.stale && this.#watched.get(watched.agent) === watched) this.look(watched.agent, true);
      });
  }

  /** Records the request once its rows are surely those that were read; anew when only its looks have changed. */
  async #bound(watched: Watched, found: AskedOnScreen): Promise<void> {
    const { store, hosts, withdraw } = this.#options;
    const before = store.get().agents[watched.agent];
    const link = before?.host ? hosts().get(before.host) : undefined;
    if (!before || !link) return;
    const { book } = this.#options.screenOf(watched.agent) ?? {};
    const hash = await steadyHash(link, childId(before), found, { runtime: before.runtime, book });
    const agent = store.get().agents[watched.agent];
    if (hash === null || !agent || this.#watched.get(watched.agent) !== watched || watched.answeredAt !== null) return;
    const others = (agent.approvals ?? []).some(({ via }) => via.type !== 'screen');
    const open = openOnScreen(agent);
    if (others) return withdraw(agent.id, open, TOLD);
    // What was open before this daemon came is the same request while its rows are the same.
    const known = open.find(({ id, via }) => id === watched.id || (via.type === 'screen' && via.hash === hash));
    withdraw(
      agent.id,
      open.filter((one) => one !== known),
      GONE,
    );
    watched.id = known?.id ?? approvalId(agent, `screen ${watched.since} ${hash}`);
    watched.drawn ??= hash;
    if (known?.via.type === 'screen' && known.via.hash === hash) return;
    const approval = approvalOf(agent, found, { id: watched.id, hash, drawn: watched.drawn === hash });
    store.record(agent.id, { type: 'asked', approval: known ? { ...approval, at: known.at } : approval });
  }
}

const openOnScreen = (agent: Agent) => (agent.approvals ?? []).filter(({ via }) => via.type === 'screen');
const isSame = (old: Watched, { identity }: AskedOnScreen) =>
  old.identity === identity || isRedrawn(old.identity, identity);
const isOver = ({ answeredAt }: Watched) => answeredAt !== null && performance.now() >= answeredAt + REACTS_MS;

/** The hash of the dialog's rows, if they still say what was read; null when they have changed meanwhile. */
async function steadyHash(
  link: HostLink,
  child: string,
  found: AskedOnScreen,
  { runtime, book }: { runtime: string; book: RuleBook | undefined },
): Promise<string | null> {
  const { region } = found;
  const { hash: first } = await link.call('hash', { child, region });
  const { lines, cursor, title } = await link.call('screen', { child, ansi: false });
  const { hash } = await link.call('hash', { child, region });
  const now = askedOnScreen(runtime, { lines, cursor, title }, book);
  const same = now?.identity === found.identity && now.region.top === region.top && now.region.bottom === region.bottom;
  return first === hash && same ? hash : null;
}

/** What it shows where no command and no file is known. */
const titleOf = ({ tool, paths, shown }: AskedOnScreen): string =>
  (paths.length === 0 && shown.split('\n')[0]?.trim()) || [tool, ...paths].join(' ') || 'a permission';

function approvalOf(agent: Agent, found: AskedOnScreen, is: { id: string; hash: string; drawn: boolean }): Approval {
  const { tool, command, paths, whole, shown, keys, asDrawn, region } = found;
  // An answer that takes what is selected is none once something else may be selected.
  const entries = Object.entries(keys).filter(([verdict]) => is.drawn || !asDrawn?.includes(verdict as 'once'));
  const known = { ...(command !== null && { command }), ...(paths.length > 0 && { paths }), ...(shown && { shown }) };
  return {
    id: is.id,
    at: Date.now(),
    turn: agent.turn?.number ?? null,
    kind: 'tool',
    tool,
    call: null,
    title: command ?? titleOf(found),
    input: JSON.stringify(known),
    command,
    paths,
    diff: null,
    reason: null,
    questions: null,
    verdicts: entries.map(([verdict]) => verdict as Verdict),
    takesReason: false,
    // Rules allow nothing by what may be a part of it.
    cut: !whole,
    via: { type: 'screen', region, hash: is.hash, keys: Object.fromEntries(entries) },
  };
}
