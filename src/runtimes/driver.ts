import type { Delta } from '../schema/activity.ts';
import type { Agent, Exit } from '../schema/agent.ts';
import type { Answer, Approval } from '../schema/approval.ts';
import type { Activity, AgentEvent, Receipt } from '../schema/event.ts';
import type { Evidence } from '../schema/status.ts';

/** An activity as a driver states it: who records it adds time, epoch and origin. */
type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch' | 'from'> : never;
export type Report = Unstamped<Activity> | { type: 'session'; sessionId: string };

/** What a driver wants done. Decided without side effects; the daemon carries it out in this order. */
export type Effect =
  | { type: 'report'; report: Report }
  | { type: 'delta'; delta: Delta }
  /** Bytes for its standard input, line end included. */
  | { type: 'write'; text: string }
  | { type: 'closeInput' }
  | { type: 'signal'; signal: 'SIGINT' | 'SIGTERM' }
  /** What became of the prompt of this id (row 1.11). */
  | { type: 'receipt'; prompt: string; receipt: Receipt; evidence: Evidence }
  /** The session that was to be resumed does not exist for it: begin afresh with the full prompt. */
  | { type: 'refused'; message: string };

export interface Prompt {
  /** Ours; receipts name it. */
  id: string;
  text: string;
  /** Absolute paths of files. */
  images: readonly string[];
}

/**
 * Drives one life of an agent over pipes: turns what it prints into reports, and what a person wants into bytes. Pure but for its own
 * memory: it takes time as argument, reads no file, starts nothing. Made anew after a crash of the daemon from what was recorded.
 */
export interface Driver {
  /** Its process runs. `resume`: the session to go on with; `prompt`: the first one, where the launch plan did not carry it. */
  start(ask: { resume: string | null; prompt: Prompt | null }): Effect[];
  /** One whole line that it printed; anything at all. Never throws. `at` in milliseconds since the epoch. */
  line(stream: 'stdout' | 'stderr', text: string, at: number): Effect[];
  /** Given only between two turns; who calls holds the queue. */
  prompt(prompt: Prompt, at: number): Effect[];
  /** `approval` is one that it reported with `asked` and that is still open. Its `answered` is reported by who calls. */
  answer(approval: Approval, answer: Answer, at: number): Effect[];
  /** Ends the turn that runs. */
  interrupt(at: number): Effect[];
  configure(what: { model?: string | undefined; mode?: string | undefined }, at: number): Effect[];
  /** Its process has ended: what was open is closed (tools cancelled, turn ended). */
  exited(exit: Exit, at: number): Effect[];
}

export interface DriverOptions {
  agent: Agent;
  /** Everything on record of this agent, oldest first: at the beginning of a new life that of the lives before, too. */
  past: readonly AgentEvent[];
}

/** How a structured agent's process is to be started, beside what every launch plan says. */
export interface StructuredPlan {
  /** After the program. */
  args: string[];
  /** Of ours, before the program: a bridge is Node with a file of ours, which starts the program itself. Empty: none. */
  before: string[];
  env: Record<string, string>;
  /** Written to its standard input, which is then closed; null: it stays open. */
  stdin: string | null;
  /** The prompt is in the plan already: the driver's `start` gets none. */
  carriesPrompt: boolean;
}

export interface StructuredAsk {
  agent: Agent;
  prompt: string | null;
  resume: string | null;
  /** The profile's further arguments. */
  args: readonly string[];
  model: string | null;
  mode: string | null;
  /** `CLI version` as probed; null: not known, then the newest ways are tried. */
  version: string | null;
}

/** What makes a runtime structured: it is driven over pipes, without a screen. */
export interface Structured {
  plan(ask: StructuredAsk): StructuredPlan;
  driver(options: DriverOptions): Driver;
  /** Ends after each turn: a further prompt is a new life that resumes the session. */
  oneShot: boolean;
  /** Id of the terminal runtime that opens the same session; null: none. */
  terminal: string | null;
  /** Environment and arguments with which everything is allowed unasked, where `auto` is wanted and the protocol cannot say it. */
  auto: readonly string[];
}
