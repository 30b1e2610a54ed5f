import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Exit } from '../../schema/agent.ts';
import { entryPath } from '../../util/entry.ts';
import { BooError } from '../../util/errors.ts';
import { processStart } from '../../util/process.ts';
import type { Order, Word } from './words.ts';

/** How long (ms) a program may take to begin, on a busy machine too. */
const START_MS = 15_000;
/** How often (ms) it is looked whether a program still runs whose starter is gone. */
const LOOK_MS = 500;
/** V8's young generation, in MB: it makes next to nothing. */
const FLAGS = ['--max-semi-space-size=1'];
/** Where the system's own tools are, whatever the PATH says. */
const FOLDERS = '/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin';

/** A program that has been started. */
export interface Started {
  pid: number;
  /** Resolves when it has ended; both null: nobody saw how. */
  exited: Promise<Exit>;
}

/** Starts a host's programs in a small process of its own. */
export interface Starter {
  /** The process that there is now. */
  readonly pid: number | undefined;
  /** Resolves when it runs. Rejects with the system's reason, or with `failed` when the starter itself is gone or hangs. */
  start(order: Omit<Order, 'id'>): Promise<Started>;
  /** Its process ends; programs that it has started go on. */
  close(): void;
}

/** One order, until its program has ended. */
interface Ward {
  pid?: number;
  started: PromiseWithResolvers<Started>;
  exited: PromiseWithResolvers<Exit>;
}

/** A starter's process. `onGone`: it has ended, and all that it said was heard. */
interface Line {
  readonly pid: number | undefined;
  send(order: Omit<Order, 'id'>): Promise<Started>;
  close(): void;
}

function openLine(tools: string[], onGone: () => void): Line {
  const wards = new Map<number, Ward>();
  let last = 0;
  // A session of its own, so that the guardian can end it, and nothing of the user's in its environment.
  const child = spawn(process.execPath, [...FLAGS, entryPath('starter'), ...tools], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const fail = (id: number, error: Error) => {
    wards.get(id)?.started.reject(error);
    wards.delete(id);
  };
  const hear = (word: Word) => {
    const ward = wards.get(word.id);
    if (!ward) return;
    if ('error' in word) return fail(word.id, new Error(word.error));
    if ('pid' in word) {
      ward.pid = word.pid;
      return ward.started.resolve({ pid: word.pid, exited: ward.exited.promise });
    }
    wards.delete(word.id);
    ward.exited.resolve(word.exit);
  };
  child.on('error', () => {});
  // So it is when too many files are open, whatever the types say.
  if (!(child.stdin as unknown)) throw new BooError('failed', 'the process that starts programs could not be started');
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (text) => hear(JSON.parse(text)));
  child.once('close', () => {
    for (const [id, { pid, exited }] of wards) {
      if (pid === undefined) fail(id, new BooError('failed', 'the process that starts programs has ended'));
      else void untilGone(pid).then(() => exited.resolve({ code: null, signal: null }));
    }
    onGone();
  });
  // It ends by the end of this process.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
  return {
    pid: child.pid,
    async send(order) {
      const id = ++last;
      const ward: Ward = { started: Promise.withResolvers(), exited: Promise.withResolvers() };
      wards.set(id, ward);
      child.stdin.write(`${JSON.stringify({ ...order, id })}\n`);
      const tooLate = () =>
        fail(id, new BooError('failed', `the process that starts programs (pid ${child.pid}) does not answer`));
      const timer = setTimeout(tooLate, START_MS);
      try {
        return await ward.started.promise;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => void child.stdin.end(),
  };
}

/** Nobody is told of the end of a process that is not one's own. */
async function untilGone(pid: number): Promise<void> {
  const started = processStart(pid);
  if (started === null) return;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (processStart(pid) === started) return;
      clearInterval(timer);
      resolve();
    }, LOOK_MS);
  });
}

/**
 * Undefined where it is not needed or cannot be: only on Linux does a fork copy so much, and can a terminal be opened by
 * name, which takes setsid and stty. `onPid` is told of each process that it has.
 */
export function createStarter(onPid: (pid: number) => void): Starter | undefined {
  const folders = `${process.env.PATH ?? ''}${delimiter}${FOLDERS}`
    .split(delimiter)
    .filter((one) => one.startsWith('/'));
  const find = (name: string) => folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  const [setsid, stty] = [find('setsid'), find('stty')];
  if (process.platform !== 'linux' || !setsid || !stty) return undefined;
  let line: Line | undefined;
  let isClosed = false;
  const open = () => {
    const mine = openLine([setsid, stty], () => {
      if (line === mine) line = undefined;
    });
    if (mine.pid !== undefined) onPid(mine.pid);
    return mine;
  };
  line = open();
  return {
    get pid() {
      return line?.pid;
    },
    async start(order) {
      if (isClosed) throw new BooError('failed', 'this host ends');
      line ??= open();
      return line.send(order);
    },
    close() {
      isClosed = true;
      line?.close();
    },
  };
}
