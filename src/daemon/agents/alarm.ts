/** setTimeout overflows beyond 2^31 ms and would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

export interface Alarm {
  /**
   * It is to ring at this time (milliseconds since the epoch; Infinity: never) or before: who is called looks at what is due, and sets
   * it again. A time that is put off with every line that is printed costs nothing so, where setting a timer anew each time would.
   */
  by(at: number): void;
  close(): void;
}

/** One timer at most, for the earliest of the times it was set to since it rang. */
export function createAlarm(ring: () => void): Alarm {
  let clock: NodeJS.Timeout | undefined;
  let rings = Number.POSITIVE_INFINITY;
  const close = () => {
    clearTimeout(clock);
    rings = Number.POSITIVE_INFINITY;
  };
  return {
    by(at) {
      if (at >= rings) return;
      close();
      rings = at;
      const fire = () => {
        rings = Number.POSITIVE_INFINITY;
        ring();
      };
      clock = setTimeout(fire, Math.max(1, Math.min(at - Date.now(), MAX_DELAY)));
    },
    close,
  };
}
