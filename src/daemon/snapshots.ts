import { STATE_VERSION } from '../schema/state.ts';
import { stateWriter } from '../storage/state.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';

/** Changes within this time are written once, in milliseconds. Nothing is lost by waiting: the records are ahead. */
const DEBOUNCE_MS = 250;

export interface Snapshots {
  /** Writes what is due and stops. */
  close(): Promise<void>;
}

/** Keeps `state.json` close behind the store. A write that fails is told once to `onProblem`, and tried with the next change. */
export function keepSnapshots({
  root,
  store,
  log,
  onProblem,
}: {
  root: string;
  store: Store;
  log: Log;
  onProblem(text: string): void;
}): Snapshots {
  const writer = stateWriter({ root });
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const write = async () => {
    timer = undefined;
    try {
      await writer.write({
        format: 'boocode-state',
        version: STATE_VERSION,
        generation: 0,
        state: store.get(),
        records: { ...store.reach() },
      });
      failing = false;
    } catch (error) {
      log.error(messageOf(error));
      if (!failing) onProblem(messageOf(error));
      failing = true;
    }
  };
  const undo = store.onChange(() => {
    timer ??= setTimeout(write, DEBOUNCE_MS);
  });
  return {
    async close() {
      undo();
      if (timer) {
        clearTimeout(timer);
        await write();
      }
      await writer.close();
    },
  };
}
