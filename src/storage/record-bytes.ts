import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { RecordLine } from '../schema/event.ts';
import { tempName } from './atomic.ts';

/** How much of a record's end is read at first to find its last line, in bytes. */
const TAIL_BYTES = 64 * 1024;
/** Bytes that are copied at a time. */
const COPY_BYTES = 1024 * 1024;
const LF = 10;
const { O_APPEND, O_CREAT, O_EXCL, O_RDWR } = constants;

type Notice = (text: string) => void;

export const parseLine = (text: string) => {
  try {
    return RecordLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** The bytes after the last complete line, and the last line that is one, read from the end. */
function readTail(fd: number, size: number): { torn: Buffer; last: RecordLine | undefined } {
  for (let wanted = TAIL_BYTES; ; wanted *= 4) {
    const start = Math.max(0, size - wanted);
    const bytes = Buffer.alloc(size - start);
    readSync(fd, bytes, 0, bytes.length, start);
    const end = bytes.lastIndexOf(LF) + 1;
    const lines = bytes
      .toString('utf8', 0, end)
      .split('\n')
      .slice(start > 0 ? 1 : 0);
    const last = lines.map(parseLine).findLast((line) => line !== undefined);
    if (start === 0 || (end > 0 && last)) return { torn: bytes.subarray(end), last };
  }
}

/** Cuts off what a crash left of a line. The fragment is kept beside the record. */
export function repair(fd: number, path: string, notice: Notice): number {
  const { size } = fstatSync(fd);
  const { torn, last } = readTail(fd, size);
  if (torn.length === 0) return last?.seq ?? 0;
  const complete = parseLine(torn.toString());
  if (complete) {
    writeSync(fd, '\n');
    return complete.seq;
  }
  appendFileSync(`${path}.torn`, torn, { mode: 0o600 });
  ftruncateSync(fd, size - torn.length);
  notice(`the last line of ${path} was torn by a crash; its ${torn.length} bytes were moved to ${path}.torn`);
  return last?.seq ?? 0;
}

/** A new file (0600) with all that an open one holds, whose name is gone, in the place where that had been. Throws the system's error. */
export function copyOf(fd: number, path: string): number {
  const temp = tempName(path);
  const next = openSync(temp, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
  try {
    const bytes = Buffer.alloc(COPY_BYTES);
    for (let at = 0, count = 0; ; at += count) {
      count = readSync(fd, bytes, 0, bytes.length, at);
      if (count === 0) break;
      writeWhole(next, bytes.subarray(0, count));
    }
    renameSync(temp, path);
    return next;
  } catch (error) {
    closeSync(next);
    rmSync(temp, { force: true });
    throw error;
  }
}

export function writeWhole(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
