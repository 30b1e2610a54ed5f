import type { Say } from '../bridge/say.ts';
import type { Answer, Approval } from '../schema/approval.ts';

/** What a run asks a person. */
export class Questions {
  readonly #say: Say;
  /** By the approval's id: what was answered in an earlier life. */
  readonly #given: Map<string, Answer>;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  constructor(say: Say, given: ReadonlyMap<string, Answer>) {
    this.#say = say;
    this.#given = new Map(given);
  }

  /**
   * Asks and waits for the answer; one that was given in an earlier life is given at once. `id` must be the same each time this run asks
   * this. Rejects with the reason of `signal` when that comes first: the question is withdrawn.
   */
  ask(approval: Approval, signal: AbortSignal): Promise<Answer> {
    const given = this.#given.get(approval.id);
    if (given) return Promise.resolve(given);
    signal.throwIfAborted();
    this.#say.report({ type: 'asked', approval });
    return new Promise((resolve, reject) => {
      const drop = () => {
        this.#waiting.delete(approval.id);
        const by = { who: 'withdrawn' as const, detail: 'the run does not wait for it any more' };
        this.#say.report({ type: 'answered', id: approval.id, answer: null, by });
        reject(signal.reason);
      };
      signal.addEventListener('abort', drop, { once: true });
      this.#waiting.set(approval.id, (answer) => {
        signal.removeEventListener('abort', drop);
        resolve(answer);
      });
    });
  }

  /** One that is not waited for is kept until it is asked for. */
  answer(id: string, answer: Answer): void {
    this.#given.set(id, answer);
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}
