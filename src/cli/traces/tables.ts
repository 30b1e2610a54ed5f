import { dollars, exactTime, grouped, short } from '../../cockpit/views/numbers.ts';
import { clean, cut } from '../../cockpit/views/span.ts';
import { checkGrade, checkSign } from '../../core/autofix/words.ts';
import { besideTool } from '../../core/tool-title.ts';
import { cacheShare } from '../../core/traces/tell.ts';
import { tokenSum } from '../../core/traces/totals.ts';
import { CACHE_SIGNS, cacheGrade, known, LEGEND, lasted, percent } from '../../core/traces/words.ts';
import type { BudgetUse, Total, Trace, Turn } from '../../schema/trace.ts';
import { type Cell, type Paint, table } from '../print.ts';

/** Columns of a title or prompt in a table. */
const TITLE = 60;

const head = (...words: string[]): Cell[] => words.map((text) => ({ text, style: 'dim' }));
const text = (value: string) => cut(clean(value), TITLE);

const OUTCOMES: Record<NonNullable<Trace['outcome']>, Cell> = {
  done: { text: '✓ done', style: 'green' },
  failed: { text: '✖ failed', style: 'red' },
  denied: { text: '⊘ denied', style: 'yellow' },
  cancelled: { text: '– cancelled', style: 'dim' },
};

/** For answers; empty: it did not. */
function waitedCell({ waitedMs, waitingSince }: Trace | Turn): Cell {
  if (waitingSince !== null) return { text: '◆ waits', style: 'yellow' };
  return { text: waitedMs > 0 ? lasted(waitedMs) : '', style: 'dim' };
}

export function tracesTable(traces: readonly Trace[], now: number, paint: Paint): string {
  const rows = traces.map((one): Cell[] => [
    { text: exactTime(one.startedAt, now), style: 'dim' },
    { text: clean(one.name), style: 'bold' },
    `#${one.turn}`,
    clean(one.tool),
    text(besideTool(one.title, one.tool)),
    one.outcome ? OUTCOMES[one.outcome] : { text: '● runs', style: 'cyan' },
    one.latencyMs === null ? '' : known(lasted(one.latencyMs), one.provenance.latency),
    waitedCell(one),
    one.tokens ? known(short(tokenSum(one.tokens)), one.provenance.tokens) : '?',
    one.cost ? known(dollars(one.cost.usd), one.cost.provenance) : '?',
    { text: one.error ? text(one.error) : '', style: 'red' },
  ]);
  const title = head('START', 'AGENT', 'TURN', 'TOOL', 'WHAT', 'END', 'TOOK', 'WAITED', 'TOKENS', 'COST', 'ERROR');
  return `${table([title, ...rows], paint)}\n${paint('dim', LEGEND)}`;
}

const CACHE_STYLES = { good: 'green', middling: 'yellow', bad: 'red' } as const;

export function cacheCell(share: number | null): Cell {
  if (share === null) return '?';
  const grade = cacheGrade(share);
  return { text: `${CACHE_SIGNS[grade]} ${percent(share)}`, style: CACHE_STYLES[grade] };
}

/** What became of the check after a turn; empty: there was none. */
function checkCell({ check }: Turn): Cell {
  if (!check) return '';
  const styles = { good: 'green', bad: 'red', wait: 'yellow', busy: 'cyan', dim: 'dim' } as const;
  return { text: checkSign(check), style: styles[checkGrade(check.outcome)] };
}

const TURN_ENDS: Record<NonNullable<Turn['outcome']>, Cell> = {
  completed: { text: '✓ completed', style: 'green' },
  interrupted: { text: '– interrupted', style: 'yellow' },
  failed: { text: '✖ failed', style: 'red' },
};

export function timelineTable(turns: readonly Turn[], now: number, paint: Paint): string {
  const checked = turns.some(({ check }) => check !== undefined);
  const rows = turns.map((turn): Cell[] => [
    `#${turn.turn}`,
    clean(turn.model ?? '?'),
    { text: exactTime(turn.startedAt, now), style: 'dim' },
    turn.durationMs === null ? '' : known(lasted(turn.durationMs), turn.provenance.duration),
    waitedCell(turn),
    turn.outcome ? TURN_ENDS[turn.outcome] : { text: '● runs', style: 'cyan' },
    String(turn.tools),
    ...(checked ? [checkCell(turn)] : []),
    turn.tokens ? known(short(tokenSum(turn.tokens)), turn.provenance.tokens) : '?',
    turn.cost ? known(dollars(turn.cost.usd), turn.cost.provenance) : '?',
    cacheCell(turn.cacheShare),
    turn.reasoningShare === null ? '?' : percent(turn.reasoningShare),
    text(turn.prompt ?? ''),
  ]);
  const title = head(
    'TURN',
    'MODEL',
    'START',
    'TOOK',
    'WAITED',
    'END',
    'TOOLS',
    ...(checked ? ['CHECK'] : []),
    'TOKENS',
    'COST',
    'CACHE',
    'REASONING',
    'PROMPT',
  );
  return `${table([title, ...rows], paint)}\n${paint('dim', LEGEND)}`;
}

interface Stats {
  agents: readonly Total[];
  models: readonly Total[];
  days: readonly Total[];
  total: Total;
  budgets: readonly BudgetUse[];
}

export function statsText({ agents, models, days, total, budgets }: Stats, paint: Paint): string {
  const parts: [string, readonly Total[]][] = [
    ['AGENT', agents],
    ['MODEL', models],
    ['DAY', days],
    ['', [total]],
  ];
  const rows = parts.flatMap(([name, list]) => [
    head(name, 'TURNS', 'TOOLS', 'ERRORS', 'INPUT', 'OUTPUT', 'CACHED', 'CACHE', 'TOKENS', 'COST'),
    ...list.map(totalRow),
    [''],
  ]);
  const used = budgets.map((one) => budgetRow(one));
  const shown = used.length > 0 ? [head('BUDGET', 'OF', 'USED', 'LIMIT', '', 'AT THE LIMIT'), ...used, ['']] : [];
  return `${table(rows, paint)}\n${shown.length > 0 ? `${table(shown, paint)}\n` : ''}${paint('dim', LEGEND)}`;
}

function totalRow({ key, tokens, cost, tools, turns, errors, provenance }: Total): Cell[] {
  const shown = (count: number) => (provenance.tokens === 'unknown' ? '?' : known(short(count), provenance.tokens));
  return [
    { text: clean(key), style: 'bold' },
    grouped(turns),
    grouped(tools),
    errors > 0 ? { text: grouped(errors), style: 'red' } : '0',
    shown(tokens.input),
    shown(tokens.output),
    shown(tokens.cacheRead),
    cacheCell(cacheShare(tokens)),
    shown(tokenSum(tokens)),
    cost ? known(dollars(cost.usd), cost.provenance) : '?',
  ];
}

function budgetRow({ budget, key, unit, used, limit }: BudgetUse): Cell[] {
  const amount = (value: number) => (unit === 'usd' ? dollars(value) : `${short(Math.round(value))} tok`);
  const share = used / limit;
  const style = share >= 1 ? 'red' : share >= 0.8 ? 'yellow' : 'green';
  return [
    budget.per === 'day' ? 'a day' : 'an agent',
    { text: clean(key), style: 'bold' },
    amount(used),
    amount(limit),
    { text: `${share >= 1 ? '✖' : share >= 0.8 ? '!' : '✓'} ${percent(share)}`, style },
    budget.action === 'pause' ? 'pauses' : 'warns',
  ];
}
