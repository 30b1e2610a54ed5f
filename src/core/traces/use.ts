import type { Activity } from '../../schema/event.ts';
import { addTokens, weaker } from '../activity.ts';
import type { TurnEntry, Usage } from './entry.ts';

/** Adds to a turn what was used in it. `present`: what its agent runs with, as far as that is known. */
export function countUse(
  turn: TurnEntry,
  { at, tokens, usd, provenance: from, ...event }: Extract<Activity, { type: 'used' }>,
  present: string | null,
): Usage {
  const model = event.model ?? turn.model ?? present;
  turn.model ??= model;
  if (tokens) {
    turn.from.tokens = turn.tokens ? weaker(turn.from.tokens, from.tokens) : from.tokens;
    turn.tokens = addTokens(turn.tokens, tokens);
  }
  if (usd !== null) {
    turn.from.cost = turn.usd === null ? from.cost : weaker(turn.from.cost, from.cost);
    turn.usd = (turn.usd ?? 0) + usd;
  }
  return { at, model, tokens, usd, from };
}
