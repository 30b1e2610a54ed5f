import { STATE_VERSION } from '../schema/state.ts';
import { stateWriter } from '../storage/state.ts';
import { messageOf } from '../util/errors.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';
import type { Trouble } from './trouble.ts';

/** Changes within this time are written once, in milliseconds. Nothing is lost by waiting: the records are ahead. */
const DEBOUNCE_MS = 250;

export interface Snapshots {
  /** Writes what is due and stops. */
  close(): Promise<void>;
}

/** A write that failed is tried again after this time, in milliseconds. */
const RETRY_MS = 2000;

/** Keeps `state.json` close behind the store. A write that fails is tried again until it works. */
export function keepSnapshots({
  root,
  store,
  log,
  trouble,
}: {
  root: string;
  store: Store;
  log: Log;
  trouble: Trouble;
}): Snapshots {
  const writer = stateWriter({ root });
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

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
      trouble.works('state');
    } catch (error) {
      log.debug(messageOf(error));
      trouble.failed('state', messageOf(error));
      if (!closed) timer ??= setTimeout(write, RETRY_MS);
    }
  };
  const undo = store.onChange(() => {
    timer ??= setTimeout(write, DEBOUNCE_MS);
  });
  return {
    async close() {
      undo();
      closed = true;
      if (timer) {
        clearTimeout(timer);
        await write();
      }
      await writer.close();
    },
  };
}
