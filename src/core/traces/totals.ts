import type { Tokens } from '../../schema/activity.ts';
import type { Total } from '../../schema/trace.ts';
import { addTokens, NO_TOKENS, weaker } from '../activity.ts';
import { dayBegan, dayEnds, dayOf } from './day.ts';
import { isError, type Usage } from './entry.ts';
import type { Ledger } from './ledger.ts';

/** Everything a model reads and writes: what limits and short totals count. `reasoning` is a part of `output`. */
export const tokenSum = ({ input, output, cacheRead, cacheWrite }: Tokens): number =>
  input + output + cacheRead + cacheWrite;

/** What nobody named. */
const NO_MODEL = 'unknown';

class Sums {
  readonly #of = new Map<string, Total>();

  at(key: string): Total {
    const found = this.#of.get(key);
    if (found) return found;
    const provenance = { tokens: 'unknown', cost: 'unknown' } as const;
    const total: Total = { key, tokens: NO_TOKENS, cost: null, tools: 0, turns: 0, errors: 0, provenance };
    this.#of.set(key, total);
    return total;
  }

  list = (): Total[] => [...this.#of.values()];
}

function count(total: Total, { tokens, usd, from }: Usage) {
  const known = total.provenance;
  if (tokens) {
    const some = known.tokens !== 'unknown' || total.tokens !== NO_TOKENS;
    total.provenance = { ...known, tokens: some ? weaker(known.tokens, from.tokens) : from.tokens };
    total.tokens = addTokens(total.tokens, tokens);
  }
  if (usd === null) return;
  const provenance = total.cost ? weaker(total.cost.provenance, from.cost) : from.cost;
  total.cost = { usd: (total.cost?.usd ?? 0) + usd, provenance };
  total.provenance = { ...total.provenance, cost: provenance };
}

/** The day of moments that mostly follow each other: a day's bounds are worked out once. */
function days(): (at: number) => string {
  let from = 0;
  let until = 0;
  let day = '';
  return (at) => {
    if (at < from || at >= until) {
      from = dayBegan(at);
      until = dayEnds(at);
      day = dayOf(at);
    }
    return day;
  };
}

export interface Totals {
  agents: Total[];
  models: Total[];
  /** Of this machine's time zone, oldest first. */
  days: Total[];
  total: Total;
}

/** Sums per agent (by name), model and day over what happened since then (milliseconds since the epoch; null: ever). */
export function totals(ledgers: Iterable<Ledger>, since: number | null): Totals {
  const [agents, models, perDay] = [new Sums(), new Sums(), new Sums()];
  const whole = new Sums();
  const dayAt = days();
  const from = since ?? Number.NEGATIVE_INFINITY;
  for (const ledger of ledgers) {
    const slots = (at: number, model: string | null) => [
      whole.at('all'),
      agents.at(ledger.owner.name),
      models.at(model ?? NO_MODEL),
      perDay.at(dayAt(at)),
    ];
    for (const usage of ledger.usages) {
      if (usage.at >= from) for (const slot of slots(usage.at, usage.model)) count(slot, usage);
    }
    for (const call of ledger.calls) {
      if (call.startedAt < from) continue;
      for (const slot of slots(call.startedAt, call.model)) {
        slot.tools += 1;
        if (isError(call.outcome)) slot.errors += 1;
      }
    }
    for (const turn of ledger.turns) {
      if (turn.startedAt >= from) for (const slot of slots(turn.startedAt, turn.model)) slot.turns += 1;
    }
  }
  return {
    agents: agents.list().sort(dearest),
    models: models.list().sort(dearest),
    days: perDay.list().sort((a, b) => (a.key < b.key ? -1 : 1)),
    total: whole.at('all'),
  };
}

const dearest = (a: Total, b: Total): number =>
  (b.cost?.usd ?? 0) - (a.cost?.usd ?? 0) || tokenSum(b.tokens) - tokenSum(a.tokens) || b.tools - a.tools;
