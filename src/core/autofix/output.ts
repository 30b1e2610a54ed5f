import { CHECK_TEXT } from '../../schema/check.ts';
import { inert } from '../transcript.ts';

const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?/g;

/** What a command prints, line by line: the beginning, which names the first error, and the end; bounded however much it is. */
export class Output {
  readonly #half: number;
  #head = '';
  #tail = '';
  /** Characters in all. */
  length = 0;

  constructor(limit = CHECK_TEXT) {
    // Beside the line that says what is missing.
    this.#half = Math.floor((limit - 60) / 2);
  }

  line(text: string): void {
    const line = `${inert(text.replace(SEQUENCE, ''))}\n`;
    this.length += line.length;
    const room = Math.max(0, this.#half - this.#head.length);
    this.#head += line.slice(0, room);
    const tail = this.#tail + line.slice(room);
    this.#tail = tail.length > this.#half ? tail.slice(-this.#half) : tail;
  }

  text(): string {
    const left = this.length - this.#head.length - this.#tail.length;
    if (left === 0) return this.#head + this.#tail;
    const head = this.#head.replace(/[\ud800-\udbff]$/, '');
    const tail = this.#tail.replace(/^[\udc00-\udfff]/, '');
    return `${head}\n… ${left} characters left out …\n${tail}`;
  }
}
