import type { Call } from '../../core/traces/entry.ts';
import { isError } from '../../core/traces/entry.ts';
import { fitsWords } from '../../core/traces/filter.ts';
import type { Ledger } from '../../core/traces/ledger.ts';
import { type Ordered, ordered } from '../../core/traces/order.ts';
import type { TraceOrder } from '../../schema/trace.ts';

/** What is chosen of all calls. `since`: milliseconds since the epoch. */
export interface Choice {
  agent: string | null;
  filter: string;
  since: number | null;
  errors: boolean;
}

/** So many answers are kept: pages and windows of the same list are asked for one after the other. */
const KEPT = 8;

interface Answer {
  version: number;
  value: unknown;
}

/**
 * Chosen calls, oldest first, and as they are ordered for a screen. What was worked out is kept until a ledger changes: a hundred
 * pages of a hundred thousand calls are chosen once.
 */
export class Lists {
  readonly #answers = new Map<string, Answer>();

  /** Oldest first. */
  chosen(ledgers: readonly Ledger[], choice: Choice): readonly Call[] {
    return this.#keep('chosen', ledgers, choice, () => choose(ledgers, choice));
  }

  ordered(ledgers: readonly Ledger[], choice: Choice, order: TraceOrder): Ordered {
    const make = () => ordered(this.chosen(ledgers, choice), order);
    return this.#keep(`${order.group} ${order.errorsFirst}`, ledgers, choice, make);
  }

  #keep<T>(kind: string, ledgers: readonly Ledger[], choice: Choice, make: () => T): T {
    const key = JSON.stringify([kind, choice]);
    const version = ledgers.reduce((sum, ledger) => sum + ledger.version, ledgers.length);
    const old = this.#answers.get(key);
    this.#answers.delete(key);
    const answer = old?.version === version ? old : { version, value: make() };
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
    return answer.value as T;
  }
}

function choose(ledgers: readonly Ledger[], { filter, since, errors }: Choice): Call[] {
  const fits = filter.trim() === '' ? null : fitsWords(filter);
  const from = since ?? Number.NEGATIVE_INFINITY;
  const found: Call[] = [];
  for (const { calls } of ledgers) {
    for (const call of calls) {
      if (call.startedAt >= from && (!errors || isError(call.outcome)) && (!fits || fits(call))) found.push(call);
    }
  }
  return ledgers.length > 1 ? found.sort((a, b) => a.startedAt - b.startedAt) : found;
}
