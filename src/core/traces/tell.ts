import type { Tokens } from '../../schema/activity.ts';
import { TRACE_TEXT } from '../../schema/plain.ts';
import type { Provenance } from '../../schema/provenance.ts';
import type { Trace, Turn } from '../../schema/trace.ts';
import type { Call, TurnEntry } from './entry.ts';

/** What stands in the record of a call. */
export interface Texts {
  input: string;
  output: string;
}

export const traceId = ({ owner, seq }: Pick<Call, 'owner' | 'seq'>): string => `${owner.id}:${seq}`;

/** Agent and seq of the event that a trace began with; null: that is no id of a trace. */
export function placeOf(id: string): { agent: string; seq: number } | null {
  const [, agent, seq] = /^([\w-]+):(\d+)$/.exec(id) ?? [];
  return agent && seq ? { agent, seq: Number(seq) } : null;
}

/** How long it ran without what it waited for people. What agents report leaves that out themselves. */
export const latencyOf = ({ durationMs, finishedAt, startedAt, waitedMs }: Call): number | null =>
  finishedAt === null ? null : (durationMs ?? Math.max(0, finishedAt - startedAt - waitedMs));

/** What an agent reports that it ran, it did not wait. */
const waitedOf = ({ durationMs, finishedAt, startedAt, waitedMs }: Call): number =>
  finishedAt === null || durationMs === null
    ? waitedMs
    : Math.min(waitedMs, Math.max(0, finishedAt - startedAt - durationMs));

/** A call as it is told. `texts` null: of its input what is kept, of its output nothing. `limit`: characters of each. */
export function toTrace(call: Call, texts: Texts | null, limit: number = TRACE_TEXT): Trace {
  const { owner, turn, parent, tool, kind, title, startedAt, finishedAt, tokens, usd, outcome, error, model } = call;
  const input = texts?.input ?? call.head;
  const output = texts?.output ?? '';
  return {
    id: traceId(call),
    agent: owner.id,
    name: owner.name,
    turn,
    call: call.call,
    parent,
    tool,
    kind,
    title,
    input: input.slice(0, limit),
    output: output.slice(0, limit),
    cut: call.inputLength > Math.min(limit, input.length) || call.outputLength > Math.min(limit, output.length),
    startedAt,
    finishedAt,
    latencyMs: latencyOf(call),
    waitedMs: waitedOf(call),
    waitingSince: call.waitingSince,
    tokens,
    cost: usd === null ? null : { usd, provenance: 'reported' },
    outcome,
    error,
    model,
    provenance: {
      latency: latencyFrom(call),
      tokens: tokens ? 'reported' : 'unknown',
      cost: usd === null ? 'unknown' : 'reported',
    },
  };
}

/** The end of a call that nobody reported is only as well known as the end of its turn or life; so is a wait that ended unseen. */
function latencyFrom({ finishedAt, durationMs, inferred, waitGuessed }: Call): Provenance {
  if (finishedAt === null) return 'unknown';
  return inferred || (waitGuessed && durationMs === null) ? 'estimated' : durationMs === null ? 'measured' : 'reported';
}

export function toTurn(entry: TurnEntry): Turn {
  const { owner, turn, model, prompt, startedAt, outcome, message, tools, tokens, usd, seq, line, epoch } = entry;
  return {
    agent: owner.id,
    name: owner.name,
    turn,
    model,
    prompt,
    startedAt,
    durationMs: durationOf(entry),
    waitedMs: entry.waitedMs,
    waitingSince: entry.waitingSince,
    outcome,
    message,
    tools,
    ...(entry.check && { check: entry.check }),
    tokens,
    cost: usd === null ? null : { usd, provenance: entry.from.cost },
    cacheShare: tokens && cacheShare(tokens),
    reasoningShare: tokens && reasoningShare(tokens),
    seq,
    line,
    epoch,
    provenance: {
      duration: durationFrom(entry),
      tokens: tokens ? entry.from.tokens : 'unknown',
      cost: usd === null ? 'unknown' : entry.from.cost,
    },
  };
}

const durationOf = ({ durationMs, endedAt, startedAt }: TurnEntry): number | null =>
  endedAt === null ? null : (durationMs ?? Math.max(0, endedAt - startedAt));

function durationFrom({ endedAt, durationMs, inferred }: TurnEntry): Provenance {
  if (endedAt === null) return 'unknown';
  return inferred ? 'estimated' : durationMs === null ? 'measured' : 'reported';
}

/** Share of the read tokens that came from the cache, 0 to 1; null: nothing was read. */
export function cacheShare({ input, cacheRead, cacheWrite }: Tokens): number | null {
  const read = input + cacheRead + cacheWrite;
  return read > 0 ? cacheRead / read : null;
}

/** Share of the written tokens that were reasoning, 0 to 1; null: nothing was written. */
export const reasoningShare = ({ output, reasoning }: Tokens): number | null =>
  output > 0 ? Math.min(1, reasoning / output) : null;
