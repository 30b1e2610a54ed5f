import { levelOf } from '../../../core/traces/budget.ts';
import { cacheShare } from '../../../core/traces/tell.ts';
import { tokenSum } from '../../../core/traces/totals.ts';
import { known } from '../../../core/traces/words.ts';
import type { BudgetUse, Total } from '../../../schema/trace.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Tone } from '../../theme/tones.ts';
import { dollars } from '../numbers.ts';
import { clean, fit, fitRow, line, type Row, type Span } from '../span.ts';
import { cacheSpan, costText, countText } from './bars.ts';

/** Cells of a number, and of one in full. */
const NUMBER = { short: 7, exact: 14 };
const LEAST_NAME = 12;

/** Sums per agent, model and day, and how far budgets are used up; the part of them that is scrolled to. */
export function totalsRows(state: Cockpit, { width, height }: { width: number; height: number }): Row[] {
  const all = allTotals(state, width);
  const top = Math.max(0, Math.min(state.ui.timeline.top, all.length - height));
  return all.slice(top, top + height);
}

/** Rows there are in all: what scrolling is bound by. */
export function allTotals(state: Cockpit, width: number): Row[] {
  const { stats, error } = state.data.timeline;
  if (!stats) return [[], line(error ? `  ✖ ${error}` : '  Adding up…', error ? 'bad' : 'dim')];
  const { exact } = state.ui.timeline;
  const parts: [string, readonly Total[]][] = [
    ['AGENT', stats.agents],
    ['MODEL', stats.models],
    ['DAY', stats.days.toReversed()],
    ['ALL', [stats.total]],
  ];
  const rows = parts.flatMap(([name, list]) => [
    headRow(name, width, exact),
    ...list.map((one) => totalRow(one, width, exact)),
    [],
  ]);
  const budgets = stats.budgets.map((one) => budgetRow(one, width));
  return budgets.length > 0 ? [line(' BUDGETS', 'dim'), ...budgets, [], ...rows] : rows;
}

/** Columns by their names, those that give way first at the end. */
const NAMES = [
  'COST',
  'TOKENS',
  'CACHE',
  'TOOLS',
  'ERRORS',
  'TURNS',
  'INPUT',
  'OUTPUT',
  'CACHED',
  'REASONING',
] as const;
type Name = (typeof NAMES)[number];

function columnsOf(width: number, exact: boolean): { names: Name[]; cells: number; left: number } {
  const cells = exact ? NUMBER.exact : NUMBER.short;
  const count = Math.max(1, Math.min(NAMES.length, Math.floor((width - LEAST_NAME - 2) / (cells + 2))));
  return { names: NAMES.slice(0, count), cells, left: Math.max(1, width - 2 - count * (cells + 2)) };
}

function headRow(name: string, width: number, exact: boolean): Row {
  const { names, cells, left } = columnsOf(width, exact);
  const heads = names.map((one) => `  ${fit(one, cells, 'right')}`).join('');
  return fitRow([{ text: ` ${fit(name, left)} ${heads}`, tone: 'dim' }], width);
}

function totalRow({ key, tokens, cost, tools, turns, errors, provenance }: Total, width: number, exact: boolean): Row {
  const { names, cells, left } = columnsOf(width, exact);
  const counted = (count: number): Span => ({
    text: provenance.tokens === 'unknown' ? '?' : known(countText(count, exact), provenance.tokens),
  });
  const spans: Record<Name, () => Span> = {
    COST: () => ({ text: costText(cost, exact), tone: 'strong' }),
    TOKENS: () => counted(tokenSum(tokens)),
    CACHE: () => cacheSpan(cacheShare(tokens), exact),
    TOOLS: () => ({ text: countText(tools, exact) }),
    ERRORS: () => (errors > 0 ? { text: `${countText(errors, exact)} ✖`, tone: 'bad' } : { text: '0', tone: 'dim' }),
    TURNS: () => ({ text: countText(turns, exact) }),
    INPUT: () => counted(tokens.input),
    OUTPUT: () => counted(tokens.output),
    CACHED: () => counted(tokens.cacheRead),
    REASONING: () => counted(tokens.reasoning),
  };
  const shown = names.flatMap((name): Span[] => {
    const span = spans[name]();
    return [{ text: '  ' }, { ...span, text: fit(span.text, cells, 'right') }];
  });
  return fitRow([{ text: ` ${fit(clean(key), left)} `, tone: 'strong' }, ...shown], width);
}

const BAR = 20;
const LEVELS: Record<ReturnType<typeof levelOf>, { sign: string; tone: Tone }> = {
  ok: { sign: '✓', tone: 'good' },
  near: { sign: '!', tone: 'wait' },
  over: { sign: '✖', tone: 'bad' },
};

function budgetRow(use: BudgetUse, width: number): Row {
  const { budget, key, unit, used, limit } = use;
  const { sign, tone } = LEVELS[levelOf(use)];
  const amount = (value: number) => (unit === 'usd' ? dollars(value) : `${countText(Math.round(value), false)} tok`);
  const cells = Math.round(Math.min(1, used / limit) * BAR);
  return fitRow(
    [
      { text: ` ${fit(clean(key), 14)} `, tone: 'strong' },
      { text: '█'.repeat(cells) + '░'.repeat(BAR - cells), tone },
      { text: ` ${sign} ${Math.floor((used / limit) * 100)}%`, tone },
      { text: `  ${amount(used)} of ${amount(limit)} ` },
      {
        text: `${budget.per === 'day' ? 'a day' : 'an agent'}; ${budget.action === 'pause' ? 'pauses' : 'warns'}`,
        tone: 'dim',
      },
    ],
    width,
  );
}
