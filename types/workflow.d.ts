// What a workflow script of BooCode has in scope. Written by `boocode workflow new`; docs/workflows.md is the guide.
// A script refers to it in its first line, /// <reference path="./boocode.d.ts" />, and an editor then knows all of this.

/** A JSON Schema, e.g. `{ type: 'object', properties: { files: { type: 'array', items: { type: 'string' } } }, required: ['files'] }`. */
type JsonSchema = { readonly [key: string]: unknown };

/** What an agent may do; what it asks beyond that is denied by itself. */
type Capability = 'read' | 'edit' | 'execute' | 'fetch';

interface AgentOptions {
  /** What a person reads in the cockpit; default: the beginning of the prompt. */
  label?: string;
  /** The phase it belongs to; default: the present one. */
  phase?: string;
  /** What it runs on (`claude`, `codex`, …); default: that of the run. */
  runtime?: string;
  /** A profile of the config. */
  profile?: string;
  model?: string;
  /** The answer is JSON of this shape: it is checked, and asked for again where it is wrong. */
  schema?: JsonSchema;
  /** Default: anything, as the rules of the project say. */
  capabilities?: readonly Capability[];
  /** It is interrupted when it wants to use more tools than this. */
  maxToolCalls?: number;
  /** A worktree and a branch of its own; false: the project's checkout as it is. Default: as configured. */
  worktree?: boolean;
  /** Milliseconds. */
  timeout?: number;
}

/** What stands in the place of an answer when an agent, a parallel task or a stage failed. */
interface Failure {
  ok: false;
  /** One sentence. */
  error: string;
}

/** All that is known of one agent's work. */
interface AgentDetail<T> {
  ok: true;
  output: T;
  /** Its last words as they were. */
  text: string;
  /** The name under which it stands in the sessions; null: the result was taken from the cache. */
  agent: string | null;
  /** It was not asked: the same question had been answered before. */
  cached: boolean;
  tokens: number | null;
  /** Dollars. */
  cost: number | null;
  /** What it changed in its worktree; null: it has none of its own. */
  changes: { files: number; added: number; removed: number } | null;
}

interface AgentCall {
  /** Asks an agent, which answers with a value of this shape. `if (answer.ok === false) log(answer.error)` tells a failure. */
  <T = any>(prompt: string, options: AgentOptions & { schema: JsonSchema }): Promise<T | Failure>;
  /** Asks an agent and gives its last words. `if (typeof answer !== 'string') log(answer.error)` tells a failure. */
  (prompt: string, options?: AgentOptions): Promise<string | Failure>;
  /** As `agent`, with what it took. */
  detail<T = any>(prompt: string, options?: AgentOptions): Promise<AgentDetail<T> | Failure>;
}

declare const agent: AgentCall;

/** Runs functions side by side (3 at once unless `limit` says otherwise); results in their order. One that throws gives a Failure. */
declare function parallel<T>(
  tasks: readonly (() => T | Promise<T>)[],
  options?: { limit?: number },
): Promise<(T | Failure)[]>;

/** Sends each item through all stages; an item goes on as soon as its stage is done. Last argument may be `{ limit }`. */
declare function pipeline<I>(
  items: readonly I[],
  ...stages: (((value: any, index: number, item: I) => unknown) | { limit: number })[]
): Promise<any[]>;

/** From here on agents belong to this phase. */
declare function phase(title: string): void;

/** A line for the log of the run. */
declare function log(...values: unknown[]): void;

/** What the run may use and has used; null: no bound. */
declare const budget: {
  readonly total: { readonly tokens: number | null; readonly usd: number | null };
  spent(): { tokens: number; usd: number };
  remaining(): { tokens: number | null; usd: number | null };
};

/** The arguments of the run, as `main` gets them too. */
declare const args: any;

/** Runs another workflow as a part of this one, one level deep, and gives its result. Throws when it failed. */
declare function workflow<T = any>(name: string, args?: { [key: string]: unknown }): Promise<T>;

/** `export const meta`, written out: it is read without running the script. */
interface WorkflowMeta {
  /** Small letters, digits and "-", as the file is called. */
  name: string;
  description: string;
  phases?: { title: string; detail?: string }[];
  args?: {
    [name: string]: {
      /** Default: string. */
      type?: 'string' | 'number' | 'boolean';
      description?: string;
      required?: boolean;
      default?: string | number | boolean;
      choices?: string[];
    };
  };
}
