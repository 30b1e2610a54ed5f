import type { Context } from './context.ts';

export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  /** May be given more than once: its value is a list. */
  multiple?: boolean;
  /** What stands for the value in the usage, e.g. `REF`. */
  value?: string;
  summary: string;
  /** Shell words that complete the value, or what kind they are of. */
  completes?: 'agents' | 'approvals' | 'workflows' | 'runtimes' | 'folders' | 'files' | readonly string[];
}

/** One verb of the command line. Help, completion and the README's table are made from these records. */
export interface Verb {
  name: string;
  /** Everything after the name, options of its own included: `AGENT TEXT|- [--wait]`. */
  usage: string;
  /** One clause without a full stop. */
  summary: string;
  /** Further paragraphs for `help VERB`. */
  details?: string;
  options: Record<string, Option>;
  /** How many words it takes besides its options, and what completes them; `rest`: those after the first, where that is another kind. */
  words: { min: number; max: number; completes?: Option['completes']; rest?: Option['completes'] };
  /** True: what stands after `--` is a command line of its own and is handed over apart from the words. */
  takesCommand?: boolean;
  examples: { line: string; does: string }[];
  /** The exit code; nothing means 0. Expected failures are thrown as BooError. */
  run(context: Context): Promise<number | undefined> | number | undefined;
}

/** What every verb understands. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', summary: 'print one JSON value and nothing else' },
  project: {
    type: 'string',
    value: 'DIR',
    summary: 'the project to work on (default: the one around this folder)',
    completes: 'folders',
  },
  help: { type: 'boolean', short: 'h', summary: 'show how the verb is used' },
} as const satisfies Record<string, Option>;
