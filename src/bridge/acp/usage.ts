import type { AcpPrompted } from '../../schema/acp.ts';
import type { Tokens } from '../../schema/activity.ts';

/** What a turn used, as its agent reports it; null: it does not say. Input is without what came from the cache. */
export function tokensOf({ usage, _meta }: AcpPrompted): Tokens | null {
  if (usage) {
    const { inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens, thoughtTokens } = usage;
    return {
      input: inputTokens,
      output: outputTokens,
      cacheRead: cachedReadTokens ?? 0,
      cacheWrite: cachedWriteTokens ?? 0,
      reasoning: thoughtTokens ?? 0,
    };
  }
  const count = _meta?.quota?.token_count;
  if (typeof count?.input_tokens !== 'number' && typeof count?.output_tokens !== 'number') return null;
  return {
    input: count.input_tokens ?? 0,
    output: count.output_tokens ?? 0,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
  };
}

/** Its models, where the answer names exactly one. */
export function modelOf({ _meta }: AcpPrompted): string | null {
  const models = _meta?.quota?.model_usage ?? [];
  return models.length === 1 ? models[0]!.model : null;
}
