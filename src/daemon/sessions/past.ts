import type { AgentEvent } from '../../schema/event.ts';
import { readRecord } from '../../storage/record.ts';

/** What is on record of an agent, for a driver that is made anew. */
export interface Past {
  /** All of it, but what was read from the newest report of its host: that one may not be whole, and is read again if it is told again. */
  events: AgentEvent[];
  /** Number of the newest report of its host that something is recorded of, 0: of its start; null: nothing is recorded of this life. */
  newest: number | null;
  /** What of that one is on record, by its part. */
  parts: Map<number, AgentEvent>;
}

interface Life {
  epoch: number;
  host: string | null;
}

/** Reads the record of an agent. `whole`: the newest report of its host has been carried out entirely. */
export const readPast = (
  { root, id, ...life }: Life & { root: string; id: string },
  whole: (newest: number) => boolean,
): Past =>
  pastOf(
    readRecord({ root, id, after: 0 }).map(({ event }) => event),
    life,
    whole,
  );

export function pastOf(all: AgentEvent[], { epoch, host }: Life, whole: (newest: number) => boolean): Past {
  const seqOf = (event: AgentEvent) =>
    'from' in event && event.epoch === epoch && event.from?.host === host ? event.from.seq : null;
  let newest: number | null = null;
  for (const event of all) newest = Math.max(newest ?? -1, seqOf(event) ?? -1);
  if (newest === null || newest < 0) return { events: all, newest: null, parts: new Map() };
  if (whole(newest)) return { events: all, newest, parts: new Map() };
  const open = all.filter((event) => seqOf(event) === newest);
  return {
    events: all.filter((event) => seqOf(event) !== newest),
    newest,
    parts: new Map(open.map((event) => ['from' in event ? event.from!.part : -1, event])),
  };
}
