import type { Agent } from '../schema/agent.ts';
import type { Approval } from '../schema/approval.ts';
import type { AgentEvent } from '../schema/event.ts';
import type { Status } from '../schema/status.ts';

/** What an agent itself reported of a life, over its protocol or by its hooks. Immutable. */
export interface Reported {
  /** Null: nothing of a turn is known in this life. */
  turn: { number: number; runs: boolean; end: string } | null;
  /** It has said that it is up: structured agents wait for a prompt from then on. */
  ready: boolean;
  /** A prompt is to be given to it, or was and no turn has begun. */
  asked: boolean;
  /** Requests that are open, oldest first; those that were read off its screen are no report. */
  open: readonly Pick<Approval, 'id' | 'kind' | 'title'>[];
  /** What its provider does not give it, while it tries again by itself. */
  retrying: string | null;
  /** When it last reported anything of this itself, in milliseconds since the epoch. */
  at: number;
}

export const NOTHING_REPORTED: Reported = { turn: null, ready: false, asked: false, open: [], retrying: null, at: 0 };

/** What such an agent is doing, as it said itself; null: it has not said. */
export interface Report {
  state: 'running' | 'waiting' | 'idle';
  detail: string;
  waitingFor?: Status['waitingFor'];
}

const isReport = ({ via }: Approval) => via.type !== 'screen';

/** What was reported, after an event; the same reference when it says nothing of this. */
export function learnReport(old: Reported, event: AgentEvent): Reported {
  const { at } = event;
  switch (event.type) {
    case 'session':
    case 'configured':
      return old.ready ? old : { ...old, ready: true, at };
    case 'queued': {
      const asked = event.prompts.length > 0;
      return asked === old.asked ? old : { ...old, asked };
    }
    case 'prompted':
      return old.asked && event.receipt === 'not delivered' ? { ...old, asked: false } : old;
    case 'turnStarted':
      return { ...old, turn: { number: event.turn, runs: true, end: '' }, ready: true, retrying: null, at };
    case 'turnEnded': {
      const why = event.message ? `: ${event.message}` : '';
      const end = event.outcome === 'completed' ? 'is done' : `${OUTCOMES[event.outcome]}${why}`;
      return { ...old, turn: { number: event.turn, runs: false, end }, ready: true, retrying: null, at };
    }
    case 'asked': {
      if (!isReport(event.approval)) return old;
      return { ...old, open: [...old.open.filter(({ id }) => id !== event.approval.id), event.approval], at };
    }
    case 'answered':
      if (!old.open.some(({ id }) => id === event.id)) return old;
      // A request that went away by itself is no word of the agent about what it does now.
      return {
        ...old,
        open: old.open.filter(({ id }) => id !== event.id),
        at: event.by.who === 'withdrawn' || event.by.who === 'elsewhere' ? old.at : at,
      };
    case 'troubled':
      return { ...old, retrying: event.trouble.retries ? event.trouble.message : null, at };
    case 'said':
    case 'thought':
    case 'toolStarted':
    case 'toolFinished':
      // It goes on: whatever it tried again has worked.
      return old.retrying === null ? old : { ...old, retrying: null, at };
    default:
      return old;
  }
}
const OUTCOMES = { interrupted: 'was interrupted', failed: 'failed' };

/** What an agent had reported in its present life when its daemon ended, from what is kept of it. */
export function reportedBefore({ turn, approvals, trouble, status, queue }: Agent): Reported {
  const open = (approvals ?? []).filter(isReport);
  const runs = turn !== undefined && turn.startedAt !== null;
  const said = status.evidence.source === 'protocol' || status.evidence.source === 'hook';
  const rested = turn !== undefined && said ? { number: turn.number, runs: false, end: 'is done' } : null;
  return {
    turn: runs ? { number: turn.number, runs: true, end: '' } : rested,
    ready: runs || said,
    asked: queue !== undefined && queue.length > 0,
    open,
    retrying: runs && trouble?.retries ? trouble.message : null,
    at: turn?.startedAt ?? open.at(-1)?.at ?? status.since,
  };
}

/** What the agent is doing by its own word. */
export function reportOf({ turn, ready, asked, open, retrying }: Reported): Report | null {
  const first = open[0];
  if (first) {
    const more = open.length > 1 ? `, and ${open.length - 1} more` : '';
    const asks = first.kind === 'question' ? 'it asks' : 'it asks to allow';
    const waitingFor = first.kind === 'question' ? 'question' : 'approval';
    return { state: 'waiting', detail: `${asks}: ${first.title}${more}`, waitingFor };
  }
  if (turn?.runs) {
    return { state: 'running', detail: retrying === null ? `turn ${turn.number} runs` : `it tries again: ${retrying}` };
  }
  if (turn) return { state: 'idle', detail: `turn ${turn.number} ${turn.end}` };
  // It does not rest: whoever waited for that would think its work done before it began.
  if (ready && asked) return { state: 'running', detail: 'it is up, and its prompt is on its way to it' };
  return ready ? { state: 'idle', detail: 'it is up and waits for a prompt' } : null;
}
