/** Costs are told as the whole session's: what each turn added. */
export class Cost {
  #total: number | null = null;
  #counted: number;

  /** `before`: what the session had cost when it was opened. */
  constructor(before: number) {
    this.#counted = before;
  }

  seen(cost: { amount: number; currency: string }): void {
    if (cost.currency === 'USD') this.#total = cost.amount;
  }

  /** US dollars since the last call; null: nothing is known. */
  take(): number | null {
    if (this.#total === null) return null;
    const added = Math.max(0, this.#total - this.#counted);
    this.#counted = Math.max(this.#total, this.#counted);
    return added;
  }
}
