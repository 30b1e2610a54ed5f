import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AgentEvent, RecordLine } from '../schema/event.ts';
import type { StatusState } from '../schema/status.ts';
import { diskFull, isDiskFull, sayDiskFull } from '../util/disk.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { nameOf, pathOf } from './record-files.ts';

/** How much of a record's end is read at first to find its last line, in bytes. */
const TAIL_BYTES = 64 * 1024;
const LF = 10;

/** The durable record of one agent: `<state>-<id>.jsonl` in `.boocode/sessions`, one writer. */
export interface Record {
  /** Name of the file in the sessions folder, as it is now. */
  readonly file: string;
  /** Sequence number of the last event, 0 when there is none. */
  readonly seq: number;
  /** Writes the event before it returns (it survives a kill of this process) and gives its sequence number. */
  append(event: AgentEvent): number;
  /** Renames the file, so that a folder listing tells the state of every session. */
  setState(state: StatusState): void;
  close(): void;
  /** Takes a record away that has no event: the first one could not be written. */
  discard(): void;
}

type Notice = (text: string) => void;
const parseLine = (text: string) => {
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
function repair(fd: number, path: string, notice: Notice): number {
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

function recordOn(folder: string, id: string, name: string, fd: number, from: number): Record {
  let file = name;
  let seq = from;
  return {
    get file() {
      return file;
    },
    get seq() {
      return seq;
    },
    append(event) {
      const line: RecordLine = { seq: seq + 1, event };
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      const before = fstatSync(fd).size;
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      } catch (error) {
        ftruncateSync(fd, before);
        if (isDiskFull(error)) throw diskFull(`the record of ${id} could not be written`, folder, error);
        throw new BooError(
          'failed',
          `the record ${join(folder, file)} could not be written: ${messageOf(error)}`,
          'Make the file writable.',
          { cause: error },
        );
      }
      seq += 1;
      return seq;
    },
    setState(state) {
      const wanted = nameOf(id, state);
      if (wanted === file) return;
      renameSync(join(folder, file), join(folder, wanted));
      file = wanted;
    },
    close: () => closeSync(fd),
    discard() {
      closeSync(fd);
      if (seq === 0) rmSync(join(folder, file), { force: true });
    },
  };
}

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;

/** Begins the record of a new agent (0600). A record that exists already is a defect of the caller and throws. */
export function createRecord({ root, id }: { root: string; id: string }): Record {
  const { sessions } = projectPaths(root);
  const file = nameOf(id, 'pending');
  if (pathOf(root, id)) throw new Error(`there is a record of ${id} already`);
  try {
    const fd = openSync(join(sessions, file), O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
    return recordOn(sessions, id, file, fd, 0);
  } catch (error) {
    throw sayDiskFull(error, `the record of ${id} could not be begun`, sessions);
  }
}

/** Goes on with a record, or gives null when there is none. A torn last line is cut off, kept, and told to `onNotice`. */
export function openRecord({
  root,
  id,
  onNotice = () => {},
}: {
  root: string;
  id: string;
  onNotice?: Notice;
}): Record | null {
  const found = pathOf(root, id);
  if (!found) return null;
  const fd = openSync(found.path, O_RDWR | O_APPEND | (O_NOFOLLOW ?? 0));
  return recordOn(projectPaths(root).sessions, id, found.file, fd, repair(fd, found.path, onNotice));
}

/**
 * The events of a record whose seq is greater than `after`, in order; none when there is no record. Lines that are no
 * events (a torn end, or a kind that a newer BooCode wrote) are left out and told to `onNotice`. Changes nothing.
 */
export function readRecord({
  root,
  id,
  after,
  onNotice = () => {},
}: {
  root: string;
  id: string;
  after: number;
  onNotice?: Notice;
}): RecordLine[] {
  const found = pathOf(root, id);
  if (!found) return [];
  const lines = readFileSync(found.path, 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    if (text === '') return [];
    const line = parseLine(text);
    if (!line) onNotice(`line ${index + 1} of ${found.path} is no event this BooCode knows; it was left out`);
    return line && line.seq > after ? [line] : [];
  });
}

/**
 * The lines of a record, newest first, read from the end as far as they are taken. They are our own and are not checked again, but for
 * what is no line of a record at all.
 */
export function* readRecordLines(root: string, id: string): Generator<RecordLine> {
  const found = pathOf(root, id);
  if (!found) return;
  const text = readFileSync(found.path, 'utf8');
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = start < end ? knownLine(text.slice(start, end)) : undefined;
    if (line) yield line;
    end = start - 1;
  }
}

const TYPES: ReadonlySet<string> = new Set(AgentEvent.options.map((event) => event.shape.type.value));

function knownLine(text: string): RecordLine | undefined {
  try {
    const line = JSON.parse(text) as RecordLine;
    return Number.isInteger(line?.seq) && TYPES.has(line.event?.type) ? line : undefined;
  } catch {
    return undefined;
  }
}
