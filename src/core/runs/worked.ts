import type { AgentEvent } from '../../schema/event.ts';

/**
 * For how long a run was at work in its lives so far, in milliseconds: not while it was stopped, nor while its machine was off. One whose
 * time was over begins to count anew: who has it go on gives it the whole of it again. `events`: its record, oldest first.
 */
export function workedIn(events: Iterable<AgentEvent>): number {
  let sum = 0;
  let life: { from: number; last: number } | null = null;
  const close = (at: number) => {
    if (life) sum += Math.max(0, at - life.from);
    life = null;
  };
  for (const event of events) {
    const { at, type } = event;
    if (type === 'runBegan') {
      close(life?.last ?? at);
      life = { from: at, last: at };
    } else if (type === 'runEnded' || type === 'exited') {
      close(at);
      if (type === 'runEnded' && event.outcome === 'timed_out') sum = 0;
    }
    // When a host was lost is known only to who finds it gone, perhaps a night later.
    else if (type === 'hostLost') close(life?.last ?? at);
    else if (life) life.last = at;
  }
  close(life?.last ?? 0);
  return sum;
}
