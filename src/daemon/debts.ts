/** How long until what could not be written is tried again, in milliseconds. */
const RETRY_MS = 1000;

/** What has happened but could not be written down yet (a full disk): by agent, in order, until it is. */
export interface Debts {
  /** Writes now what has happened, or as soon as that is possible. Returns whether it is written. */
  owe(id: string, write: () => void): boolean;
  /** Writes what is owed for an agent, before anything newer is. Throws when it still cannot be. */
  pay(id: string): void;
  forget(id: string): void;
  close(): void;
}

export function createDebts(): Debts {
  const owed = new Map<string, (() => void)[]>();
  let timer: NodeJS.Timeout | undefined;

  const pay = (id: string) => {
    const queue = owed.get(id);
    for (let write = queue?.[0]; queue && write; write = queue[0]) {
      write();
      queue.shift();
    }
    owed.delete(id);
  };
  const payAll = () => {
    timer = undefined;
    try {
      for (const id of [...owed.keys()]) pay(id);
    } catch {
      timer = setTimeout(payAll, RETRY_MS);
    }
  };
  return {
    owe(id, write) {
      try {
        pay(id);
        write();
        return true;
      } catch {
        owed.set(id, [...(owed.get(id) ?? []), write]);
        timer ??= setTimeout(payAll, RETRY_MS);
        return false;
      }
    },
    pay,
    forget: (id) => void owed.delete(id),
    close() {
      payAll();
      clearTimeout(timer);
    },
  };
}
