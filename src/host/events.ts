import type { HostEvent } from '../schema/host.ts';

/** One numbered report, as it crosses the socket. */
export interface Numbered {
  seq: number;
  /** Milliseconds since the epoch. */
  at: number;
  child: string;
  event: HostEvent;
}

/** Fleeting reports kept while nobody acknowledges them. */
const MAX_KEPT = 10_000;
/** These may be dropped, oldest first, when too many wait; starts, ends and lines never: a child is not read while its lines wait. */
const FLEETING = new Set<HostEvent['type']>(['title', 'bell', 'progress', 'mark', 'notify', 'clipboard']);

export interface EventLog {
  /** Number of the newest report. */
  readonly seq: number;
  add(child: string, event: HostEvent): void;
  ack(seq: number): void;
  /** Sends all kept reports after `after`, then each new one; the newest subscriber replaces the one before. Returns its undo. */
  subscribe(after: number, send: (event: Numbered) => void): { first: number; close(): void };
  /** Bytes of text in lines of this child that wait to be acknowledged. */
  waiting(child: string): number;
}

/** Reports to the daemon, numbered from 1 and kept until it says that it wrote them down. */
export function createEventLog(onAck: () => void): EventLog {
  const kept: Numbered[] = [];
  let seq = 0;
  let subscriber: ((event: Numbered) => void) | undefined;
  const waiting = new Map<string, number>();
  let fleeting = 0;
  const count = ({ child, event }: Numbered, sign: 1 | -1) => {
    if (FLEETING.has(event.type)) fleeting += sign;
    if (event.type !== 'line') return;
    const left = (waiting.get(child) ?? 0) + sign * (event.text.length + 100);
    if (left > 0) waiting.set(child, left);
    else waiting.delete(child);
  };
  const makeRoom = () => {
    const oldest = kept.findIndex((one) => FLEETING.has(one.event.type));
    for (const gone of kept.splice(oldest, 1)) count(gone, -1);
  };
  return {
    get seq() {
      return seq;
    },
    add(child, event) {
      const numbered: Numbered = { seq: ++seq, at: Date.now(), child, event };
      kept.push(numbered);
      count(numbered, 1);
      if (fleeting > MAX_KEPT) makeRoom();
      subscriber?.(numbered);
    },
    ack(upTo) {
      const index = kept.findIndex((one) => one.seq > upTo);
      for (const gone of kept.splice(0, index < 0 ? kept.length : index)) count(gone, -1);
      onAck();
    },
    subscribe(after, send) {
      subscriber = send;
      for (const one of kept) if (one.seq > after) send(one);
      return {
        first: kept[0]?.seq ?? seq + 1,
        close() {
          if (subscriber === send) subscriber = undefined;
        },
      };
    },
    waiting: (child) => waiting.get(child) ?? 0,
  };
}
