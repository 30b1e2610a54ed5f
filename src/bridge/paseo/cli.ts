import { spawn } from 'node:child_process';
import * as shapes from '../../schema/paseo.ts';

/** Bytes of one answer that are kept. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** A command of Paseo's CLI that failed, with all that it said about it. */
export class PaseoError extends Error {
  /** Paseo's own name of it, e.g. `AGENT_NOT_FOUND`; null: it gave none. */
  readonly code: string | null;
  readonly command: readonly string[];
  /** null: it was ended by a signal, or could not be started. */
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(message: string, facts: Pick<PaseoError, 'code' | 'command' | 'exitCode' | 'stderr'>) {
    super(message);
    this.name = 'PaseoError';
    this.code = facts.code;
    this.command = facts.command;
    this.exitCode = facts.exitCode;
    this.stderr = facts.stderr;
  }
}

export interface StartAsk {
  provider: string;
  prompt: string;
  cwd: string;
  model: string | null;
  mode: string | null;
  images: readonly string[];
}

/** A Paseo daemon through its CLI: one process a call. `host`: as its `--host` takes it; null: its own. Every call throws PaseoError. */
export class PaseoCli {
  readonly #program: string;
  readonly #host: readonly string[];

  constructor(program: string, host: string | null) {
    this.#program = program;
    this.#host = host === null ? [] : ['--host', host];
  }

  /** Is its daemon there? What it says of itself. */
  health = async (): Promise<unknown> => this.#json(['daemon', 'status']);

  list = async (): Promise<shapes.PaseoListed[]> =>
    this.#checked(['ls', '--all'], (value) => shapes.PaseoListed.array().parse(value));

  inspect = async (id: string): Promise<shapes.PaseoInspected> =>
    this.#checked(['inspect', id], (value) => shapes.PaseoInspected.parse(value));

  /** Takes up a session that a provider's own CLI began. */
  import = async (session: string, provider: string, cwd: string): Promise<shapes.PaseoRun> =>
    this.#checked(['import', session, '--provider', provider, '--cwd', cwd], run);

  /** Begins an agent, and does not wait for the end of its first turn. */
  start = async ({ provider, prompt, cwd, model, mode, images }: StartAsk): Promise<shapes.PaseoRun> =>
    this.#checked(
      [
        ...['run', '--detach', '--provider', provider, '--cwd', cwd],
        ...(model === null ? [] : ['--model', model]),
        ...(mode === null ? [] : ['--mode', mode]),
        ...images.flatMap((path) => ['--image', path]),
      ],
      run,
      prompt,
    );

  /** `wait`: until the agent is done with it. */
  send = async (id: string, prompt: string, { wait }: { wait: boolean }): Promise<shapes.PaseoRun> =>
    this.#checked(['send', id, ...(wait ? [] : ['--no-wait'])], run, prompt);

  /** Until it is idle, asks or fails. */
  wait = async (id: string): Promise<shapes.PaseoRun> => this.#checked(['wait', id], run);

  /** Ends the turn that runs. */
  stop = async (id: string): Promise<unknown> => this.#json(['stop', id]);

  archive = async (id: string): Promise<unknown> => this.#json(['archive', id, '--force']);

  permits = async (): Promise<shapes.PaseoPermit[]> =>
    this.#checked(['permit', 'ls'], (value) => shapes.PaseoPermit.array().parse(value));

  permit = async (id: string, request: string, allow: boolean, reason: string | null): Promise<unknown> =>
    this.#json(['permit', allow ? 'allow' : 'deny', id, request, ...(reason === null ? [] : ['--message', reason])]);

  /** All that it did, as text. */
  logs = async (id: string): Promise<string> => (await this.#output(['logs', id])).trimEnd();

  /** What it does from now on, as text while it comes. Returns its end. */
  follow(id: string, onText: (text: string) => void): () => void {
    const words = ['logs', id, '--follow', '--tail', '0', ...this.#host];
    const child = spawn(this.#program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.setEncoding('utf8').on('data', onText);
    // What it would have shown is in its logs at the end.
    child.on('error', () => {});
    return () => child.kill('SIGTERM');
  }

  async #checked<T>(words: readonly string[], check: (value: unknown) => T, last?: string): Promise<T> {
    const value = await this.#json(words, last);
    try {
      return check(value);
    } catch {
      throw failed(words, 'it answers in a form that is not known', { exitCode: 0, stderr: '' });
    }
  }

  async #json(words: readonly string[], last?: string): Promise<unknown> {
    const output = await this.#output([...words, '--json'], last);
    try {
      return JSON.parse(output);
    } catch {
      throw failed(words, 'it answers with no JSON', { exitCode: 0, stderr: output.slice(0, 2000) });
    }
  }

  /** `last`: an argument of somebody's own words, after `--`. */
  #output(words: readonly string[], last?: string): Promise<string> {
    const argv = [...words, ...this.#host, ...(last === undefined ? [] : ['--', last])];
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      const texts = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          if (texts[stream].length < MAX_OUTPUT) texts[stream] += text;
        });
      }
      child.once('error', (error) => reject(failed(words, error.message, { exitCode: null, stderr: '' })));
      child.once('close', (exitCode) => {
        if (exitCode === 0) resolve(texts.stdout);
        else reject(failed(words, null, { exitCode, stderr: texts.stderr || texts.stdout }));
      });
    });
  }
}

const run = (value: unknown) => shapes.PaseoRun.parse(value);

/** Errors come as JSON, on standard error; of a wrong command line as one line of text. */
function failed(
  command: readonly string[],
  why: string | null,
  facts: { exitCode: number | null; stderr: string },
): PaseoError {
  const said = shapes.PaseoFailure.safeParse(parsed(facts.stderr)).data?.error;
  const line = facts.stderr.trim().split('\n')[0];
  const reason = why ?? said?.message ?? (line || `it ended with ${facts.exitCode ?? 'a signal'}`);
  return new PaseoError(`paseo ${command[0]} failed: ${reason}`, { code: said?.code ?? null, command, ...facts });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
