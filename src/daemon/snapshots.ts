import { existsSync } from 'node:fs';
import { STATE_VERSION } from '../schema/state.ts';
import { stateWriter } from '../storage/state.ts';
import { errnoOf, messageOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';
import type { Trouble } from './trouble.ts';

/** Changes within this time are written once, in milliseconds. Nothing is lost by waiting: the records are ahead. */
const DEBOUNCE_MS = 250;

export interface Snapshots {
  /** Its file was there and has been taken away. */
  readonly isGone: boolean;
  /** Writes it now, whether something has changed or not. */
  write(): void;
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
  ensure,
}: {
  root: string;
  store: Store;
  log: Log;
  trouble: Trouble;
  /** Makes its folder again where it was taken away; what cannot be done is told and thrown. */
  ensure(): void;
}): Snapshots {
  const writer = stateWriter({ root });
  const { state: path } = projectPaths(root);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let wasThere = existsSync(path);
  /** On a file system without hard links there is none for a moment while it is written. */
  let writing = 0;

  const put = () => {
    ensure();
    return writer.write({
      format: 'boocode-state',
      version: STATE_VERSION,
      generation: 0,
      state: store.get(),
      records: { ...store.reach() },
    });
  };
  /** What is wrong with the folder itself is told first: this write came to nothing by it. */
  const tellOfFolder = () => {
    try {
      ensure();
    } catch {
      // It has been told.
    }
  };
  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    writing += 1;
    try {
      await put().catch((error: unknown) => {
        if (!wasTakenAway(error)) throw error;
        return put();
      });
      wasThere = true;
      trouble.works('state');
    } catch (error) {
      log.debug(messageOf(error));
      tellOfFolder();
      trouble.failed('state', messageOf(error));
      if (!closed) timer ??= setTimeout(write, RETRY_MS);
    } finally {
      writing -= 1;
    }
  };
  const undo = store.onChange(() => {
    timer ??= setTimeout(write, DEBOUNCE_MS);
  });
  return {
    get isGone() {
      return wasThere && writing === 0 && !existsSync(path);
    },
    write: () => void write(),
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

/** The folder, or the file on its way, was taken away while it was written. */
const wasTakenAway = (error: unknown): boolean =>
  error instanceof Error && [error, error.cause].some((one) => errnoOf(one) === 'ENOENT');
