import type { Publish } from '../context.ts';
import { Budgets, type BudgetsOptions } from './budgets.ts';
import { isTraced, TraceIndex } from './index.ts';
import { Lists } from './lists.ts';

/** Who looks at traces is told of changes at most ten times a second. */
const TELL_MS = 100;

export interface TracesOptions extends Omit<BudgetsOptions, 'index'> {
  root: string;
  publish: Publish;
}

/** Traces, turns, totals and budgets of a project. */
export class Traces {
  readonly index: TraceIndex;
  readonly lists = new Lists();
  readonly budgets: Budgets;
  readonly #undo: () => void;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TracesOptions) {
    const { store, publish } = options;
    this.index = new TraceIndex(options);
    this.budgets = new Budgets({ ...options, index: this.index });
    this.#undo = store.onEvent((id, event) => {
      if (!isTraced(event)) return;
      this.#changed.add(id);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        publish('traces', { agents: [...this.#changed] });
        this.#changed.clear();
      }, TELL_MS).unref();
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#undo();
    this.budgets.close();
    this.index.close();
  }
}
