import { BooError } from '../../util/errors.ts';

export interface Turn {
  /** Names it among all connections. */
  key: string;
  /** Raised when a newer one takes its place. */
  signal: AbortSignal;
}

/** Of searches with the same key from the same connection only the newest goes on: who types wants no older answer. */
export class Newest {
  /** A connection is known by the signal that its end raises. */
  readonly #connections = new WeakMap<AbortSignal, { number: number; running: Map<string, AbortController> }>();
  #count = 0;

  /** Rejects with `failed` as soon as a newer one comes. */
  async run<T>(connection: AbortSignal, key: string, task: (turn: Turn) => Promise<T>): Promise<T> {
    const { number, running } = this.#of(connection);
    running.get(key)?.abort();
    const own = new AbortController();
    running.set(key, own);
    try {
      return await Promise.race([task({ key: `${number} ${key}`, signal: own.signal }), aborted(own.signal)]);
    } finally {
      if (running.get(key) === own) running.delete(key);
    }
  }

  #of(connection: AbortSignal) {
    const known = this.#connections.get(connection);
    if (known) return known;
    const fresh = { number: ++this.#count, running: new Map<string, AbortController>() };
    this.#connections.set(connection, fresh);
    return fresh;
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new BooError('failed', 'a newer search took the place of this one'));
    signal.addEventListener('abort', fail, { once: true });
  });
