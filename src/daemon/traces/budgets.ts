import { isLive } from '../../core/lifecycle.ts';
import {
  budgetWords,
  type Level,
  levelOf,
  pauseReason,
  type Use,
  useKey,
  usesOf,
  wasHeld,
} from '../../core/traces/budget.ts';
import { dayBegan } from '../../core/traces/day.ts';
import type { Ledger } from '../../core/traces/ledger.ts';
import type { BudgetUse } from '../../schema/trace.ts';
import { messageOf } from '../../util/errors.ts';
import type { ConfigService } from '../config.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import type { TraceIndex } from './index.ts';

/** Usage comes in bursts; it is counted when it has come for this long, in milliseconds. */
const SETTLE_MS = 250;

export interface BudgetsOptions {
  store: Store;
  index: TraceIndex;
  config: Pick<ConfigService, 'get'>;
  log: Log;
  say(level: 'warning', text: string): void;
  /** Ends the turn that an agent is in; it is held already. */
  interrupt(agent: string): Promise<void>;
  now?: () => number;
}

/**
 * Holds agents to the budgets of the config: says once when one is nearly and when it is wholly used up, and where it is so
 * configured holds the agents then. Both are known from the records, so that a daemon that begins anew neither says nor does it again.
 */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #now: () => number;
  readonly #undo: () => void;
  /** What has been said of each use of a budget. */
  readonly #said = new Map<string, Level>();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void>;

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#undo = options.store.onEvent((_id, event) => {
      if (event.type === 'used' || event.type === 'turnStarted') this.#soon();
    });
    // What is used up now was said when that came about, by the daemon before this one.
    this.#work = this.#then(() => this.#check(false), Promise.resolve());
  }

  /** How far each budget is used up, those of agents that are not listed any more left out. */
  async uses(): Promise<BudgetUse[]> {
    const uses = await this.#uses();
    return uses.map(({ budget, key, unit, used, limit }) => ({ budget, key, unit, used, limit }));
  }

  /** Settles when what was used until now has been counted. */
  async settled(): Promise<void> {
    await this.#work;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#undo();
  }

  #soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work = this.#then(() => this.#check(true), this.#work);
    }, SETTLE_MS).unref();
  }

  async #then(task: () => Promise<void>, before: Promise<void>): Promise<void> {
    await before;
    try {
      await task();
    } catch (error) {
      this.#options.log.warn(`budgets could not be counted: ${messageOf(error)}`);
    }
  }

  async #uses(): Promise<Use[]> {
    const { config, store } = this.#options;
    const { budgets } = config.get().config;
    if (budgets.length === 0) return [];
    const ledgers = await this.#ledgers(budgets.some(({ per }) => per === 'day'));
    const present = store.get().agents;
    const isListed = (id: string) => present[id] !== undefined && !present[id].archived;
    return usesOf({ budgets, ledgers, isListed, now: this.#now() });
  }

  async #ledgers(ofToday: boolean): Promise<Ledger[]> {
    const { index, store } = this.#options;
    const today = ofToday ? await index.writtenSince(dayBegan(this.#now())) : [];
    const ledgers = new Set(today);
    for (const { id, archived } of store.all()) if (!archived) ledgers.add(await index.of(id));
    return [...ledgers];
  }

  async #check(aloud: boolean): Promise<void> {
    for (const use of await this.#uses()) {
      const key = useKey(use);
      const level = levelOf(use);
      if (aloud && level !== 'ok' && level !== this.#said.get(key)) this.#options.say('warning', budgetWords(use));
      this.#said.set(key, level);
      if (level === 'over' && use.budget.action === 'pause') await this.#hold(use);
    }
  }

  /** Holds those that this use concerns, each once: who is let go on goes on. */
  async #hold(use: Use): Promise<void> {
    const { store, index, log, interrupt } = this.#options;
    const concerned = use.agent === null ? store.all().map(({ id }) => id) : [use.agent];
    for (const id of concerned) {
      const agent = store.get().agents[id];
      if (!agent || !isLive(agent) || agent.paused !== undefined) continue;
      const { pauses, usages } = await index.of(id);
      if (usages.length === 0 || wasHeld(use, pauses, this.#now())) continue;
      const reason = pauseReason(use);
      store.record(id, { type: 'paused', paused: true, reason });
      await interrupt(id).catch((error: unknown) =>
        log.debug(`${agent.name} was not interrupted: ${messageOf(error)}`),
      );
    }
  }
}
