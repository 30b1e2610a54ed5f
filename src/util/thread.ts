import { Worker } from 'node:worker_threads';
import { BooError, type ErrorName, messageOf } from './errors.ts';

/** A thread may take this long (ms) to start, on a busy machine, on top of the time for its first answer. */
const START_MS = 5000;
/** V8's young generation of a thread. */
const YOUNG_MB = 8;

/** What a thread is sent, and what it answers. */
export type ThreadRequest<T> = { id: number; request: T };
/** Said instead of a request: one is about to come. */
export const SOON = 'soon';
export type ThreadAnswer<R> =
  | { id: number; answer: R }
  | { id: number; error: { code: ErrorName; message: string; hint: string | undefined } };

export interface ThreadOptions {
  /** Path of the built entry it runs. */
  path: string;
  /** Without a request for this long (ms) it ends, and its memory with it. */
  idleMs: number;
  /** Its heap in MB: beyond it the thread ends and what it was asked is rejected. */
  heapMb: number;
}

interface Asked<R> {
  ms: number;
  timer: NodeJS.Timeout | undefined;
  resolve(answer: R): void;
  reject(error: Error): void;
}

/** A worker thread that takes requests one after another. It is there only while it is used. */
export class Thread<T, R> {
  readonly #options: ThreadOptions;
  /** In the order they were asked: the first is being worked on. */
  readonly #asked = new Map<number, Asked<R>>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isReady = false;
  #nextId = 1;
  #started = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread if need be. Which one it is, counted from 1: a new one knows nothing of what the last was told. */
  open(): number {
    this.#worker ??= this.#start();
    this.#rest();
    return this.#started;
  }

  /**
   * Starts the thread if need be. Rejects with the BooError that it answered, `timed_out` when there was no answer after
   * `ms` of work (the thread is ended then), or `failed` when it died.
   */
  ask(request: T, ms: number): Promise<R> {
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    this.#asked.set(id, { ms, timer: undefined, resolve, reject });
    worker.postMessage({ id, request } satisfies ThreadRequest<T>);
    this.#arm();
    return promise;
  }

  /** A request is about to come: a thread that rests gets up meanwhile, which takes as long as many an answer. */
  wake(): void {
    if (this.#isReady && this.#asked.size === 0) this.#worker?.postMessage(SOON);
  }

  close(): void {
    this.#end();
    this.#failAll(new BooError('failed', 'it was closed'));
  }

  #start(): Worker {
    const { path, heapMb } = this.#options;
    const worker = new Worker(path, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
      execArgv: [],
    });
    this.#isReady = false;
    this.#started++;
    // A process that has nothing else to do may end.
    worker.unref();
    worker.on('message', (message: ThreadAnswer<R>) => this.#answered(message));
    worker.on('error', (error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#failAll(new BooError('failed', `its thread ended: ${messageOf(error)}`));
    });
    return worker;
  }

  #answered(message: ThreadAnswer<R>): void {
    this.#isReady = true;
    const one = this.#asked.get(message.id);
    if (!one) return;
    this.#asked.delete(message.id);
    clearTimeout(one.timer);
    if ('answer' in message) one.resolve(message.answer);
    else one.reject(new BooError(message.error.code, message.error.message, message.error.hint));
    this.#arm();
    this.#rest();
  }

  /** It ends in a while, unless there is something to do. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#asked.size > 0) return;
    this.#idle = setTimeout(() => this.#end(), this.#options.idleMs);
    this.#idle.unref();
  }

  /** The time of a request runs once those before it are answered. */
  #arm(): void {
    const first = this.#asked.values().next().value;
    if (!first || first.timer) return;
    const expire = () => {
      this.#end();
      this.#failAll(new BooError('timed_out', `there was no answer within ${first.ms} ms`));
    };
    first.timer = setTimeout(expire, first.ms + (this.#isReady ? 0 : START_MS));
  }

  #end(): void {
    clearTimeout(this.#idle);
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #failAll(error: BooError): void {
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const one of all) {
      clearTimeout(one.timer);
      one.reject(error);
    }
  }
}
