import type { Delta } from '../../schema/activity.ts';

/** Deltas of so many milliseconds are put together. */
const GATHER_MS = 30;

export interface Deltas {
  add(agent: string, delta: Delta): void;
  /** Says what there is of this agent now: something whole follows. */
  flush(agent: string): void;
  close(): void;
}

/** Text that grows, said a few times a second however small its pieces are. */
export function createDeltas(say: (agent: string, deltas: Delta[]) => void): Deltas {
  const held = new Map<string, Delta[]>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (agent: string) => {
    const deltas = held.get(agent);
    if (!deltas) return;
    held.delete(agent);
    say(agent, deltas);
  };
  const flushAll = () => {
    timer = undefined;
    for (const agent of [...held.keys()]) flush(agent);
  };
  return {
    add(agent, delta) {
      const deltas = held.get(agent) ?? [];
      const last = deltas.at(-1);
      if (last && last.item === delta.item && last.kind === delta.kind) last.text += delta.text;
      else deltas.push({ ...delta });
      held.set(agent, deltas);
      timer ??= setTimeout(flushAll, GATHER_MS);
    },
    flush,
    close() {
      clearTimeout(timer);
      held.clear();
    },
  };
}
