import { readFile } from 'node:fs/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { FromSandbox, ToSandbox } from '../schema/script.ts';
import { entryPath, wasmPath } from '../util/entry.ts';
import { messageOf } from '../util/errors.ts';
import type { SandboxStart } from './worker.ts';

export interface ThreadEvents {
  onMessage(message: FromSandbox): void;
  /** It cannot go on: told at least once where it ends by itself. */
  onFailure(why: string): void;
}

export interface SandboxThread {
  begin(script: SandboxStart): void;
  tell(message: ToSandbox): void;
  end(): void;
}

const RESOURCES = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/** Compiled once for all threads, while the first of them starts: each would take as long for it as for all else. */
let compiled: Promise<WebAssembly.Module> | undefined;
const { compile } = (globalThis as unknown as { WebAssembly: { compile(bytes: Buffer): Promise<WebAssembly.Module> } })
  .WebAssembly;
const quickjs = () => (compiled ??= readFile(wasmPath()).then((bytes) => compile(bytes)));

let spare: Thread | undefined;

/** Starts the thread that the next script is given: it comes up while what the script needs is found out. */
export function prepareThread(): void {
  spare ??= new Thread();
}

/** A thread that has QuickJS, or soon will, and nothing else yet. */
export function takeThread(events: ThreadEvents): SandboxThread {
  const thread = spare && !spare.failed ? spare : new Thread();
  spare = undefined;
  thread.follow(events);
  return thread;
}

class Thread implements SandboxThread {
  readonly #worker: Worker;
  readonly #port: MessageChannel['port1'];
  /** QuickJS is on its way to it. */
  readonly #equipped: Promise<void>;
  #events: ThreadEvents | undefined;
  failed = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(entryPath('sandbox'), {
      workerData: port2,
      transferList: [port2],
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: RESOURCES,
    });
    this.#equipped = quickjs().then(
      (module) => port1.postMessage(module),
      (error) => this.#fail(messageOf(error)),
    );
    // One that nobody wants keeps no process.
    this.#worker.unref();
    this.#worker.on('message', (message: FromSandbox) => this.#events?.onMessage(message));
    this.#worker.on('error', (error) => this.#fail(messageOf(error)));
    this.#worker.on('exit', () => this.#fail('its thread ended'));
  }

  follow(events: ThreadEvents): void {
    this.#events = events;
    this.#worker.ref();
  }

  begin(script: SandboxStart): void {
    void this.#equipped.then(() => this.#port.postMessage(script));
  }

  tell(message: ToSandbox): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#port.close();
    void this.#worker.terminate();
  }

  #fail(why: string): void {
    this.failed = true;
    this.#events?.onFailure(why);
  }
}
