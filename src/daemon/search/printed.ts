import type { HostPulse } from '../../schema/host.ts';

/** Counts what agents print, for those who wait for more. */
export class Printed {
  #count = 0;
  readonly #bytes = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  pulse({ child, bytes }: Pick<HostPulse, 'child' | 'bytes'>): void {
    if (this.#bytes.get(child) === bytes) return;
    this.#bytes.set(child, bytes);
    this.#count += 1;
    for (const tell of [...this.#waiting]) tell();
  }

  /** The count, once it is above `after`; null: at once. `signal` is raised when nobody waits any more. */
  above(after: number | null, signal: AbortSignal): Promise<number> {
    if (after === null || this.#count > after || signal.aborted) return Promise.resolve(this.#count);
    return new Promise((resolve) => {
      const tell = () => {
        this.#waiting.delete(tell);
        signal.removeEventListener('abort', tell);
        resolve(this.#count);
      };
      this.#waiting.add(tell);
      signal.addEventListener('abort', tell);
    });
  }
}
