import type { RateLimit, Tokens } from '../../schema/activity.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Approval } from '../../schema/approval.ts';
import type { DriverOptions, Prompt } from '../driver.ts';
import { parseObject } from '../json.ts';
import { Open } from '../open.ts';
import { changesOf, type FileChange } from './diff.ts';
import { parseTotalKey } from './usage.ts';

/** What a driver remembers of its agent; made anew from the record, it knows what it needs to go on. */
export interface Memory {
  agent: Agent;
  open: Open;
  /** Its app server has been greeted. */
  up: boolean;
  model: string | null;
  thread: string | null;
  /** Codex's id of the turn that runs; '' is what it takes for whichever runs. */
  turn: string;
  /** Given to it, and no turn of it has begun. */
  prompt: Prompt | null;
  /** Given before its thread was open. */
  waiting: Prompt | null;
  /** Sums that were told before, per thread. */
  totals: Map<string, Tokens>;
  limits: Map<string, RateLimit>;
  /** Open ones, whole, by the JSON of Codex's id for them. */
  requests: Map<string, Approval>;
  /** Of open fileChange items. */
  changes: Map<string, FileChange[]>;
  /** Threads of its subagents ▶ the tool calls that they belong to. */
  parents: Map<string, string>;
  /** The failure of this turn has been told. */
  troubled: boolean;
}

export function remember({ agent, past, given = null }: DriverOptions): Memory {
  const memory: Memory = {
    agent,
    open: new Open(past),
    up: false,
    model: agent.model ?? null,
    // One from a life before does not run in this one.
    thread: past.some(({ type, epoch }) => type === 'configured' && epoch === agent.epoch) ? agent.sessionId : null,
    turn: '',
    prompt: null,
    waiting: given,
    totals: new Map(),
    limits: new Map(agent.rateLimits.map((limit) => [limit.scope, limit])),
    requests: new Map(),
    changes: new Map(),
    parents: new Map(),
    troubled: false,
  };
  for (const event of past) {
    if (event.epoch !== agent.epoch) continue;
    switch (event.type) {
      case 'used': {
        const known = parseTotalKey(event.key);
        if (known) memory.totals.set(known.thread, known.total);
        break;
      }
      case 'turnStarted':
        memory.troubled = false;
        break;
      case 'troubled':
        memory.troubled = !event.trouble.retries;
        break;
      case 'asked':
        keepRequest(memory, event.approval);
        break;
      case 'answered':
        dropRequest(memory, event.id);
        break;
      case 'toolStarted':
        if (event.tool === 'fileChange') memory.changes.set(event.call, changesOf(parseObject(event.input) ?? {}));
        break;
      case 'toolFinished':
        memory.changes.delete(event.call);
        break;
    }
  }
  return memory;
}

const requestKey = ({ via }: Approval): string | null =>
  via.type === 'protocol' ? JSON.stringify(parseObject(via.request)?.id) : null;

export function keepRequest({ requests }: Memory, approval: Approval): void {
  const key = requestKey(approval);
  if (key !== null) requests.set(key, approval);
}

/** The request of this id of ours, whole, which is then open no more. */
export function dropRequest({ requests, open }: Memory, id: string): Approval | null {
  open.approvals.delete(id);
  for (const [key, approval] of requests) {
    if (approval.id !== id) continue;
    requests.delete(key);
    return approval;
  }
  return null;
}
