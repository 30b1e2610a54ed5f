import type { Budget, BudgetUse } from '../../schema/trace.ts';
import { dayBegan, dayOf } from './day.ts';
import type { Usage } from './entry.ts';
import type { Ledger } from './ledger.ts';
import { tokenSum } from './totals.ts';

/** From this share on it is said that a budget is nearly used up. */
export const NEARLY = 0.8;

/** ok: less than 80 % is used · near: less than all · over: all of it, or more. */
export type Level = 'ok' | 'near' | 'over';
export const levelOf = ({ used, limit }: Pick<BudgetUse, 'used' | 'limit'>): Level =>
  used >= limit ? 'over' : used >= limit * NEARLY ? 'near' : 'ok';

/** How far a budget is used up, and by whom: one agent, or (null) all of them. */
export interface Use extends BudgetUse {
  agent: string | null;
}

const sum = (usages: readonly Usage[], from: number) => {
  let usd = 0;
  let tokens = 0;
  for (const usage of usages) {
    if (usage.at < from) continue;
    usd += usage.usd ?? 0;
    if (usage.tokens) tokens += tokenSum(usage.tokens);
  }
  return { usd, tokens };
};

const uses = (budget: Budget, key: string, agent: string | null, used: { usd: number; tokens: number }): Use[] =>
  (['usd', 'tokens'] as const).flatMap((unit) => {
    const limit = budget[unit];
    return limit === undefined ? [] : [{ budget, key, agent, unit, used: used[unit], limit }];
  });

/** What is used of each budget at this moment (milliseconds since the epoch): of every agent for itself, or of the day's by all. */
export function usesOf(o: {
  budgets: readonly Budget[];
  /** Of the agents that are listed, and of those that used anything today. */
  ledgers: readonly Ledger[];
  isListed(id: string): boolean;
  now: number;
}): Use[] {
  const { budgets, ledgers, now } = o;
  return budgets.flatMap((budget): Use[] => {
    if (budget.per === 'agent') {
      const listed = ledgers.filter(({ owner }) => o.isListed(owner.id));
      return listed.flatMap(({ owner, usages }) =>
        uses(budget, owner.name, owner.id, sum(usages, Number.NEGATIVE_INFINITY)),
      );
    }
    const began = dayBegan(now);
    const today = ledgers.map(({ usages }) => sum(usages, began));
    const used = {
      usd: today.reduce((all, { usd }) => all + usd, 0),
      tokens: today.reduce((all, { tokens }) => all + tokens, 0),
    };
    return uses(budget, dayOf(now), null, used);
  });
}

const amount = (value: number, unit: BudgetUse['unit']) =>
  unit === 'usd' ? `$${value.toFixed(2)}` : `${Math.round(value).toLocaleString('en-US')} tokens`;

/** Names one limit of one agent or day: what has been said of it once is not said again. */
export const useKey = ({ agent, key, unit, limit }: Use): string => `${agent ?? key} ${unit} ${limit}`;

/** Why an agent is held, as it is recorded: by it one knows later that this limit has held it already. */
export const pauseReason = ({ agent, unit, limit }: Use): string =>
  `${agent === null ? "the day's" : 'its'} budget of ${amount(limit, unit)} is used up`;

/** What is said once when a budget is nearly or wholly used up. */
export function budgetWords(use: Use): string {
  const { agent, key, unit, used, limit, budget } = use;
  const who = agent === null ? 'All agents together have' : `${key} has`;
  const what = agent === null ? "today's budget" : 'its budget';
  const share = Math.floor((used / limit) * 100);
  const whole = `${who} used ${amount(used, unit)} of ${what} of ${amount(limit, unit)} (${share} %)`;
  if (levelOf(use) !== 'over' || budget.action === 'warn') return `${whole}.`;
  const held = agent === null ? 'those that work are paused' : 'it is paused';
  return `${whole}; ${held}: boocode resume ${agent === null ? 'AGENT' : key} lets ${agent === null ? 'one' : 'it'} go on.`;
}

/** Has this limit held this agent already (today, for a day's)? It was let go on then, and is not held again. */
export function wasHeld(use: Use, pauses: Ledger['pauses'], now: number): boolean {
  const from = use.agent === null ? dayBegan(now) : Number.NEGATIVE_INFINITY;
  const reason = pauseReason(use);
  return pauses.some((one) => one.reason === reason && one.at >= from);
}
