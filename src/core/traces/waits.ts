import type { Activity } from '../../schema/event.ts';
import type { Call, TurnEntry } from './entry.ts';

type Of<T extends Activity['type']> = Extract<Activity, { type: T }>;

/** What waits while a request is open: a call or a turn. Times in milliseconds. */
type Waiter = Pick<Call, 'waitedMs' | 'waitingSince'>;

interface Request {
  /** As its agent calls the call that it is about; null: it does not say. */
  name: string | null;
  call: Call | null;
  turn: TurnEntry | null;
}

/**
 * Which calls and turns of one life wait for an answer, and for how long they did. Where several requests are open for the same one, that
 * time counts once:
 *
 * ```text
 * call      ├──runs──┤waits├─runs─┤
 * request            ├─────┤
 * ```
 */
export class Waits {
  readonly #open = new Map<string, Request>();

  /** False: it is known, and told again. */
  asked({ approval, at }: Of<'asked'>, call: Call | null, turn: TurnEntry | null): boolean {
    if (this.#open.has(approval.id)) return false;
    this.#open.set(approval.id, { name: approval.call, call, turn });
    for (const one of [call, turn]) if (one) one.waitingSince ??= at;
    return true;
  }

  answered({ id, at, by }: Of<'answered'>): boolean {
    const request = this.#open.get(id);
    if (!request) return false;
    this.#open.delete(id);
    const { call, turn } = request;
    const rest = [...this.#open.values()];
    // It is only told that somebody had answered, at the latest when the call was over.
    if (call && by.who === 'elsewhere') call.waitGuessed = true;
    if (call && !rest.some((one) => one.call === call)) end(call, at);
    if (turn && !rest.some((one) => one.turn === turn)) end(turn, at);
    return true;
  }

  /** A call that was asked about before it was told of. */
  begun(call: Call): void {
    for (const request of this.#open.values()) {
      if (request.name !== call.call || request.call) continue;
      request.call = call;
      call.waitingSince = call.startedAt;
    }
  }

  /** Nobody can answer any more. */
  clear(): void {
    this.#open.clear();
  }
}

/** It waits no more since then: it goes on, or is over. */
export function end(one: Waiter, at: number): void {
  if (one.waitingSince !== null) one.waitedMs += Math.max(0, at - one.waitingSince);
  one.waitingSince = null;
}
