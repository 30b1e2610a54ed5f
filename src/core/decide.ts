import type { HostEvent, HostPulse } from '../schema/host.ts';
import type { Evidence, Status, StatusState } from '../schema/status.ts';
import { detectorFor } from './detect/index.ts';
import type { RuleBook } from './detect/types.ts';
import { programName } from './foreground.ts';
import { type Reported, reportOf } from './reported.ts';

/** A terminal title that begins with `starts` says `state`. Declared as data by runtimes, only where it was seen to be so. */
export interface TitleRule {
  starts: string;
  state: 'running' | 'waiting' | 'idle' | 'unknown';
  /** What it means, when that is not plain from the state. */
  note?: string;
}

type Event<T extends HostEvent['type']> = Extract<HostEvent, { type: T }>;

/** Everything known of a live agent that can tell what it is doing. Times in milliseconds since the epoch. */
export interface Facts {
  runtime: string;
  /** It is driven over its protocol: what it reports is certain. Else reports come from its hooks. */
  structured: boolean;
  reported: Reported;
  /** The rules of its screen; undefined: it has none. */
  book: RuleBook | undefined;
  /** Why it is given nothing more for now, and who says so; null: it is not held. */
  paused: Evidence | null;
  /** Name of its own shell when it is one that a person types to. */
  shell: string | null;
  titles: readonly TitleRule[];
  /** Milliseconds without output, while certainly working, after which it counts as stalled; null: never. */
  stalledAfter: number | null;
  startedAt: number;
  pulse: HostPulse | null;
  outputAt: number | null;
  /** How long output counts as activity, in milliseconds. */
  quietAfter: number;
  bellAt: number | null;
  title: string;
  mark: Event<'mark'> | null;
  progress: Event<'progress'> | null;
}

export interface Decision {
  state: StatusState;
  evidence: Evidence;
  waitingFor?: Status['waitingFor'];
  /** When time alone may change it; null: never. */
  until: number | null;
  /** Surely at work: silence then means that it is stuck. */
  working?: boolean;
}

const MINUTE = 60_000;
/**
 * Milliseconds that a screen may lag behind a hook (a spinner is drawn after the prompt was taken). What it certainly shows
 * later counts more: Esc at a dialog of Claude Code, or in the middle of a turn, is told by no hook.
 */
const SCREEN_LAG_MS = 1500;

type Rule = (facts: Facts, now: number) => Decision | null;

/** What a live agent is doing: the most certain kind of fact that says anything, decides. Nothing certain: `unknown`. */
export function decide(facts: Facts, now: number): Decision {
  for (const { rule } of RULES) {
    const found = rule(facts, now);
    if (found) return orPaused(orStalled(found, facts, now), facts);
  }
  return orPaused(fromOutput(facts, now), facts);
}

/** What one kind of fact says of an agent, `null`: nothing. */
export interface Weighed {
  rule: string;
  decision: Decision | null;
  /** Why it says nothing. */
  lacks: string;
}

/** Every kind of fact with what it says, in the order in which they are asked: the first that says anything, decides. */
export const weigh = (facts: Facts, now: number): Weighed[] =>
  [...RULES, OUTPUT].map(({ name, lacks, rule }) => ({ rule: name, decision: rule(facts, now), lacks }));

/** Rule 1: what a structured runtime reported. Nothing overrules it. */
function fromProtocol({ structured, reported }: Facts): Decision | null {
  const said = structured ? reportOf(reported) : null;
  return said && by('protocol', said);
}

/** Rule 2: what the hooks of a terminal agent reported, unless its screen certainly shows something else. */
function fromHook(facts: Facts, now: number): Decision | null {
  const { structured, reported } = facts;
  // That a session has begun proves no rest: a dialog of its own may stand before its first turn.
  const said = structured ? null : reportOf({ ...reported, ready: false });
  if (!said) return null;
  const seen = fromScreen(facts, now);
  if (!seen || (seen.state === said.state && seen.waitingFor === said.waitingFor)) return by('hook', said);
  if (seen.state === 'unknown') return by('hook', said);
  // A dialog that no hook tells of is a fact at once; a hook tells of it before it is drawn.
  if (seen.state === 'waiting') return said.state === 'waiting' ? by('hook', said) : null;
  // Others are at work on their screen while a hook of theirs is held open.
  if (said.state === 'waiting' && seen.state === 'running' && !facts.book?.asksBesideHook) return by('hook', said);
  const overruledAt = reported.at + SCREEN_LAG_MS;
  return now < overruledAt ? { ...by('hook', said), until: overruledAt } : null;
}

const by = (source: 'protocol' | 'hook', { state, detail, waitingFor }: NonNullable<ReturnType<typeof reportOf>>) => ({
  ...sure(state, source, detail, state === 'running'),
  ...(waitingFor && { waitingFor }),
});

