import type { Delta } from '../schema/activity.ts';
import type { Agent, Exit } from '../schema/agent.ts';
import type { Answer, Approval } from '../schema/approval.ts';
import type { ToolServer } from '../schema/bridge.ts';
import type { AgentEvent, Receipt, Report } from '../schema/event.ts';
import type { Evidence } from '../schema/status.ts';

export type { Report } from '../schema/event.ts';

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
  /** The bytes of those images, for runtimes with `pictures`: who gives the prompt has read them, since a driver reads no file. */
  pictures?: readonly Picture[] | undefined;
}

/** A picture to be sent with a prompt. */
export interface Picture {
  path: string;
  /** `image/png`, … */
  mediaType: string;
  base64: string;
}

/**
 * Drives one life of an agent over pipes: turns what it prints into reports, and what a person wants into bytes. Pure but for its own
 * memory: it takes time as argument, reads no file, starts nothing.
 *
 * After a crash of the daemon it is made anew from what was recorded, and goes on with the lines whose reports are not all on record.
 * Of a life of which nothing is recorded yet (its handshake) `start` is called again and every line is told again. Reports and bytes
 * that come of the same call again are recorded and written once: so ids on the wire are made from what is given (of the prompt, of the
 * approval) or are fixed (`initialize`), never counted or drawn by lot, and what must be known later stands in reports.
 */
export interface Driver {
  /** Its process runs. `resume`: the session to go on with; `prompt`: the first one, where the launch plan did not carry it. */
  start(ask: { resume: string | null; prompt: Prompt | null }): Effect[];
  /** One whole line that it printed; anything at all. Never throws. `at` in milliseconds since the epoch. */
  line(stream: 'stdout' | 'stderr', text: string, at: number): Effect[];
  /** What is on record of the line given last and did not come of it any more, after a crash: it hung on lines of before. */
  recall?(event: AgentEvent): void;
  /** Given only between two turns, also right after `start`; who calls holds the queue. A turn that begins afterwards is its reaction. */
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
  /** The prompt that this life began (or is about to begin) with, while no turn has begun for it: it may not be written yet. */
  given?: Prompt | null;
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
  /** What it is to be given as further tools, where its protocol says that. */
  tools?: ToolServer | null;
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
  /** It wants the bytes of images with a prompt; missing: their paths are enough, or it takes none. */
  pictures?: true;
}
