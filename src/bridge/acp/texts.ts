import { cutMiddle } from '../../core/cut.ts';
import type { Say } from '../say.ts';

type Kind = 'said' | 'thought';

/** Messages and thoughts, which come in pieces: each piece is a delta, the whole is reported when something else begins. */
export class Texts {
  readonly #say: Say;
  #number = 0;
  #open: { item: string; kind: Kind; message: string | null; parts: string[] } | undefined;

  constructor(say: Say) {
    this.#say = say;
  }

  /** `message`: the agent's own id of it, where it has one: another id is another message. */
  add(kind: Kind, text: string, message: string | null, turn: number): void {
    if (text === '') return;
    if (this.#open && (this.#open.kind !== kind || this.#open.message !== message)) this.end();
    // Numbers of turns are never used twice, so items are unique over all lives.
    this.#open ??= { item: `${turn}.${++this.#number}`, kind, message, parts: [] };
    this.#open.parts.push(text);
    this.#say.delta({ item: this.#open.item, kind, text: cutMiddle(text) });
  }

  end(): void {
    if (!this.#open) return;
    const { item, kind, parts } = this.#open;
    this.#open = undefined;
    const text = cutMiddle(parts.join(''));
    this.#say.report(kind === 'said' ? { type: 'said', item, who: 'agent', text } : { type: 'thought', item, text });
  }
}