/** Rule 3: what a rule of its own reads off the screen. */
function fromScreen({ runtime, book, pulse, title, outputAt, startedAt }: Facts, now: number): Decision | null {
  const detect = detectorFor(runtime, book);
  const seen = pulse && detect?.({ lines: pulse.lines, cursor: pulse.cursor, title });
  if (!seen) return null;
  const { state, detail, waitingFor, forMs } = seen;
  const until = forMs === undefined ? null : (outputAt ?? startedAt) + forMs;
  if (until !== null && now >= until) return null;
  const evidence: Evidence = { source: 'prompt', detail };
  return { state, evidence, until, working: state === 'running', ...(waitingFor && { waitingFor }) };
}

/** Rule 4: OSC 133. A prompt mark counts only while nothing else is in the foreground: not every shell says when a command starts. */
function fromMark({ mark, pulse, shell }: Facts): Decision | null {
  if (!mark) return null;
  if (mark.mark === 'C') return sure('running', 'osc133', 'a command runs in it', true);
  if (shell !== null && pulse?.foreground != null && programName(pulse.foreground) !== shell) return null;
  if (mark.mark !== 'D') return sure('idle', 'osc133', 'it is at its prompt');
  const code = mark.exitCode === null ? '' : ` with exit code ${mark.exitCode}`;
  return sure('idle', 'osc133', `its last command ended${code}`);
}

/** Rule 5: OSC 9;4, unless who set it is gone and the shell is back. */
function fromProgress({ progress, shell, pulse }: Facts): Decision | null {
  if (!progress || (progress.state !== 1 && progress.state !== 3)) return null;
  if (shell !== null && pulse?.foreground != null && programName(pulse.foreground) === shell) return null;
  return sure('running', 'progress', 'it reports progress', true);
}

/** Rule 6: which program has a shell's terminal. */
function fromForeground({ shell, pulse }: Facts): Decision | null {
  if (shell === null || !pulse || pulse.foreground === null) return null;
  const name = programName(pulse.foreground);
  if (name === shell) return sure('idle', 'process', 'its shell is in the foreground');
  return sure('running', 'process', `${name} is in the foreground`);
}

/** Rule 7: titles of which it is known what they mean. */
function fromTitle({ title, titles }: Facts): Decision | null {
  const rule = titles.find((one) => title.startsWith(one.starts));
  if (!rule) return null;
  const detail = `title ${JSON.stringify(title)}${rule.note ? `: ${rule.note}` : ''}`;
  return sure(rule.state, 'title', detail, rule.state === 'running');
}

/** Rule 8: output just now is activity. Rule 9: silence proves nothing, and a bell only asks for attention. */
function fromOutput({ outputAt, startedAt, quietAfter, bellAt }: Facts, now: number): Decision {
  const quietAt = (outputAt ?? startedAt) + quietAfter;
  if (now < quietAt) {
    const [source, detail] = outputAt === null ? (['process', 'it has just started'] as const) : PRINTED;
    return { ...sure('running', source, detail), until: quietAt };
  }
  if (outputAt === null) return sure('unknown', 'none', 'it has printed nothing yet, and nothing says why');
  const rang = bellAt !== null && bellAt >= outputAt - quietAfter;
  if (rang) return sure('unknown', 'bell', 'it rang and stopped printing, and nothing says why');
  return sure('unknown', 'output', 'it stopped printing, and nothing says why');
}
const PRINTED = ['output', 'it printed just now'] as const;

/** The most certain first. */
const RULES: readonly { name: string; lacks: string; rule: Rule }[] = [
  { name: 'protocol', lacks: 'it is driven by its screen, or has reported nothing yet', rule: fromProtocol },
  { name: 'hooks', lacks: 'its hooks have reported nothing, or its screen certainly shows otherwise', rule: fromHook },
  { name: 'screen', lacks: 'no rule of its own reads anything certain off its screen', rule: fromScreen },
  { name: 'shell marks', lacks: 'it marks no prompts that count now', rule: fromMark },
  { name: 'progress', lacks: 'it reports no progress', rule: fromProgress },
  { name: 'foreground', lacks: 'it is no shell that a person types to', rule: fromForeground },
  { name: 'title', lacks: 'its title is none whose meaning is known', rule: fromTitle },
];
const OUTPUT = { name: 'output', lacks: '', rule: fromOutput };

/** Certainly at work, but silent for too long. */
function orStalled(found: Decision, facts: Facts, now: number): Decision {
  if (!found.working || facts.stalledAfter === null) return found;
  const stalledAt = (facts.outputAt ?? facts.startedAt) + facts.stalledAfter;
  if (now < stalledAt) return { ...found, until: Math.min(found.until ?? stalledAt, stalledAt) };
  const { source, detail } = found.evidence;
  const ms = facts.stalledAfter;
  const time = ms < MINUTE ? `${ms / 1000} s` : `${Math.round((ms / MINUTE) * 10) / 10} min`;
  return sure('stalled', source, `${detail}, but it printed nothing for ${time}`);
}

/** Held between two turns: a turn that runs or a question that is open stays what it is. */
function orPaused(found: Decision, { paused }: Facts): Decision {
  const rests = found.state === 'idle' || (found.state === 'waiting' && found.waitingFor === 'input');
  return paused !== null && rests ? sure('paused', paused.source, paused.detail) : found;
}

const sure = (state: StatusState, source: Evidence['source'], detail: string, working = false): Decision => ({
  state,
  evidence: { source, detail },
  until: null,
  working,
});
