/** Tokens that one reply says it used; `input` is what was not read from the cache. Missing: 0 (input 10, output 5). */
export interface Usage {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  /** A part of `output`. */
  reasoning?: number;
}

/** A tool call by what it does, whatever the CLI that asks calls its tools; `name`: by that very name. Paths are relative to its folder. */
export type ToolCall =
  | { tool: 'write'; path: string; content: string }
  | { tool: 'edit'; path: string; old: string; new: string }
  | { tool: 'read'; path: string }
  | { tool: 'bash'; command: string; description?: string }
  | { tool: 'plan'; items: { text: string; status: 'pending' | 'in_progress' | 'completed' }[] }
  | {
      name: string;
      input: unknown /** Where Codex keeps it, without offering it until it is searched for. */;
      namespace?: string;
    }
  /** By the offered name that ends so: each CLI puts its own words before the name of an MCP server's tool. */
  | { ending: string; input: unknown };

/** What a provider says of one of its limits, told in the headers of a reply. */
export interface Limit {
  /** 0 to 100. */
  usedPercent: number;
  /** Milliseconds since the epoch; missing: not told. */
  resetsAt?: number;
  status?: 'allowed' | 'allowed_warning' | 'rejected';
  /** Length of its window in minutes; missing: 300. */
  windowMinutes?: number;
}

/** One answer of the model. */
export interface Reply {
  thinking?: string;
  text?: string;
  tools?: ToolCall[];
  usage?: Usage;
  /** An HTTP status other than 200: it fails, with `error` as its message. */
  status?: number;
  error?: string;
  /** As the provider names the kind of its error; missing: what belongs to `status`. */
  errorType?: string;
  limits?: Limit[];
  headers?: Record<string, string>;
  /** Nothing is answered until `release` of this name was called. */
  hold?: string;
  /** As `hold`, but half of the stream is sent before. */
  holdHalf?: string;
  /** Before the first byte, and between two pieces of the stream; milliseconds. */
  delayMs?: number;
  pieceMs?: number;
  /** The connection breaks off in the middle of the stream. */
  cut?: boolean;
}

/** The first flow whose `when` (a regular expression) fits the newest prompt answers it, reply by reply. */
export interface Flow {
  when: string;
  replies: Reply[];
  /** Made for what is asked, instead of `replies`. */
  answer?(ask: Ask): Reply;
}

export interface Script {
  flows: Flow[];
  /** When a flow has no reply left, or none fits. */
  after?: Reply;
  /** What requests beside the conversation get, those without tools: titles, summaries. */
  side?: Reply;
}

/** What a CLI asks its model, as read from a request. */
export interface Ask {
  model: string;
  /** The newest text of the person. */
  prompt: string;
  /** How many replies there were since. */
  answered: number;
  /** The CLI's working folder, where the request tells it. */
  cwd: string | null;
  /** Name ▶ what it takes. */
  tools: ReadonlyMap<string, OfferedTool>;
}

export interface OfferedTool {
  /** Names of its arguments ▶ their JSON schema. */
  properties: Record<string, { type?: unknown }>;
  /** It takes one text instead. */
  custom?: boolean;
}

const DONE: Reply = { text: 'Done.', usage: { input: 20, output: 3 } };
const SIDE: Reply = { text: 'A title', usage: { input: 11, output: 2 } };

/** Codex lets another session of its own find a title for what a person has typed, with all its tools. */
const TITLES = /^Generate a concise, single-line task title/;

/** What the script answers. `side`: it is a request beside the conversation. */
export function chooseReply(script: Script, ask: Ask): { reply: Reply; side: boolean } {
  if (ask.tools.size === 0 || TITLES.test(ask.prompt)) return { reply: script.side ?? SIDE, side: true };
  const flow = script.flows.find(({ when }) => new RegExp(when).test(ask.prompt));
  return { reply: flow?.answer?.(ask) ?? flow?.replies[ask.answered] ?? script.after ?? DONE, side: false };
}

/** A reply's usage with nothing missing. */
export const fullUsage = ({ usage = {} }: Reply): Required<Usage> => ({
  input: usage.input ?? 10,
  output: usage.output ?? 5,
  cacheRead: usage.cacheRead ?? 0,
  cacheWrite: usage.cacheWrite ?? 0,
  reasoning: usage.reasoning ?? 0,
});
