import type { AgentEvent } from '../schema/event.ts';
import type { HostEvent, HostPulse } from '../schema/host.ts';
import type { Evidence, Status, StatusState } from '../schema/status.ts';
import { type Decision, decide, type Facts, type TitleRule } from './decide.ts';
import { bookOf } from './detect/index.ts';
import type { RuleBook } from './detect/types.ts';
import { interactiveShell } from './foreground.ts';
import { learnReport, NOTHING_REPORTED, type Reported } from './reported.ts';

/** How long output counts as activity, in milliseconds. */
const QUIET_MS = 2000;
/** An agent that prints now and then (a clock, a spinner at rest) would flicker: its own rhythm stretches the time, up to this. */
const QUIET_MAX_MS = 15_000;
/** Idle and unknown are said only after they have held for this long: between two commands a shell is idle for a blink. */
const HOLD_MS = 400;

export type Signal =
  | { type: 'pulse'; pulse: HostPulse }
  | { type: 'host'; event: HostEvent }
  /** What a structured runtime or a hook reported, or that a person or a budget holds it. */
  | { type: 'activity'; event: AgentEvent }
  /** What holds it now; null: nothing does any more. */
  | { type: 'held'; by: Evidence | null }
  /** The rules of its screen have changed. */
  | { type: 'rules'; book: RuleBook | undefined }
  | { type: 'tick' };

/** What is remembered of one live agent between two signals. Immutable. */
export interface Observation {
  facts: Facts;
  /** What was said last. */
  said: Said | null;
  /** What will be said if it holds until `since + HOLD_MS`. */
  held: { said: Said; since: number } | null;
}
export interface Said {
  state: StatusState;
  evidence: Evidence;
  waitingFor?: Status['waitingFor'];
}

export interface Observed {
  memory: Observation;
  /** Set when there is something new to say. */
  status?: Said;
  /** When to call again with a tick if nothing else comes first, in milliseconds since the epoch; null: no need. */
  recheckAt: number | null;
}

/**
 * Begins to watch a life of an agent: at its start, or when a daemon finds it again (then with the title its host knows).
 * `stalledAfter` in milliseconds, null: never. Call `observe` with a tick right after, for the first `recheckAt`.
 */
export function observeStart(agent: {
  runtime: string;
  argv: readonly string[];
  startedAt: number;
  stalledAfter: number | null;
  titles?: readonly TitleRule[];
  title?: string;
  structured?: boolean;
  /** Rules of its screen, where they are not the built-in ones. */
  book?: RuleBook | undefined;
  /** What it reported in this life before (core/reported). */
  reported?: Reported;
  paused?: Evidence | undefined;
}): Observation {
  const facts: Facts = {
    runtime: agent.runtime,
    structured: agent.structured ?? false,
    book: 'book' in agent ? agent.book : bookOf(agent.runtime),
    reported: agent.reported ?? NOTHING_REPORTED,
    paused: agent.paused ?? null,
    shell: interactiveShell(agent.argv),
    titles: agent.titles ?? [],
    stalledAfter: agent.stalledAfter,
    startedAt: agent.startedAt,
    pulse: null,
    outputAt: null,
    quietAfter: QUIET_MS,
    bellAt: null,
    title: agent.title ?? '',
    mark: null,
    progress: null,
  };
  return { facts, said: null, held: null };
}

/** Folds a signal in and says what the agent is doing, if that is new. `now` in milliseconds since the epoch. */
export function observe(memory: Observation, signal: Signal, now: number): Observed {
  const facts = learn(memory.facts, signal, now);
  const found = decide(facts, now);
  const next: Said = {
    state: found.state,
    evidence: found.evidence,
    ...(found.waitingFor && { waitingFor: found.waitingFor }),
  };
  if (memory.said && same(memory.said, next)) return settle({ ...memory, facts, held: null }, found);
  const quietly = next.state === 'idle' || next.state === 'unknown';
  if (!quietly || next.state === memory.said?.state) return say(memory, facts, next, found);
  const since = memory.held?.said.state === next.state ? memory.held.since : trueSince(next, signal, now);
  if (now - since >= HOLD_MS) return say(memory, facts, next, found);
  return { memory: { ...memory, facts, held: { said: next, since } }, recheckAt: since + HOLD_MS };
}

const say = (memory: Observation, facts: Facts, said: Said, found: Decision): Observed => ({
  ...settle({ ...memory, facts, said, held: null }, found),
  status: said,
});

/** What a screen shows has held since it was drawn, which is told only once it has stood for a moment or a pulse is due. */
const trueSince = ({ evidence }: Said, signal: Signal, now: number): number =>
  evidence.source === 'prompt' && signal.type === 'pulse' ? Math.min(signal.pulse.outputAt, now) : now;

const settle = (memory: Observation, found: Decision): Observed => ({ memory, recheckAt: found.until });

const same = (a: Said, b: Said) =>
  a.state === b.state &&
  a.waitingFor === b.waitingFor &&
  a.evidence.source === b.evidence.source &&
  a.evidence.detail === b.evidence.detail;

function learn(facts: Facts, signal: Signal, now: number): Facts {
  if (signal.type === 'tick') return facts;
  if (signal.type === 'rules') return { ...facts, book: signal.book };
  if (signal.type === 'held') return { ...facts, paused: signal.by };
  if (signal.type === 'activity') return learnActivity(facts, signal.event, now);
  if (signal.type === 'pulse') {
    const { pulse } = signal;
    const printed = pulse.bytes > 0 ? printedAt(facts, pulse.outputAt) : facts;
    return { ...printed, pulse };
  }
  const { event } = signal;
  switch (event.type) {
    case 'title':
      return { ...facts, title: event.title };
    case 'bell':
      return { ...facts, bellAt: now };
    case 'mark':
      return { ...facts, mark: event };
    case 'progress':
      return { ...facts, progress: event };
    case 'line':
      return printedAt(facts, now);
    default:
      return facts;
  }
}

/** A report is a sign of life as output is, but of a terminal agent only its own output tells its rhythm. */
function learnActivity(facts: Facts, event: AgentEvent, now: number): Facts {
  if (event.type === 'paused')
    return { ...facts, paused: event.paused ? { source: 'user', detail: event.reason } : null };
  const reported = learnReport(facts.reported, event);
  const known = reported === facts.reported ? facts : { ...facts, reported };
  return facts.structured ? printedAt(known, now) : known;
}

/** Notes output; the gap since the last one stretches (or, after a long silence, resets) how long output counts. */
function printedAt(facts: Facts, at: number): Facts {
  if (facts.outputAt !== null && at <= facts.outputAt) return facts;
  const gap = facts.outputAt === null ? 0 : at - facts.outputAt;
  const quietAfter =
    gap > QUIET_MAX_MS ? QUIET_MS : Math.min(QUIET_MAX_MS, Math.max(facts.quietAfter, QUIET_MS, gap * 1.5));
  return { ...facts, outputAt: at, quietAfter };
}
