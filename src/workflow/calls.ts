import { answerForm } from '../core/answers.ts';
import { tokenSum } from '../core/traces/totals.ts';
import type { Agent } from '../schema/agent.ts';
import type { Call, RunSpec } from '../schema/run.ts';
import type { CallAsk } from '../schema/workflow.ts';
import { BooError } from '../util/errors.ts';
import type { Children } from './children.ts';
import type { RunClient } from './client.ts';
import type { Past } from './past.ts';
import { Results } from './results.ts';
import { Slots } from './slots.ts';
import { Turns } from './turns.ts';

/** Calls beyond the run's bound that are answered with that; who goes on then is no workflow any more. */
const BEYOND = 1000;

/** One call: what an agent is to do, and what happens to it. */
export interface CallWish {
  call: Call;
  ask: CallAsk;
  /** Its result may come from the cache and goes into it. */
  cache: boolean;
  /** Aborted: its agent is stopped, and `carryOut` rejects with the reason. */
  signal: AbortSignal;
  /** An agent is to carry it out: at once, or `queued` until fewer of the run work. */
  onPending(queued: boolean): void;
  /** Told who carries it out; again where that one was lost. */
  onAgent(agent: Agent): void;
}

/**
 * How a call ended. `output`: what its schema asked for, else the text; `text`: what the agent said last; `by`: id of the agent whose
 * result it is, of another run where it is `cached`; `agent` null: none was started.
 */
export type CallEnd =
  | {
      ok: true;
      output: unknown;
      text: string;
      agent: Agent | null;
      by: string;
      cached: boolean;
      changes: Agent['changes'];
    }
  | { ok: false; outcome: 'failed' | 'timed_out'; error: string; agent: Agent | null };

export interface CallsOptions {
  /** Id of the run's agent. */
  agent: string;
  spec: RunSpec;
  client: RunClient;
  children: Children;
  /** Null in the first life of the run. */
  past: Past | null;
  warn(text: string): void;
}

const failed = (error: string): CallEnd => ({ ok: false, outcome: 'failed', error, agent: null });

/** Carries out calls of a run by agents: each key once, whatever crashes. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #slots: Slots;
  readonly #results: Results;
  /** Keys of calls whose bad end was told in an earlier life. */
  readonly #told: ReadonlySet<string>;
  #made = 0;
  #working = 0;

  constructor(options: CallsOptions) {
    const { spec, client, past, warn } = options;
    this.#options = options;
    this.#slots = new Slots(spec.limits.agents);
    this.#results = new Results({ spec, client, idle: () => this.#working === 0, warn });
    const bad = past?.run.steps.filter(({ status }) => status === 'failed' || status === 'timed_out') ?? [];
    this.#told = new Set(bad.map(({ id }) => id));
  }

  /** Rejects with the reason of `signal`, or where the call itself is wrong (`usage`), or where there is no end of calls (`failed`). */
  async carryOut(wish: CallWish): Promise<CallEnd> {
    const { children } = this.#options;
    wish.signal.throwIfAborted();
    const answer = wish.ask.schema ? answerForm(wish.ask.schema) : null;
    const refused = this.#count();
    if (refused) return failed(refused);
    const key = wish.cache ? await this.#results.keyOf(wish.ask) : null;
    // What this run has begun already is no matter of the cache.
    const known = children.ask(wish.call.key);
    const hit = key !== null && !known ? await this.#results.find(key) : null;
    if (hit) return hit;
    wish.onPending(!this.#slots.free);
    const leave = await this.#slots.enter(wish.signal);
    this.#working += 1;
    try {
      const over = known ? null : this.overBudget();
      if (over) return failed(over);
      const { agent: run, client, past } = this.#options;
      const told = this.#told.has(wish.call.key);
      const end = await new Turns({ run, client, wish, answer, told, resumed: past !== null }).carryOut();
      if (end.agent) children.agent(end.agent);
      if (end.ok && key !== null) this.#results.keep(key, wish, { output: end.output, ...spentBy(end.agent!) });
      return end;
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#results.settled();
      leave();
    }
  }

  /** Resolves when what calls gave is kept for other runs. */
  settle(): Promise<void> {
    return this.#results.settle();
  }

  /** Why no further call may begin; null: one may. */
  overBudget(): string | null {
    const { tokens, usd } = this.#options.spec.budget;
    const { total } = this.#options.children;
    if (tokens !== null && total.tokens >= tokens)
      return `the run’s budget of ${tokens.toLocaleString('en-US')} tokens is used up`;
    if (usd !== null && total.usd >= usd) return `the run’s budget of $${usd.toFixed(2)} is used up`;
    return null;
  }

  get children(): Children {
    return this.#options.children;
  }

  /** Why this one is not made: told to the workflow, so that it can end well with what it has. Throws where it asks on and on. */
  #count(): string | null {
    const most = this.#options.spec.limits.calls;
    this.#made += 1;
    if (this.#made <= most) return null;
    const why = `the run has made its ${most} ${most === 1 ? 'call' : 'calls'}`;
    if (this.#made === most + 1) this.#options.warn(`${why}: no more are made`);
    if (this.#made > most + BEYOND) throw new BooError('failed', `${why} and asked for ${BEYOND} more`);
    return why;
  }
}

export const spentBy = ({ id, tokens, cost }: Agent) => ({
  agent: id,
  tokens: tokens && tokenSum(tokens),
  usd: cost?.usd ?? null,
});
