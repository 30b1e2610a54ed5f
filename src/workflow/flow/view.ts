import type { Scope, StepResult } from '../../core/flows/expression.ts';
import { isOver } from '../../core/flows/verdict.ts';
import type { Run } from '../../schema/run.ts';

type Told = Run['steps'][number];

/**
 * What the texts of a flow read of its steps. A flow that is carried out again after a crash shows each step what it saw when it began in
 * the life before, though more is over by now, or less yet: so that it asks the same again, and decides the same.
 *
 * ```
 * before   a ──✔   c begins (one_success of a, b): sees a        after   b ──✔  a ──✔  c: sees a, not b
 *          b ───────────✔
 * ```
 */
export class View {
  readonly #input: Scope['input'];
  readonly #results = new Map<string, StepResult>();
  readonly #told: (id: string) => Told | undefined;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  /** `told`: what was told of a step in the run's lives before. */
  constructor(input: Scope['input'], told: (id: string) => Told | undefined) {
    this.#input = input;
    this.#told = told;
  }

  /** A step begins, or is over. */
  put(id: string, result: StepResult): void {
    this.#results.set(id, result);
    if (isOver(result.status as Told['status'])) this.#waiting.get(id)?.resolve();
  }

  result(id: string): StepResult {
    return this.#results.get(id) ?? NOTHING;
  }

  /** What is seen now of the steps that a text reads. */
  now(reads: readonly string[]): Scope {
    return { input: this.#input, steps: Object.fromEntries(reads.map((id) => [id, this.result(id)])) };
  }

  /** The same for a step, or item, that begins now; where it had begun in a life before, what it saw then. */
  async of(reads: readonly string[], id: string): Promise<Scope> {
    const then = this.#told(id);
    if (!then || then.attempt === 0 || then.startedAt === null) return this.now(reads);
    const { startedAt } = then;
    const seen = reads.map(async (read) => [read, await this.#at(read, startedAt)] as const);
    return { input: this.#input, steps: Object.fromEntries(await Promise.all(seen)) };
  }

  async #at(id: string, time: number): Promise<StepResult> {
    const told = this.#told(id);
    const began = told !== undefined && told.attempt > 0 && told.startedAt !== null && told.startedAt <= time;
    if (!told || !isOver(told.status) || told.status === 'cancelled' || told.endedAt === null || told.endedAt > time) {
      return began ? { ...NOTHING, status: 'running' } : NOTHING;
    }
    const known = this.#results.get(id);
    if (known && isOver(known.status as Told['status'])) return known;
    const waiting = this.#waiting.get(id) ?? Promise.withResolvers<void>();
    this.#waiting.set(id, waiting);
    await waiting.promise;
    return this.result(id);
  }
}

const NOTHING: StepResult = { status: 'pending', output: null, error: null };
