import { addTokens, NO_TOKENS } from '../../core/activity.ts';
import type { Tokens } from '../../schema/activity.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Report } from '../driver.ts';
import { countOf } from '../json.ts';
import type { Message, ModelUsage, Usage } from './messages.ts';

interface Sum {
  tokens: Tokens;
  usd: number;
}
type Used = Extract<Report, { type: 'used' }>;
type Past = Used | AgentEvent;

const REPORTED = { tokens: 'reported', cost: 'reported' } as const;
/** What a floating-point sum of prices may be off by. */
const DUST_USD = 1e-9;

/**
 * What was counted of a session. Claude Code tells usage three times: per message, once more per block of it, and as totals with the
 * result (over the whole session, also after `--resume`; what an interrupted turn or a subagent used stands in the totals alone). Each
 * message is counted once as it ends, and the result brings what its totals are ahead of that.
 */
export class Ledger {
  private readonly counted = new Set<string>();
  /** Over the session, and since the last result; by model. */
  private session = new Map<string, Sum>();
  private recent = new Map<string, Sum>();
  private sessionId: string | null = null;

  constructor(past: readonly AgentEvent[]) {
    for (const event of past) this.note(event);
  }

  /** Learns from what was reported. */
  note(event: Report | AgentEvent): void {
    if (event.type === 'used') this.add(event);
    else if (event.type === 'turnEnded' || event.type === 'restarted') this.recent.clear();
    else if (event.type === 'session' && event.sessionId !== this.sessionId) {
      if (this.sessionId !== null) this.session.clear();
      this.sessionId = event.sessionId;
    }
  }

  private add({ key, model, tokens, usd }: Past & { type: 'used' }): void {
    this.counted.add(key);
    for (const sums of [this.session, this.recent]) {
      const sum = sums.get(model ?? '') ?? { tokens: NO_TOKENS, usd: 0 };
      sums.set(model ?? '', { tokens: addTokens(sum.tokens, tokens ?? NO_TOKENS), usd: sum.usd + (usd ?? 0) });
    }
  }

  /** A message that has ended; null when it was counted already, or says nothing. */
  message(id: string, model: string | null, tokens: Tokens, turn: number): Used | null {
    if (isNothing(tokens) || this.counted.has(id)) return null;
    return used(turn, id, model, { tokens, usd: 0 }, null);
  }

  /** What a result's totals are ahead of the messages, by model. */
  result(message: Message, turn: number): Used[] {
    const key = message.uuid ?? `result ${turn}`;
    if (this.counted.has(key)) return [];
    const { model_usage_since_last_result: since, modelUsage: totals } = message;
    if (since) return this.ahead(since, this.recent, turn, key);
    if (totals) return this.ahead(totals, this.grown(totals), turn, key);
    return this.bare(message, turn, key);
  }

  /** What the totals have to be compared with: a total that has shrunk counts anew, from the beginning of this process. */
  private grown(totals: Record<string, ModelUsage>): Map<string, Sum> {
    const usd = Object.values(totals).reduce((sum, one) => sum + countOf(one.costUSD), 0);
    return usd + DUST_USD < sumOf(this.session).usd ? this.recent : this.session;
  }

  private ahead(totals: Record<string, ModelUsage>, known: Map<string, Sum>, turn: number, key: string): Used[] {
    const reports: Used[] = [];
    // The same model with and without a large context (`[1m]`) is one here, as its messages call it.
    const byModel = new Map<string, Sum>();
    for (const [name, usage] of Object.entries(totals)) {
      const model = name.replace(/\[.*\]$/, '');
      const sum = byModel.get(model) ?? { tokens: NO_TOKENS, usd: 0 };
      byModel.set(model, {
        tokens: addTokens(sum.tokens, modelTokens(usage)),
        usd: sum.usd + countOf(usage.costUSD),
      });
    }
    for (const [model, sum] of byModel) {
      const rest = minus(sum, known.get(model));
      if (rest) reports.push(used(turn, `${key} ${model}`, model, rest, rest.usd));
    }
    return reports;
  }

  /**
   * Without totals by model, as from Qwen Code: one total of the whole session, also after `--resume`, with what it asked its model for
   * beside the conversation. One that has shrunk counts anew.
   */
  private bare({ usage }: Message, turn: number, key: string): Used[] {
    if (!usage) return [];
    const total = { tokens: uncached(usage), usd: 0 };
    const known = sumOf(this.session);
    const shrunk = total.tokens.input + total.tokens.output < known.tokens.input + known.tokens.output;
    const rest = minus(total, shrunk ? sumOf(this.recent) : known);
    return rest ? [used(turn, key, null, rest, null)] : [];
  }
}

const sumOf = (sums: ReadonlyMap<string, Sum>): Sum =>
  [...sums.values()].reduce((a, b) => ({ tokens: addTokens(a.tokens, b.tokens), usd: a.usd + b.usd }), {
    tokens: NO_TOKENS,
    usd: 0,
  });

function used(turn: number, key: string, model: string | null, { tokens }: Sum, usd: number | null): Used {
  const provenance = usd === null ? { tokens: 'reported' as const, cost: 'unknown' as const } : REPORTED;
  return { type: 'used', turn, key, model, tokens: isNothing(tokens) ? null : tokens, usd, provenance };
}

const isNothing = ({ input, output, cacheRead, cacheWrite, reasoning }: Tokens) =>
  input === 0 && output === 0 && cacheRead === 0 && cacheWrite === 0 && reasoning === 0;

/** What is ahead, nothing below zero; null: nothing is. */
function minus({ tokens, usd }: Sum, known: Sum | undefined): Sum | null {
  const before = known?.tokens ?? NO_TOKENS;
  const rest: Tokens = {
    input: Math.max(0, tokens.input - before.input),
    output: Math.max(0, tokens.output - before.output),
    cacheRead: Math.max(0, tokens.cacheRead - before.cacheRead),
    cacheWrite: Math.max(0, tokens.cacheWrite - before.cacheWrite),
    reasoning: Math.max(0, tokens.reasoning - before.reasoning),
  };
  const cost = Math.max(0, usd - (known?.usd ?? 0));
  return cost > DUST_USD || !isNothing(rest) ? { tokens: rest, usd: cost } : null;
}

export const tokensOf = (usage: Usage): Tokens => ({
  input: countOf(usage.input_tokens),
  output: countOf(usage.output_tokens),
  cacheRead: countOf(usage.cache_read_input_tokens),
  cacheWrite: countOf(usage.cache_creation_input_tokens),
  reasoning: 0,
});

/** Of a provider whose input has what was cached among it. */
export const uncached = (usage: Usage): Tokens => {
  const tokens = tokensOf(usage);
  return { ...tokens, input: Math.max(0, tokens.input - tokens.cacheRead) };
};

const modelTokens = (usage: ModelUsage): Tokens => ({
  input: countOf(usage.inputTokens),
  output: countOf(usage.outputTokens),
  cacheRead: countOf(usage.cacheReadInputTokens),
  cacheWrite: countOf(usage.cacheCreationInputTokens),
  reasoning: countOf(usage.thinkingTokens),
});
