import { cutMiddle } from '../../core/cut.ts';
import type { AcpTool } from '../../schema/acp.ts';
import type { ToolKind } from '../../schema/activity.ts';
import type { Say } from '../say.ts';
import { diffOf, editsOf, type FileEdit } from './diffs.ts';

const KINDS: Record<string, ToolKind> = {
  read: 'read',
  edit: 'edit',
  delete: 'edit',
  move: 'edit',
  execute: 'execute',
  search: 'search',
  fetch: 'fetch',
};

/** A tool call, as far as it is known: agents tell it piece by piece, and not all of them tell everything. */
export interface Call {
  call: string;
  tool: string;
  kind: ToolKind;
  title: string;
  input: unknown;
  locations: { path: string; line: number | null }[];
  parent: string | null;
  edits: FileEdit[];
  texts: string[];
  /** What it printed, where that is told apart from its result. */
  printed: string;
  output: unknown;
  denied: boolean;
  /** What `toolStarted` said last. */
  told: string;
}

/** Tool calls of one session. Reports each when it begins, when more becomes known of it, and once when it is over. */
export class Tools {
  readonly #say: Say;
  readonly #cwd: string;
  readonly #open = new Map<string, Call>();
  /** Calls that are over: later reports of them change nothing. */
  readonly #over = new Set<string>();

  constructor(say: Say, cwd: string) {
    this.#say = say;
    this.#cwd = cwd;
  }

  /** Takes in what is said of a call, and reports what is new. Undefined: it is over already. */
  seen(said: AcpTool, turn: number): Call | undefined {
    if (this.#over.has(said.toolCallId)) return undefined;
    const call = this.#open.get(said.toolCallId) ?? fresh(said.toolCallId);
    this.#open.set(call.call, call);
    const printed = said._meta?.terminal_output_delta?.data ?? said._meta?.terminal_output?.data;
    learn(call, said, this.#cwd);
    this.#start(call, turn);
    if (printed) this.#say.delta({ item: call.call, kind: 'output', text: cutMiddle(printed) });
    if (said.status === 'completed') this.finish(call, 'done');
    if (said.status === 'failed') this.finish(call, call.denied ? 'denied' : 'failed');
    return call;
  }

  /** The person has said no: some agents tell nothing more of such a call. */
  deny(id: string): void {
    const call = this.#open.get(id);
    if (!call) return;
    call.denied = true;
    this.finish(call, 'denied');
  }

  /** The turn is over, and so is all that it ran. */
  close(outcome: 'done' | 'cancelled', why: string | null): void {
    for (const call of [...this.#open.values()]) this.finish(call, outcome, why);
  }

  finish(call: Call, outcome: 'done' | 'failed' | 'denied' | 'cancelled', why: string | null = null): void {
    this.#open.delete(call.call);
    this.#over.add(call.call);
    const output = outputOf(call);
    this.#say.report({
      type: 'toolFinished',
      call: call.call,
      outcome,
      output,
      error: outcome === 'failed' ? output || 'it failed' : why,
      diff: outcome === 'denied' ? null : clipped(diffOf(call.edits, this.#cwd)),
      durationMs: null,
    });
  }

  #start(call: Call, turn: number): void {
    const { tool, kind, title, locations, parent } = call;
    const input = cutMiddle(JSON.stringify(call.input ?? {}));
    const said = { call: call.call, turn, tool, kind, title: title || tool, input, locations, parent };
    const told = JSON.stringify(said);
    if (told === call.told) return;
    call.told = told;
    this.#say.report({ type: 'toolStarted', ...said });
  }
}

export const clipped = (text: string | null) => (text === null ? null : cutMiddle(text));

const fresh = (call: string): Call => ({
  call,
  // Gemini names it in the id alone: `write_file__write_file_1795227376324_0`.
  tool: /^(\w+?)__\1_\d+_\d+$/.exec(call)?.[1] ?? '',
  kind: 'other',
  title: '',
  input: undefined,
  locations: [],
  parent: null,
  edits: [],
  texts: [],
  printed: '',
  output: undefined,
  denied: false,
  told: '',
});

function learn(call: Call, said: AcpTool, cwd: string): void {
  call.kind = (said.kind && KINDS[said.kind]) || call.kind;
  call.tool = said.name ?? said._meta?.claudeCode?.toolName ?? (call.tool || said.kind || 'tool');
  // The title of a command may be all that is known of it: it stays to the letter.
  const short = call.kind === 'execute' ? said.title : said.title?.replaceAll(`${cwd}/`, '');
  call.title = short ?? call.title;
  call.parent = said._meta?.claudeCode?.parentToolUseId ?? call.parent;
  if (said.rawInput !== undefined && said.rawInput !== null) call.input = said.rawInput;
  if (said.rawOutput !== undefined && said.rawOutput !== null) call.output = said.rawOutput;
  if (said.locations && said.locations.length > 0) {
    call.locations = said.locations.map(({ path, line }) => ({ path, line: line ?? null }));
  }
  const edits = editsOf(said.content);
  if (edits.length > 0) call.edits = edits;
  const texts = (said.content ?? []).flatMap((one) => (one?.type === 'content' && one.content?.text) || []);
  if (texts.length > 0) call.texts = texts;
  call.printed += said._meta?.terminal_output_delta?.data ?? '';
  if (said._meta?.terminal_output) call.printed = said._meta.terminal_output.data;
}

/** What came out of it, as text: what it printed, what the agent shows of it, or its result as it is. */
function outputOf({ printed, texts, output }: Call): string {
  if (printed) return cutMiddle(printed);
  if (texts.length > 0) return cutMiddle(texts.join('\n'));
  if (output === undefined) return '';
  if (typeof output === 'string') return cutMiddle(output);
  if (typeof output === 'object' && output !== null) {
    for (const field of ['output', 'stdout', 'error', 'message']) {
      const text = (output as Record<string, unknown>)[field];
      if (typeof text === 'string') return cutMiddle(text);
    }
  }
  return cutMiddle(JSON.stringify(output));
}
