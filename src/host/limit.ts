import type { HostEvent } from '../schema/host.ts';

/** A program may change its title in a loop; the newest one is told this often (ms). The same for progress and bell. */
const INTERVAL_MS = 100;
/** Marks, notifications and clipboards a child may send in a second; more are dropped. */
const MAX_PER_SECOND = 50;

/** Bounds what a program can make its host report: of titles, progress and bells the newest, of the rest only so many. */
export function createLimit(say: (event: HostEvent) => void): { add(event: HostEvent): void; close(): void } {
  const held = new Map<HostEvent['type'], HostEvent>();
  let timer: NodeJS.Timeout | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let second = 0;
  let count = 0;
  const flush = () => {
    timer = undefined;
    saidAt = performance.now();
    for (const event of held.values()) say(event);
    held.clear();
  };
  const admitted = () => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) count = 0;
    second = now;
    return ++count <= MAX_PER_SECOND;
  };
  return {
    add(event) {
      if (event.type !== 'title' && event.type !== 'progress' && event.type !== 'bell') {
        if (admitted()) say(event);
        return;
      }
      held.set(event.type, event);
      const due = saidAt + INTERVAL_MS - performance.now();
      if (due <= 0 && !timer) flush();
      else timer ??= setTimeout(flush, due);
    },
    /** Says what is held. */
    close() {
      clearTimeout(timer);
      flush();
    },
  };
}
