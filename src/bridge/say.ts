import type { Delta } from '../schema/activity.ts';
import type { BridgeOut } from '../schema/bridge.ts';
import type { Activity, Receipt } from '../schema/event.ts';
import type { Evidence } from '../schema/status.ts';

type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch' | 'from'> : never;
/** An activity without what its record adds. */
export type Report = Unstamped<Activity> | { type: 'session'; sessionId: string };

/** Deltas of so many milliseconds are one line: a host keeps a bounded number of lines while no daemon takes them. */
const DELTA_MS = 30;

export interface Say {
  report(report: Report): void;
  delta(delta: Delta): void;
  receipt(receipt: { prompt: string; receipt: Receipt; evidence: Evidence }): void;
  refused(message: string): void;
  /** Prints the deltas that are held. */
  flush(): void;
}

/** A bridge's side of schema/bridge. What is reported is printed before the call returns: only what is printed outlives a crash. */
export function createSay(print: (line: string) => void): Say {
  const held = new Map<string, Delta>();
  let timer: NodeJS.Timeout | undefined;
  const out = (message: BridgeOut) => print(`${JSON.stringify(message)}\n`);
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const delta of held.values()) out({ boocode: 'delta', delta });
    held.clear();
  };
  return {
    report(report) {
      flush();
      out({ boocode: 'report', report } as BridgeOut);
    },
    delta({ item, kind, text }) {
      const key = `${kind} ${item}`;
      held.set(key, { item, kind, text: (held.get(key)?.text ?? '') + text });
      timer ??= setTimeout(flush, DELTA_MS);
    },
    receipt(receipt) {
      flush();
      out({ boocode: 'receipt', ...receipt });
    },
    refused(message) {
      flush();
      out({ boocode: 'refused', message });
    },
    flush,
  };
}
