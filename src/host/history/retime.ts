import type { Access } from '../emulator/access.ts';

/**
 * A resize lays the lines above the screen out anew: the rows that they take are other ones then, their times stay. `timeOf`
 * a row, counted from 0, is as before.
 */
export class Retime {
  readonly #access: Access;
  /** Of each line that begins above the screen; the first may be the rest of one that began in the ring. */
  readonly #times: number[] = [];
  /** How many of them xterm has dropped, the one that its first row goes on with included. */
  #begun: number;

  constructor(access: Access, timeOf: (row: number) => number) {
    this.#access = access;
    const rows = access.scrollbackRows();
    for (let row = 0; row < rows; row++) if (row === 0 || this.#begins(row)) this.#times.push(timeOf(row));
    this.#begun = rows > 0 && !this.#begins(0) ? 1 : 0;
  }

  /** The time of a row that is dropped meanwhile. */
  drop(isWrapped: boolean): number | undefined {
    if (!isWrapped) this.#begun++;
    return this.#times[this.#begun - 1];
  }

  /** Times of the rows as they are now; of those that were on the screen before none. */
  rows(): (number | undefined)[] {
    let begun = this.#begun;
    return Array.from({ length: this.#access.scrollbackRows() }, (_, row) => {
      if (this.#begins(row)) begun++;
      return this.#times[begun - 1];
    });
  }

  #begins(row: number): boolean {
    return !this.#access.scrollbackLine(row).isWrapped;
  }
}
