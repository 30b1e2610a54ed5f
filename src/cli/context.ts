import { resolve } from 'node:path';
import type { z } from 'zod';
import type { DaemonClient } from '../client/daemon.ts';
import type { daemonTopics } from '../schema/daemon.ts';
import { BooError } from '../util/errors.ts';
import { findProject } from '../util/project.ts';
import type { Parsed, Values } from './parse.ts';
import { forTerminal, type Paint, painter, wantsColour } from './print.ts';
import type { Verb } from './verb.ts';

export interface Io {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

type Topics = { [K in keyof typeof daemonTopics]?: (data: z.infer<(typeof daemonTopics)[K]>) => void };

/** What a verb works with. Everything opened through it is closed by `close` when the verb is done. */
export interface Context {
  readonly io: Io;
  readonly env: Record<string, string>;
  readonly values: Values;
  readonly words: string[];
  readonly command: string[] | undefined;
  readonly json: boolean;
  readonly paint: Paint;
  /** A person can be asked: standard input and standard error are terminals, and no JSON is wanted. */
  readonly interactive: boolean;
  /** The value of a string option. */
  option(name: string): string | undefined;
  /** True when the boolean option was given. */
  flag(name: string): boolean;
  /** The project of `--project`, else the one around the present folder. */
  project(): { root: string; git: boolean };
  /** The one connection of this command, made when first asked for. */
  daemon(options?: { start?: boolean; on?: Topics; root?: string }): Promise<DaemonClient>;
  /** With `--json` the value, else the text (a newline is added; an empty text prints nothing). */
  print(value: unknown, text: () => string): void;
  /** Text on standard output as it is, on a terminal without what acts on that. */
  write(text: string): void;
  /** One line for the person on standard error; nothing with `--json`. */
  note(text: string): void;
  close(): void;
}

export function createContext(verb: Verb, parsed: Parsed, io: Io): Context {
  const { values, words, command } = parsed;
  const json = values.json === true;
  let client: Promise<DaemonClient> | undefined;
  let project: ReturnType<Context['project']> | undefined;
  const context: Context = {
    io,
    env: Object.fromEntries(
      Object.entries(io.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    values,
    words,
    command,
    json,
    paint: painter(!json && wantsColour(io.stdout.isTTY, io.env)),
    interactive: !json && io.stdin.isTTY === true && io.stderr.isTTY === true,
    option(name) {
      const value = values[name];
      if (value === '') throw new BooError('usage', `boocode ${verb.name}: --${name} is empty`, 'Give it a value.');
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values[name] === true,
    project: () => (project ??= findProject(resolve(io.cwd, context.option('project') ?? '.'))),
    async daemon({ start = true, on, root = context.project().root } = {}) {
      client ??= import('../client/daemon.ts').then(({ connectDaemon }) =>
        connectDaemon({ root, start, env: io.env, ...(on ? { on } : {}) }),
      );
      return client;
    },
    print(value, text) {
      const out = json ? JSON.stringify(value, null, 2) : text();
      if (out === '') return;
      if (json) io.stdout.write(`${out}\n`);
      else context.write(`${out}\n`);
    },
    write: (text) => void io.stdout.write(io.stdout.isTTY ? forTerminal(text) : text),
    note(text) {
      if (!json) io.stderr.write(`${io.stderr.isTTY ? forTerminal(text) : text}\n`);
    },
    close: () =>
      void client?.then(
        (one) => one.close(),
        () => {},
      ),
  };
  return context;
}
