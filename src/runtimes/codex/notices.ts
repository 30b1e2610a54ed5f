import { plainMessage } from '../../core/plain-message.ts';
import type { PlanEntry } from '../../schema/activity.ts';
import type { Effect, Report } from '../driver.ts';
import { countOf, type Json, listOf, numberOrNull, objectOf, objectsOf, textOf } from '../json.ts';
import { changesOf } from './diff.ts';
import { IDLE } from './glance.ts';
import { itemCompleted, itemStarted, type Place } from './items.ts';
import { dropRequest, type Memory } from './memory.ts';
import { modeOf } from './modes.ts';
import { beginTurn } from './turns.ts';
import { limitsOf, tokensOf, totalKey, troubleOf, usedSince } from './usage.ts';

export interface Notice {
  method: string;
  params: Json;
  at: number;
  /** When the app server says that it said so. */
  said: unknown;
}

type Handler = (memory: Memory, params: Json, notice: Notice) => Effect[];

const report = (one: Report): Effect => ({ type: 'report', report: one });
const nothing: Handler = () => [];
/** About the machine or the config, told at every start. */
const said: Handler = (_memory, { summary, details }) => {
  const text = [summary, details].map(textOf).filter(Boolean).join(' ');
  return [report({ type: 'raw', stream: 'stdout', why: 'text', text })];
};

/** Null: a notification that is not known. */
export function onNotification(memory: Memory, notice: Notice): Effect[] | null {
  const handler = HANDLERS[notice.method];
  return handler ? handler(memory, notice.params, notice) : null;
}

/** Of another thread than the agent's own: one of its subagents. */
const isOther = ({ thread }: Memory, params: Json) =>
  typeof params.threadId === 'string' && thread !== null && params.threadId !== thread;

const placeOf = (memory: Memory, params: Json): Place => ({
  turn: memory.open.turn,
  cwd: memory.agent.cwd,
  parent: isOther(memory, params) ? (memory.parents.get(textOf(params.threadId)) ?? textOf(params.threadId)) : null,
});

const delta =
  (kind: 'said' | 'thought' | 'output'): Handler =>
  (_memory, { itemId, delta: text }) => [{ type: 'delta', delta: { item: textOf(itemId), kind, text: textOf(text) } }];

const HANDLERS: Record<string, Handler> = {
  'turn/started': turnStarted,
  'turn/completed': turnCompleted,
  'turn/plan/updated': (_memory, { plan }) => [report({ type: 'planned', entries: objectsOf(plan).map(planEntry) })],
  'item/started': (memory, params) => {
    const item = objectOf(params.item);
    if (item.type === 'fileChange') memory.changes.set(textOf(item.id), changesOf(item));
    adopt(memory, item);
    return itemStarted(item, placeOf(memory, params)).map(report);
  },
  'item/completed': completed,
  'item/agentMessage/delta': delta('said'),
  'item/plan/delta': delta('said'),
  'item/reasoning/summaryTextDelta': delta('thought'),
  'item/reasoning/textDelta': delta('thought'),
  'item/reasoning/summaryPartAdded': (_memory, { itemId, summaryIndex }) =>
    countOf(summaryIndex) === 0
      ? []
      : [{ type: 'delta', delta: { item: textOf(itemId), kind: 'thought', text: '\n\n' } }],
  'item/commandExecution/outputDelta': delta('output'),
  'thread/tokenUsage/updated': tokenUsage,
  'account/rateLimits/updated': rateLimits,
  'thread/settings/updated': (memory, params) => {
    if (isOther(memory, params)) return [];
    const { model, approvalPolicy, sandboxPolicy } = objectOf(params.threadSettings);
    return [report({ type: 'configured', model: textOf(model) || null, mode: modeOf(approvalPolicy, sandboxPolicy) })];
  },
  'serverRequest/resolved': resolved,
  error: (memory, { error, willRetry }, { at }) => {
    memory.troubled = willRetry !== true;
    return [report({ type: 'troubled', trouble: troubleOf(objectOf(error), willRetry === true, memory, at) })];
  },
  warning: (memory, { message }, { at }) => [
    report({ type: 'said', item: `warning-${memory.open.turn}-${at}`, who: 'system', text: textOf(message) }),
  ],
  configWarning: said,
  deprecationNotice: said,
  ...Object.fromEntries(IDLE.map((method) => [method, nothing])),
};

function turnStarted(memory: Memory, params: Json): Effect[] {
  return isOther(memory, params) ? [] : beginTurn(memory, textOf(objectOf(params.turn).id), memory.prompt);
}

