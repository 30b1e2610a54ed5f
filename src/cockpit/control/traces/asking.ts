/** What changes is asked for again at most ten times a second, and never so often that answering is all that is done. */
const LEAST_MS = 100;
const SHARE = 10;

/** One kind of question: asked when it must be, one at a time, and again when what it asks about has changed. */
export class Asking {
  readonly #again: () => void;
  #stale = true;
  #busy = false;
  /** The question that was answered with an error: it is not asked again until something changes. */
  #failed: string | null = null;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `again` is called when it is time to look whether something is to be asked. */
  constructor(again: () => void) {
    this.#again = again;
  }

  changed(): void {
    this.#stale = true;
    this.#failed = null;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** `key` names the question; `missing`: its answer is not there at all, so that it does not wait its time. */
  ask(key: string, missing: boolean, task: () => Promise<void>): void {
    if (this.#busy || this.#failed === key || (!missing && !this.#stale)) return;
    const wait = this.#next - performance.now();
    if (!missing && wait > 0) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#again, wait).unref();
      return;
    }
    void this.#run(key, task);
  }

  async #run(key: string, task: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#stale = false;
    const begun = performance.now();
    try {
      await task();
      this.#failed = null;
    } catch {
      // Whoever asks has said it; asked again and again it would only fail again.
      this.#failed = key;
    }
    this.#busy = false;
    this.#next = performance.now() + Math.max(LEAST_MS, SHARE * (performance.now() - begun));
    this.#again();
  }
}
