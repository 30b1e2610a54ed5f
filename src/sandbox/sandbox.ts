import type { FromSandbox, SandboxLimits, ToSandbox } from '../schema/script.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { PlacedError } from '../util/placed.ts';
import { type SandboxThread, takeThread } from './thread.ts';

/** How much longer than a turn may last (ms) its thread is waited for before it is ended from outside. */
const GRACE_MS = 500;
/** How many times slower than alone a thread may be on a busy machine: it measures what it computes itself. */
const BUSY = 10;

/** What a script can reach of the world. Values are plain data; what these throw, the script sees as an error with their message. */
export interface SandboxDoors {
  agent(wish: unknown): Promise<unknown>;
  workflow(wish: unknown): Promise<unknown>;
  phase(title: string): void;
  log(level: 'log' | 'warn' | 'error', text: string): void;
}

export interface SandboxOptions {
  file: string;
  module: string;
  args: unknown;
  budget: { tokens: number | null; usd: number | null };
  /** Milliseconds since the epoch at which its clock stands, until timers move it; `seed` (32 bits) of its random numbers. */
  clock: { now: number; seed: number };
  limits: SandboxLimits;
  doors: SandboxDoors;
  /** Aborted: its thread is ended. */
  signal: AbortSignal;
}

export interface Sandbox {
  /** What `main` gave. Rejects with PlacedError `failed` (the script threw; a bound was passed) or BooError `interrupted`. */
  result: Promise<unknown>;
  /** What its agents have used so far. */
  spend(spent: { tokens: number; usd: number }): void;
}

/** Runs a script that was read by core/scripts in a thread and a sandbox of its own. */
export function runScript(options: SandboxOptions): Sandbox {
  const running = new Running(options);
  return { result: running.result, spend: (spent) => running.tell({ type: 'spent', ...spent }) };
}

class Running {
  readonly result: Promise<unknown>;
  readonly #options: SandboxOptions;
  readonly #thread: SandboxThread;
  readonly #settle = Promise.withResolvers<unknown>();
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: SandboxOptions) {
    const { file, module, args, budget, clock, limits, signal } = options;
    const start = JSON.stringify({ args: args ?? {}, budget, ...clock });
    this.result = this.#settle.promise;
    this.#options = options;
    this.#thread = takeThread({
      onMessage: (message) => this.#hear(message),
      onFailure: (why) => this.#fail(why),
    });
    this.#thread.begin({ file, module, start, limits });
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
    else this.#watch();
  }

  tell(message: ToSandbox): void {
    if (message.type === 'result') this.#watch();
    this.#thread.tell(message);
  }

  readonly #abort = () => {
    this.#settle.reject(new BooError('interrupted', `${this.#options.file} was stopped`));
    this.#end();
  };

  #hear(message: FromSandbox): void {
    const { doors } = this.#options;
    if (message.type === 'turn') clearTimeout(this.#watchdog);
    else if (message.type === 'call') void this.#answer(message);
    else if (message.type === 'phase') doors.phase(message.title);
    else if (message.type === 'log') doors.log(message.level, message.text);
    else if (message.type === 'failed') this.#fail(message.message, message.place);
    else {
      this.#settle.resolve(JSON.parse(message.json));
      this.#end();
    }
  }

  async #answer({ id, name, json }: Extract<FromSandbox, { type: 'call' }>): Promise<void> {
    try {
      const value = await this.#options.doors[name](JSON.parse(json));
      this.tell({ type: 'result', id, ok: true, json: JSON.stringify(value ?? null) });
    } catch (error) {
      this.tell({ type: 'result', id, ok: false, json: JSON.stringify(messageOf(error)) });
    }
  }

  /** A turn ends by itself at its bound, unless it is inside one long operation. */
  #watch(): void {
    const { turnMs } = this.#options.limits;
    const late = () => this.#fail(`it computed for more than ${turnMs} ms without waiting for anything`);
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(late, turnMs * BUSY + GRACE_MS);
  }

  #fail(message: string, place: string | null = null): void {
    this.#settle.reject(new PlacedError('failed', message, place));
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#watchdog);
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#thread.end();
  }
}
