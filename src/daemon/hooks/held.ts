import { decisionOf } from '../../runtimes/hooks/decision.ts';
import type { Answer } from '../../schema/approval.ts';
import type { HookReport } from '../../schema/hook.ts';

interface Held {
  agent: string;
  payload: string;
  output: PromiseWithResolvers<string>;
}

/** Hooks that wait for a decision, by the id of the approval. */
export class HeldHooks {
  readonly #held = new Map<string, Held>();

  /** Before anybody can answer. The same hook that comes again, on another connection, takes the place of itself. */
  hold(approval: string, agent: string, { payload }: HookReport): Promise<string> {
    const held = { agent, payload, output: Promise.withResolvers<string>() };
    this.#held.get(approval)?.output.resolve('');
    this.#held.set(approval, held);
    return held.output.promise;
  }

  /** What the hook of this request prints in the end; undefined: none waits. */
  output(approval: string): Promise<string> | undefined {
    return this.#held.get(approval)?.output.promise;
  }

  /** Ends it with what was decided. False: none waits. */
  answer(approval: string, answer: Answer): boolean {
    const held = this.#held.get(approval);
    this.#held.delete(approval);
    held?.output.resolve(decisionOf(held.payload, answer));
    return held !== undefined;
  }

  /** Ends it without a word: its agent decides as it would have without us. */
  release(approval: string): void {
    this.#held.get(approval)?.output.resolve('');
    this.#held.delete(approval);
  }

  releaseAll(agent: string): void {
    for (const [approval, held] of this.#held) if (held.agent === agent) this.release(approval);
  }

  clear(): void {
    this.#held.clear();
  }
}
