import type { QueuedPrompt, Receipt } from '../../schema/receipt.ts';
import type { Evidence } from '../../schema/status.ts';
import { messageOf } from '../../util/errors.ts';
import type { Store } from '../store.ts';

/** How long a reaction is waited for before a prompt counts as taken only, in milliseconds. */
const REACT_MS = 10_000;

/** Id of the prompt that a life begins with. */
export const firstPrompt = (epoch: number): string => `start-${epoch}`;
export const isFirstPrompt = ({ id }: QueuedPrompt): boolean => /^start-\d+$/.test(id);

export interface Outcome {
  receipt: Receipt;
  evidence: Evidence;
}

const byProtocol = (receipt: Receipt, detail: string): Outcome => ({
  receipt,
  evidence: { source: 'protocol', detail },
});

interface Given {
  prompt: QueuedPrompt;
  timer: NodeJS.Timeout;
  /** It is on record what became of it. */
  settled: boolean;
}

/**
 * Prompts of one life. They stand in the agent's queue, on record, until it has reacted to them: so none is lost when the daemon ends,
 * and the host writes none twice.
 */
export class Prompts {
  readonly #id: string;
  readonly #store: Store;
  readonly #give: (prompt: QueuedPrompt) => Promise<{ again: boolean }>;
  readonly #isTaken: () => boolean;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #given: Given | undefined;

  /** `isTaken`: what its host had to tell of the time without a daemon has been taken; before, a turn may run that nobody knows of. */
  constructor(
    id: string,
    store: Store,
    give: (prompt: QueuedPrompt) => Promise<{ again: boolean }>,
    isTaken: () => boolean,
  ) {
    this.#id = id;
    this.#store = store;
    this.#give = give;
    this.#isTaken = isTaken;
  }

  get queue(): readonly QueuedPrompt[] {
    return this.#store.get().agents[this.#id]?.queue ?? [];
  }

  /** Whether one has been given that no turn has begun for. */
  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  /** Resolves with what became of the prompt. */
  outcome(prompt: string): Promise<Outcome> {
    return new Promise((resolve) => this.#waiting.set(prompt, resolve));
  }

  /** Gives the next one if nothing is in its way. */
  next(): void {
    const agent = this.#store.get().agents[this.#id];
    const prompt = this.queue[0];
    if (!agent || !prompt || this.#given || agent.paused !== undefined || !this.#isTaken()) return;
    if (agent.turn && agent.turn.startedAt !== null) return;
    this.begin(prompt);
    this.#give(prompt).then(
      ({ again }) => {
        if (again && this.#given?.prompt === prompt) this.#givenBefore(this.#given);
      },
      (error) => {
        if (this.#given?.prompt === prompt) this.#over({ ...byProtocol('not delivered', messageOf(error)) });
      },
    );
  }

  /** This one is being given to it. */
  begin(prompt: QueuedPrompt): void {
    const timer = setTimeout(
      () => this.#settle(byProtocol('accepted', 'it was taken, and nothing came of it yet')),
      REACT_MS,
    );
    this.#given = { prompt, timer, settled: false };
  }

  /**
   * A daemon that is gone had given it. Its turn is still to be told of (else it would stand in no queue), and may run by now: who gave the
   * next one at once would give it into that turn. Where nothing comes of it, it is over after a while.
   */
  #givenBefore(given: Given): void {
    clearTimeout(given.timer);
    given.timer = setTimeout(() => {
      if (this.#given !== given) return;
      this.#over(byProtocol('submitted', 'it was given before'));
      this.next();
    }, REACT_MS);
  }

  /** A turn begins with this text, and is about to be recorded. One that a daemon before had given still heads the queue. */
  turnStarted(text: string | null): void {
    const head = this.queue[0];
    if (!this.#given && head && head.text === text) this.begin(head);
    this.#over(byProtocol('submitted', 'its turn began'));
  }

  receipt(prompt: string, outcome: Outcome): void {
    if (this.#given?.prompt.id !== prompt) return;
    // Whatever else it says of it, its turn is still to come: until then it heads the queue, on record.
    if (outcome.receipt === 'not delivered') this.#over(outcome);
  }

  /** Its process has ended. What it did not react to stays in the queue. */
  end(why: string): void {
    clearTimeout(this.#given?.timer);
    this.#given = undefined;
    for (const resolve of this.#waiting.values())
      resolve({ receipt: 'not delivered', evidence: { source: 'exit', detail: why } });
    this.#waiting.clear();
  }

  #over(outcome: Outcome): void {
    const prompt = this.#given?.prompt.id;
    this.#settle(outcome);
    // Whoever gave it is told when its turn has begun: at rest it would look done.
    if (prompt !== undefined) this.#tell(prompt, outcome);
    clearTimeout(this.#given?.timer);
    this.#given = undefined;
  }

  #tell(prompt: string, outcome: Outcome): void {
    this.#waiting.get(prompt)?.(outcome);
    this.#waiting.delete(prompt);
  }

  #settle(outcome: Outcome): void {
    const given = this.#given;
    if (!given || given.settled) return;
    given.settled = true;
    const { id, text } = given.prompt;
    this.#store.owe(this.#id, { type: 'prompted', text, id, ...outcome });
    this.#tell(id, outcome);
  }
}
