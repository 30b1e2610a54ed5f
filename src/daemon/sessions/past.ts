import type { AgentEvent } from '../../schema/event.ts';
import { readRecord } from '../../storage/record.ts';

/** What is on record of an agent, for a driver that is made anew. */
export interface Past {
  /** All of it, but what was read from the newest report of its host: that one may not be whole, and is read again if it is told again. */
  events: AgentEvent[];
  /** Number of the newest report of its host that something is recorded of, 0: of its start; null: nothing is recorded of this life. */
  newest: number | null;
  /** Which parts of that one are on record. */
  parts: Set<number>;
}

/** Reads the record of an agent. `whole`: the newest report of its host has been carried out entirely. */
export function readPast(
  { root, id, epoch, host }: { root: string; id: string; epoch: number; host: string | null },
  whole: (newest: number) => boolean,
): Past {
  const all = readRecord({ root, id, after: 0 }).map(({ event }) => event);
  const seqOf = (event: AgentEvent) =>
    'from' in event && event.epoch === epoch && event.from?.host === host ? event.from.seq : null;
  const seqs = all.map(seqOf).filter((seq) => seq !== null);
  const newest = seqs.length > 0 ? Math.max(...seqs) : null;
  if (newest === null || whole(newest)) return { events: all, newest, parts: new Set() };
  const open = all.filter((event) => seqOf(event) === newest);
  return {
    events: all.filter((event) => seqOf(event) !== newest),
    newest,
    parts: new Set(open.map((event) => ('from' in event ? event.from!.part : -1))),
  };
}
