import { type Group, groupsAt } from '../../core/traces/order.ts';
import { placeOf, toTrace, toTurn, traceId } from '../../core/traces/tell.ts';
import { totals } from '../../core/traces/totals.ts';
import { TEXT_LIMIT } from '../../schema/activity.ts';
import type { TraceGroup, TraceOrder } from '../../schema/trace.ts';
import { BooError } from '../../util/errors.ts';
import { findKnown } from '../asks/past.ts';
import type { Context } from '../context.ts';
import type { DaemonHandlers } from '../server.ts';
import { callAt, turnOf } from './index.ts';
import type { Choice } from './lists.ts';
import { textsOf } from './texts.ts';

type Asked<K extends keyof DaemonHandlers> = Parameters<DaemonHandlers[K]>[0];

/** Characters of a tool's input that one line of a screen can show. */
const LINE_TEXT = 300;

/** Answers about traces, turns and totals (schema/trace). */
export const traceHandlers = (
  ready: Promise<Context>,
): Pick<DaemonHandlers, 'traces.list' | 'traces.window' | 'traces.get' | 'timeline.get' | 'stats.get'> => ({
  'traces.list': async (asked) => list(await ready, asked),
  'traces.window': async (asked) => window(await ready, asked),
  'traces.get': async ({ id }) => {
    const ctx = await ready;
    const { index } = ctx.traces;
    const place = placeOf(id);
    const call = place && callAt(await index.of(place.agent), place.seq);
    if (!call) throw noTrace(id);
    const texts = await textsOf(ctx.root, index, [call]);
    return { trace: toTrace(call, texts.get(call)!, TEXT_LIMIT) };
  },
  'timeline.get': async ({ agent }) => {
    const ledgers = await ledgersOf(await ready, agent);
    const turns = ledgers.flatMap((ledger) => ledger.turns.map(toTurn));
    return { turns: ledgers.length > 1 ? turns.sort((a, b) => a.startedAt - b.startedAt) : turns };
  },
  'stats.get': async ({ since }) => {
    const { traces } = await ready;
    const ledgers = await traces.index.all();
    return { ...totals(ledgers, since), budgets: await traces.budgets.uses() };
  },
});

/** The ledger of one agent, however it was called and also when it has been removed, or those of all. */
async function ledgersOf(ctx: Context, agent: string | null) {
  const { index } = ctx.traces;
  return agent === null ? index.all() : [await index.of((await findKnown(ctx, agent)).id)];
}

async function list(ctx: Context, asked: Asked<'traces.list'>) {
  const { agent, filter, since, errors, after, limit, last } = asked;
  const ledgers = await ledgersOf(ctx, agent);
  const calls = ctx.traces.lists.chosen(ledgers, { agent, filter, since, errors });
  const first = after === null ? 0 : calls.findIndex((call) => traceId(call) === after) + 1;
  if (after !== null && first === 0) throw noTrace(after);
  const from = last ? Math.max(first, calls.length - limit) : first;
  const page = calls.slice(from, from + limit);
  const texts = await textsOf(ctx.root, ctx.traces.index, page);
  return {
    traces: page.map((call) => toTrace(call, texts.get(call)!)),
    total: calls.length,
    next: from + page.length < calls.length ? traceId(page.at(-1)!) : null,
  };
}

async function window(ctx: Context, { agent, filter, order, at, count, around }: Asked<'traces.window'>) {
  const ledgers = await ledgersOf(ctx, agent);
  const choice: Choice = { agent, filter, since: null, errors: false };
  const whole = ctx.traces.lists.ordered(ledgers, choice, order);
  const index = around === null ? -1 : whole.calls.findIndex((call) => traceId(call) === around);
  const byId = new Map(ledgers.map((ledger) => [ledger.owner.id, ledger]));
  const groupOf = (group: Group): TraceGroup => {
    const [call] = group.calls;
    const ledger = byId.get(call!.owner.id)!;
    return { ...groupWords(group, order), ...(order.group === 'turn' && { turn: toTurn(turnOf(ledger, call!)!) }) };
  };
  return {
    traces: whole.calls.slice(at, at + count).map((call) => toTrace(call, null, LINE_TEXT)),
    groups: groupsAt(whole, at, count).map(groupOf),
    total: whole.calls.length,
    errors: whole.errors,
    index,
  };
}

function groupWords({ calls, from, errors, totalMs, longestMs }: Group, { group }: TraceOrder) {
  const { owner, turn, tool } = calls[0]!;
  const sums = { from, count: calls.length, errors, totalMs, longestMs };
  return group === 'tool' ? { ...sums, key: tool, tool } : { ...sums, key: `${owner.id} ${turn}` };
}

const noTrace = (id: string) =>
  new BooError('not_found', `there is no trace ${id}`, 'boocode traces lists those there are.');
