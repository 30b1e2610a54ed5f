import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BooError } from '../util/errors.ts';
import type { Context } from './context.ts';
import { onInterrupt } from './interrupt.ts';

/** Between two looks at a log that is followed, in milliseconds. */
const LOOK_MS = 200;

/** Prints the last `count` lines of a log; with `follow` also what comes, over rotations, until interrupted. */
export async function printLog(
  context: Context,
  path: string,
  { count, follow }: { count: number; follow: boolean },
): Promise<number> {
  if (!existsSync(path)) {
    throw new BooError('not_found', `there is no log ${path}`, 'No daemon has run for this project yet.');
  }
  const text = readFileSync(path, 'utf8');
  const lines = text
    .split('\n')
    .filter((line, i, all) => line !== '' || i < all.length - 1)
    .slice(-count);
  context.print({ log: path, lines }, () => lines.join('\n'));
  if (!follow) return 0;

  const stop = new AbortController();
  let code = 0;
  const undo = onInterrupt((signalled) => {
    code = signalled;
    stop.abort();
  });
  let at = Buffer.byteLength(text);
  let inode = statSync(path).ino;
  while (!stop.signal.aborted) {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now && (now.ino !== inode || now.size < at)) {
      inode = now.ino;
      at = 0;
    }
    if (now && now.size > at) {
      const bytes = readFrom(path, at, now.size);
      at += bytes.length;
      context.io.stdout.write(bytes);
    }
    await delay(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
  undo();
  return code;
}

function readFrom(path: string, start: number, end: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}
