import type { InputEvent } from '../types.ts';

/**
 * How long what is typed to a screen that has not come yet waits for it, in milliseconds. It comes within some milliseconds; a host
 * that hangs must not keep the leave key from working, nor may an agent get keys that were pressed long before.
 */
export const PATIENCE_MS = 2000;

export interface AheadOptions {
  /** How long this event has to wait as things stand, in milliseconds: 0 not at all, Infinity until that has changed. */
  waits(event: InputEvent): number;
  /** Whether this event counts at once, though others before it wait. */
  passes?(event: InputEvent): boolean;
  deliver(events: InputEvent[]): void;
  /** It has waited that long. What it waits for counts no more from now on. */
  onGivenUp(): void;
}

/** What was typed ahead: kept in its order until it can be delivered, and everything that comes after it as well. */
export function createAhead({ waits, passes = () => false, deliver, onGivenUp }: AheadOptions) {
  let held: InputEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const empty = () => {
    clearTimeout(timer);
    const events = held;
    held = [];
    return events;
  };
  const look = () => {
    if (held.length > 0 && waits(held[0]!) === 0) deliver(empty());
  };
  return {
    /** Keeps the event when it has to wait, and says whether it does. */
    holds(event: InputEvent): boolean {
      if (held.length > 0) {
        if (passes(event)) return false;
      } else {
        const ms = waits(event);
        if (ms === 0) return false;
        if (ms < Number.POSITIVE_INFINITY) {
          timer = setTimeout(() => {
            onGivenUp();
            look();
          }, ms);
        }
      }
      held.push(event);
      return true;
    },
    /** To be called when that has changed which is waited for. */
    look,
    close: () => void empty(),
  };
}
