import type { HostNote } from './link.ts';

/** Acknowledgements only free memory of the host, so they are gathered for this long, in milliseconds. */
const ACK_MS = 100;
/** After an event that could not be written (a full disk), it and those behind it are tried again after this time. */
const RETRY_MS = 1000;

export interface Inbox {
  /** Sequence number of the last event that was taken and need not be told again. */
  readonly acked: number;
  push(note: HostNote): void;
  close(): void;
}

/** Events of a host, one after another and each once. Only what `take` has written (it did not throw) is acknowledged. */
export function createInbox({
  acked,
  hold = () => null,
  take,
  acknowledge,
  onTrouble,
}: {
  acked: number;
  /** What was taken after this number is to be told again to whoever comes after us; null: nothing. */
  hold?(): number | null;
  take(note: HostNote): void;
  acknowledge(seq: number): void;
  onTrouble(error: unknown): void;
}): Inbox {
  const queue: HostNote[] = [];
  let closed = false;
  let told = acked;
  /** Never back: what was said to be forgotten is. */
  const settled = () => {
    told = Math.max(told, Math.min(acked, hold() ?? acked));
    return told;
  };
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  const drain = () => {
    retry = undefined;
    for (let note = queue[0]; note && !closed; note = queue[0]) {
      try {
        if (note.seq > acked) take(note);
      } catch (error) {
        onTrouble(error);
        retry = setTimeout(drain, RETRY_MS);
        return;
      }
      acked = Math.max(acked, note.seq);
      queue.shift();
      timer ??= setTimeout(() => {
        timer = undefined;
        acknowledge(settled());
      }, ACK_MS);
    }
  };
  return {
    get acked() {
      return settled();
    },
    push(note) {
      queue.push(note);
      if (!retry) drain();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(retry);
    },
  };
}