function turnCompleted(memory: Memory, params: Json, { at }: Notice): Effect[] {
  if (isOther(memory, params)) return [];
  const { status, error, durationMs } = objectOf(params.turn);
  const { open, troubled } = memory;
  memory.turn = '';
  const outcome = status === 'interrupted' || status === 'failed' ? status : 'completed';
  const failure = objectOf(error);
  const message = outcome === 'failed' ? plainMessage(textOf(failure.message)) || 'Codex says no reason' : null;
  const left = open.running ? open.turn : null;
  if (left === null) return [];
  const trouble = troubleOf(failure, false, memory, at);
  return [
    ...(outcome === 'failed' && !troubled ? [report({ type: 'troubled', trouble })] : []),
    ...withdrawAll(memory, 'its turn ended'),
    ...(outcome === 'completed' ? [] : [...open.tools].map((call) => cancelled(call))),
    report({ type: 'turnEnded', turn: left, outcome, message, durationMs: numberOrNull(durationMs) }),
  ];
}

/** Codex says no more of what ran when its turn was ended. */
const cancelled = (call: string): Effect =>
  report({
    ...{ type: 'toolFinished', call, outcome: 'cancelled', output: '', error: 'its turn ended' },
    ...{ diff: null, durationMs: null },
  });

const withdrawn = (id: string, detail: string): Effect =>
  report({ type: 'answered', id, answer: null, by: { who: 'withdrawn', detail } });

const withdrawAll = (memory: Memory, why: string): Effect[] =>
  [...memory.requests.values()].map(({ id }) => {
    dropRequest(memory, id);
    return withdrawn(id, why);
  });

/** Those that we answered are forgotten by then. */
function resolved(memory: Memory, { requestId }: Json): Effect[] {
  const approval = memory.requests.get(JSON.stringify(requestId));
  if (!approval) return [];
  dropRequest(memory, approval.id);
  return [withdrawn(approval.id, 'Codex does not wait for it any more')];
}

function completed(memory: Memory, params: Json): Effect[] {
  const item = objectOf(params.item);
  memory.changes.delete(textOf(item.id));
  adopt(memory, item);
  if (item.type === 'userMessage') return isOther(memory, params) ? [] : userMessage(item);
  return itemCompleted(item, placeOf(memory, params), memory.open.tools.has(textOf(item.id))).map(report);
}

/** Our prompts have an id of ours, and stand at the beginning of their turn; a reason, or what comes from elsewhere, has none. */
function userMessage(item: Json): Effect[] {
  const texts = objectsOf(item.content).map(({ text }) => textOf(text));
  const text = texts.filter(Boolean).join('\n');
  return text === '' || typeof item.clientId === 'string'
    ? []
    : [report({ type: 'said', item: textOf(item.id), who: 'user', text })];
}

/** Whose work the threads of subagents are. */
function adopt({ parents }: Memory, item: Json): void {
  if (item.type !== 'collabAgentToolCall') return;
  for (const thread of listOf(item.receiverThreadIds))
    if (!parents.has(textOf(thread))) parents.set(textOf(thread), textOf(item.id));
}

function tokenUsage(memory: Memory, params: Json): Effect[] {
  const thread = textOf(params.threadId);
  const usage = objectOf(params.tokenUsage);
  const total = tokensOf(objectOf(usage.total));
  const last = objectOf(usage.last);
  const { open, totals, model } = memory;
  const before = totals.get(thread) ?? null;
  totals.set(thread, total);
  const size = numberOrNull(usage.modelContextWindow);
  const context = { type: 'context' as const, used: countOf(last.totalTokens), size: size ?? 0 };
  const told = size === null || isOther(memory, params) ? [] : [report(context)];
  // What a thread used before it was resumed is told between two turns, and was counted in the life before.
  const tokens = open.running ? usedSince(before, total, tokensOf(last)) : null;
  if (!tokens) return told;
  const provenance = { tokens: 'reported', cost: 'unknown' } as const;
  const key = totalKey(thread, total);
  return [report({ type: 'used', turn: open.turn, key, model, tokens, usd: null, provenance }), ...told];
}

function rateLimits({ limits }: Memory, params: Json, { at, said }: Notice): Effect[] {
  return limitsOf(objectOf(params.rateLimits), numberOrNull(said) ?? at).flatMap((limit) => {
    const old = limits.get(limit.scope);
    limits.set(limit.scope, limit);
    const same =
      old?.usedPercent === limit.usedPercent && old.resetsAt === limit.resetsAt && old.status === limit.status;
    return same ? [] : [report({ type: 'limited', limit })];
  });
}

const STEPS: Record<string, PlanEntry['status']> = { inProgress: 'running', completed: 'done' };
const planEntry = ({ step, status }: Json): PlanEntry => ({
  text: textOf(step),
  status: STEPS[textOf(status)] ?? 'pending',
});
