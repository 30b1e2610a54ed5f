import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { Agent } from '../../schema/agent.ts';
import type { RunSpec } from '../../schema/run.ts';
import { readRunSpec, writeRunSpec } from '../../storage/runs.ts';
import type { Store } from '../store.ts';

/** What runs were started with; of those that live in memory too: a run asks for it at each call, whatever became of the file. */
export class RunSpecs {
  readonly #root: string;
  readonly #living = new Map<string, RunSpec>();

  constructor(root: string, store: Store) {
    this.#root = root;
    for (const agent of store.all()) this.follow(agent);
  }

  /** Null: nothing is known of it. */
  of(id: string): RunSpec | null {
    return this.#living.get(id) ?? readRunSpec(this.#root, id);
  }

  /** Told of every event. */
  follow(agent: Agent): void {
    if (!isRun(agent)) return;
    const { id } = agent;
    if (!isLive(agent)) this.#living.delete(id);
    else if (!this.#living.has(id)) {
      const spec = readRunSpec(this.#root, id);
      if (spec) this.#living.set(id, spec);
    }
  }

  /** Writes again what somebody has taken away. */
  remake(): void {
    for (const [id, spec] of this.#living) if (!readRunSpec(this.#root, id)) writeRunSpec(this.#root, id, spec);
  }
}
