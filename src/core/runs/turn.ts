import type { AgentEvent } from '../../schema/event.ts';
import type { TurnEnd } from '../../schema/workflow.ts';

type End = Pick<TurnEnd, 'outcome' | 'message'>;

/**
 * Follows one turn of an agent through its record: what was said last in it, how many tools it called, how it ended. A turn whose life is
 * begun again by itself (a rate limit) goes on in the one that comes then.
 */
export class TurnFold {
  /** Its number; another one than was asked for where it goes on in a later life. */
  turn: number;
  text = '';
  /** How it ended; it may still go on while its agent is begun again. */
  end: End | null = null;
  /** The newest turn before it. */
  #before = 0;
  #began = false;
  #again = false;
  /** What came later belongs to another turn. */
  #over = false;
  readonly #calls = new Set<string>();

  constructor(turn: number, events: Iterable<AgentEvent> = []) {
    this.turn = turn;
    for (const event of events) this.take(event);
  }

  get calls(): number {
    return this.#calls.size;
  }

  /** It runs: it can be interrupted. */
  get running(): boolean {
    return this.#began && this.end === null;
  }

  take(event: AgentEvent): void {
    if (this.#over) return;
    switch (event.type) {
      case 'turnStarted':
        this.#started(event.turn);
        return;
      case 'turnEnded':
        if (!this.#began || event.turn !== this.turn) return;
        this.end = { outcome: event.outcome, message: event.message };
        this.#over = event.outcome === 'completed';
        return;
      case 'said':
        if (this.running && event.who === 'agent' && event.parent == null) this.text = event.text;
        return;
      case 'toolStarted':
        if (this.running && event.turn === this.turn) this.#calls.add(event.call);
        return;
      case 'prompted':
        // Nothing will come of it.
        if (event.receipt === 'not delivered' && !this.#began && this.#before === this.turn - 1)
          this.end = { outcome: 'failed', message: event.evidence.detail };
        return;
      case 'retry':
        this.#retried(event.retries);
        return;
      case 'restarted':
        this.#restarted();
    }
  }

  #started(turn: number): void {
    if (turn < this.turn) this.#before = turn;
    else if (this.#began) this.#over ||= turn > this.turn;
    else {
      Object.assign(this, { turn, text: '', end: null });
      this.#calls.clear();
      this.#began = true;
    }
  }

  /** One that lives is held until a limit is lifted, and goes on then: the next turn is the same one. */
  #retried(retries: Extract<AgentEvent, { type: 'retry' }>['retries']): void {
    if (this.#again && retries !== null && retries.nextAt === null) this.#restarted();
    else this.#again = retries?.nextAt != null;
  }

  #restarted(): void {
    if (this.#again) this.#began = false;
    else if (this.#began || this.end) this.#over = true;
    if (this.#again) this.end = null;
    this.#again = false;
  }
}
