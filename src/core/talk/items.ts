import type { PlanEntry, ToolKind, ToolOutcome } from '../../schema/activity.ts';
import type { Answer, Answerer, Approval } from '../../schema/approval.ts';
import type { Receipt } from '../../schema/event.ts';

interface Common {
  /** Unique in its talk, and the same after a reload. */
  key: string;
  /** Counts changes, so that what was made of it can be kept until it differs. */
  version: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What a person (or a rule) asked; with it a turn begins, once that is known. Empty text: a turn that nobody asked for. */
export interface PromptItem extends Common {
  kind: 'prompt';
  text: string;
  turn: number | null;
  receipt: Receipt | null;
  /** Why the receipt is what it is. */
  detail: string;
}
export interface SpokenItem extends Common {
  kind: 'said' | 'thought';
  who: 'agent' | 'user' | 'system';
  text: string;
  /** It still grows: text is only added at its end. */
  live: boolean;
  /** No Markdown: its lines stand as they are. */
  plain?: boolean;
}
export interface ToolItem extends Common {
  kind: 'tool';
  call: string;
  tool: string;
  toolKind: ToolKind;
  title: string;
  /** JSON. */
  input: string;
  locations: readonly { path: string; line: number | null }[];
  state: 'running' | ToolOutcome;
  output: string;
  error: string | null;
  /** Unified. */
  diff: string | null;
  /** Null while it runs. */
  durationMs: number | null;
  /** What a subagent that it started said and did. */
  children: Item[];
}
export interface PlanItem extends Common {
  kind: 'plan';
  entries: readonly PlanEntry[];
}
export interface EndItem extends Common {
  kind: 'end';
  turn: number;
  outcome: 'completed' | 'interrupted' | 'failed';
  message: string | null;
  durationMs: number | null;
  /** Of this turn; null: not reported. */
  tokens: number | null;
  usd: number | null;
}
export interface NoticeItem extends Common {
  kind: 'notice';
  level: 'info' | 'warning' | 'error';
  text: string;
  /** How often in a row. */
  times: number;
}
/** What it printed and is no report; lines that follow each other are one item. */
export interface RawItem extends Common {
  kind: 'raw';
  lines: readonly string[];
  /** Of the lines, with those that are not kept. */
  count: number;
}
export interface ApprovalItem extends Common {
  kind: 'approval';
  approval: Approval;
  answer: Answer | null;
  /** Null: still open. */
  by: Answerer | null;
}

export type Item = PromptItem | SpokenItem | ToolItem | PlanItem | EndItem | NoticeItem | RawItem | ApprovalItem;

/** There is more of it than it shows at first. */
export const isFoldable = (item: Item): boolean =>
  item.kind === 'said'
    ? item.plain === true
    : item.kind === 'tool' || item.kind === 'thought' || item.kind === 'raw' || item.kind === 'approval';
