import type { Tokens } from '../../schema/activity.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Report } from '../driver.ts';
import { countOf, isObject, type Json, numberOrNull, objectOf, textOf, textOrNull } from '../json.ts';

/**
 * Reads Claude Code's status line, which is told many times a turn: what its session cost so far (the growth is what was used since),
 * and the tokens of its last request. Requests between two of them are not seen, so tokens are an estimate.
 */
export class Meter {
  model: string | null = null;
  #usd: number | null = null;
  #apiMs: number | null = null;
  #context = '';

  constructor(past: readonly AgentEvent[]) {
    for (const event of past) {
      const [, usd, apiMs] = event.type === 'used' ? (/^status:([\d.e-]+):([\d.]+)$/.exec(event.key) ?? []) : [];
      if (usd !== undefined) [this.#usd, this.#apiMs] = [Number(usd), Number(apiMs)];
      if (event.type === 'configured') this.model = event.model ?? this.model;
    }
  }

  read(told: Json, turn: { number: number; runs: boolean }): Report[] {
    return [...this.#configured(told), ...this.#used(told, turn), ...this.#fill(told)];
  }

  #configured(told: Json): Report[] {
    const model = textOrNull(objectOf(told.model).id);
    if (model === null || model === this.model) return [];
    this.model = model;
    return [{ type: 'configured', model, ...(textOf(told.version) && { version: textOf(told.version) }) }];
  }

  #used(told: Json, { number: turn, runs }: { number: number; runs: boolean }): Report[] {
    const cost = objectOf(told.cost);
    const usd = numberOrNull(cost.total_cost_usd);
    const apiMs = numberOrNull(cost.total_api_duration_ms);
    if (usd === null || apiMs === null) return [];
    const before = { usd: this.#usd, apiMs: this.#apiMs };
    [this.#usd, this.#apiMs] = [usd, apiMs];
    // What a session cost that was resumed from elsewhere is told before its first turn.
    if (apiMs === (before.apiMs ?? 0) || (before.apiMs === null && !runs)) return [];
    const grown = before.usd === null || usd < before.usd ? usd : usd - before.usd;
    const tokens = tokensOf(objectOf(told.context_window).current_usage);
    const provenance = { tokens: tokens ? 'estimated' : 'unknown', cost: 'reported' } as const;
    return [{ type: 'used', turn, key: `status:${usd}:${apiMs}`, model: this.model, tokens, usd: grown, provenance }];
  }

  #fill(told: Json): Report[] {
    const { context_window_size: size, current_usage: usage } = objectOf(told.context_window);
    const tokens = tokensOf(usage);
    if (!tokens || numberOrNull(size) === null) return [];
    const used = tokens.input + tokens.cacheRead + tokens.cacheWrite + tokens.output;
    const now = `${used} ${size}`;
    if (now === this.#context) return [];
    this.#context = now;
    return [{ type: 'context', used, size: countOf(size) }];
  }
}

const tokensOf = (usage: unknown): Tokens | null =>
  isObject(usage)
    ? {
        input: countOf(usage.input_tokens),
        output: countOf(usage.output_tokens),
        cacheRead: countOf(usage.cache_read_input_tokens),
        cacheWrite: countOf(usage.cache_creation_input_tokens),
        reasoning: 0,
      }
    : null;
