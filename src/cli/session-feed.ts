import { checkWords } from '../core/autofix/words.ts';
import { inert } from '../core/transcript.ts';
import type { Delta } from '../schema/activity.ts';
import type { AgentEvent } from '../schema/event.ts';

export interface SessionOut {
  /** What the agent says. */
  said(text: string): void;
  /** What it does, a line. */
  did(line: string): void;
}

/** What a conversation came to so far. */
export interface SessionSum {
  /** Whole messages of the agent, oldest first. */
  said: string[];
  turns: { number: number; outcome: 'completed' | 'interrupted' | 'failed'; message: string | null }[];
}

/** Prints a conversation as it grows: text piece by piece, each message whole in the end, nothing twice. */
export class SessionFeed {
  readonly sum: SessionSum = { said: [], turns: [] };
  readonly #out: SessionOut;
  /** Until the end of the message that is being said: pieces of it are missing. */
  #deaf = false;
  #seq = 0;
  /** The message that is being printed, and how much of it has been. */
  #open: { item: string; printed: number } | null = null;

  constructor(out: SessionOut) {
    this.#out = out;
  }

  /** Number of the newest event that was taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Some pieces were not heard: the next message, or what is left of this one, comes with the whole. */
  missed(): void {
    this.#deaf = true;
  }

  delta({ item, kind, text }: Delta): void {
    if (this.#deaf) return;
    if (kind !== 'said' || (this.#open && this.#open.item !== item)) return;
    this.#open ??= { item, printed: 0 };
    this.#open.printed += text.length;
    this.#out.said(inert(text));
  }

  /** An event with its number in the record; one that was seen is passed over. */
  event(event: AgentEvent, seq: number): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    switch (event.type) {
      case 'said':
        if (event.who === 'agent' && !event.parent) this.#said(event.item, event.text);
        break;
      case 'toolStarted':
        this.#did(`● ${event.title}`);
        break;
      case 'toolFinished':
        if (event.outcome !== 'done') this.#did(`  ${event.outcome}${event.error ? `: ${event.error}` : ''}`);
        break;
      case 'troubled':
        this.#did(`! ${event.trouble.message}`);
        break;
      case 'checkBegan':
      case 'checkEnded': {
        const words = checkWords(event);
        if (words) this.#did(`● ${words.text}`);
        break;
      }
      case 'turnEnded':
        this.#close();
        this.sum.turns.push({ number: event.turn, outcome: event.outcome, message: event.message });
        break;
    }
  }

  #said(item: string, text: string): void {
    this.#deaf = false;
    this.sum.said.push(text);
    const printed = this.#open?.item === item ? this.#open.printed : 0;
    if (printed === 0) this.#close();
    this.#open = null;
    this.#out.said(`${inert(text.slice(printed)).replace(/\n+$/, '')}\n`);
  }

  #did(line: string): void {
    this.#close();
    this.#out.did(inert(line).split('\n')[0]!);
  }

  /** A message that something else comes between ends its line; what is left of it comes with the whole. */
  #close(): void {
    if (this.#open) this.#out.said('\n');
    this.#open = null;
  }
}
