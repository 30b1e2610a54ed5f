import type { AcpPermission } from '../../schema/acp.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import { shortId } from '../../util/short-id.ts';
import type { Say } from '../say.ts';
import type { Choice } from './client.ts';
import { approvalOf, optionOf } from './permission.ts';
import type { Telling } from './telling.ts';

interface Waiting {
  id: string;
  call: string;
  options: AcpPermission['options'];
  resolve(choice: Choice): void;
}

/** What the agent waits for an answer to. */
export class Requests {
  readonly #waiting = new Map<string, Waiting>();
  readonly #say: Say;
  readonly #telling: Telling;
  readonly #cwd: string;

  constructor(say: Say, telling: Telling, cwd: string) {
    this.#say = say;
    this.#telling = telling;
    this.#cwd = cwd;
  }

  /** Resolves with what was chosen; null when it was withdrawn. */
  ask(wish: AcpPermission, request: string, signal: AbortSignal): Promise<Choice> {
    const { toolCall, options } = wish;
    this.#telling.pause();
    const { turn } = this.#telling;
    const call = this.#telling.tools.seen(toolCall, turn);
    // It asks about a call that is over: nothing could come of a yes.
    if (!call) return Promise.resolve(null);
    const id = shortId();
    const facts = { id, at: Date.now(), turn, request, call, options, cwd: this.#cwd };
    this.#say.report({ type: 'asked', approval: approvalOf(facts) });
    return new Promise((resolve) => {
      this.#waiting.set(request, { id, call: call.call, options, resolve });
      signal.addEventListener('abort', () => this.#drop(request, 'the agent took it back'), { once: true });
    });
  }

  /** An answer to a request that waits no more, or is another one by now, is passed over. */
  answer(approval: Approval, answer: Answer): void {
    const request = approval.via.type === 'protocol' ? approval.via.request : '';
    const waiting = this.#waiting.get(request);
    if (waiting?.id !== approval.id) return;
    this.#waiting.delete(request);
    if (answer.verdict === 'deny') this.#telling.tools.deny(waiting.call);
    waiting.resolve(optionOf(waiting.options, answer));
  }

  /** All that waits is cancelled. */
  withdraw(why: string): void {
    for (const request of [...this.#waiting.keys()]) this.#drop(request, why);
  }

  #drop(request: string, why: string): void {
    const waiting = this.#waiting.get(request);
    if (!waiting) return;
    this.#waiting.delete(request);
    this.#say.report({ type: 'answered', id: waiting.id, answer: null, by: { who: 'withdrawn', detail: why } });
    waiting.resolve(null);
  }
}
