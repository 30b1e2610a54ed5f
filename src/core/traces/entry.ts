import type { Tokens, ToolKind, ToolOutcome } from '../../schema/activity.ts';
import type { Provenance } from '../../schema/provenance.ts';
import type { TurnCheck } from '../../schema/trace.ts';

/** Characters of a tool's input that are kept in memory: what lists show of it in a row, and filters look at. */
export const HEAD = 600;
/** Characters of an error that are kept. */
export const ERROR_TEXT = 500;
/** Characters of a prompt that are kept with its turn. */
export const PROMPT_TEXT = 2000;

export interface Owner {
  /** Id and name of the agent. */
  id: string;
  name: string;
}

/** One tool call as it is kept in memory: without its texts, but with where they stand in the record. */
export interface Call {
  /** Of the event that it began with, in the record of its agent. */
  seq: number;
  owner: Owner;
  epoch: number;
  turn: number;
  /** As its agent calls it, and the call that it belongs to. */
  call: string;
  parent: string | null;
  tool: string;
  kind: ToolKind;
  title: string;
  /** The beginning of its input. */
  head: string;
  /** Characters of input and output. */
  inputLength: number;
  outputLength: number;
  startedAt: number;
  finishedAt: number | null;
  /** As reported; null: measured from its two events. */
  durationMs: number | null;
  /** How long it waited for answers so far, and since when it does now (null: it does not). Milliseconds. */
  waitedMs: number;
  waitingSince: number | null;
  /** When an answer came is not known for certain. */
  waitGuessed: boolean;
  tokens: Tokens | null;
  usd: number | null;
  outcome: ToolOutcome | null;
  error: string | null;
  model: string | null;
  /** Nobody reported its end: its turn or life was over. */
  inferred: boolean;
  /** The place in the record of what was last said of its beginning, and of its end. */
  begun: number;
  ended: number | null;
}

export interface TurnEntry {
  owner: Owner;
  turn: number;
  epoch: number;
  model: string | null;
  prompt: string | null;
  startedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  /** As of a call: while any request of it is open. */
  waitedMs: number;
  waitingSince: number | null;
  outcome: 'completed' | 'interrupted' | 'failed' | null;
  message: string | null;
  tools: number;
  errors: number;
  check: TurnCheck | null;
  tokens: Tokens | null;
  usd: number | null;
  /** Of tokens and cost: as the worst known of its parts. */
  from: { tokens: Provenance; cost: Provenance };
  seq: number;
  line: number | null;
  inferred: boolean;
}

/** What was used at one moment. */
export interface Usage {
  at: number;
  model: string | null;
  tokens: Tokens | null;
  usd: number | null;
  from: { tokens: Provenance; cost: Provenance };
}

/**
 * The beginning of a text as a text of its own: a slice would keep the whole alive. A character made of two halves is not
 * split.
 */
export function headOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const end = last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
  return JSON.parse(JSON.stringify(text.slice(0, end))) as string;
}

export const isError = (outcome: Call['outcome']): boolean => outcome === 'failed';

export const blankCall = (owner: Owner, seq: number): Call => ({
  seq,
  owner,
  epoch: 1,
  turn: 0,
  call: '',
  parent: null,
  tool: 'unknown',
  kind: 'other',
  title: '',
  head: '',
  inputLength: 0,
  outputLength: 0,
  startedAt: 0,
  finishedAt: null,
  durationMs: null,
  waitedMs: 0,
  waitingSince: null,
  waitGuessed: false,
  tokens: null,
  usd: null,
  outcome: null,
  error: null,
  model: null,
  inferred: false,
  begun: 0,
  ended: null,
});

export const blankTurn = (owner: Owner): TurnEntry => ({
  owner,
  turn: 0,
  epoch: 1,
  model: null,
  prompt: null,
  startedAt: 0,
  endedAt: null,
  durationMs: null,
  waitedMs: 0,
  waitingSince: null,
  outcome: null,
  message: null,
  tools: 0,
  errors: 0,
  check: null,
  tokens: null,
  usd: null,
  from: { tokens: 'unknown', cost: 'unknown' },
  seq: 0,
  line: null,
  inferred: false,
});
