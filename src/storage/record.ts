import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { AgentEvent, type RecordLine } from '../schema/event.ts';
import type { StatusState } from '../schema/status.ts';
import { diskFull, isDiskFull } from '../util/disk.ts';
import { BooError, errnoOf, messageOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';
import { copyOf, parseLine, repair, writeWhole } from './record-bytes.ts';
import { nameOf, pathOf } from './record-files.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;

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
  /** Where somebody has taken its file away (git clean), a new one with all that was in it. Returns whether that was so. */
  remake(): boolean;
  close(): void;
  /** Takes a record away that has no event: the first one could not be written. */
  discard(): void;
}

type Notice = (text: string) => void;

interface Opened {
  folder: string;
  id: string;
  name: string;
  fd: number;
  /** Number of the last event that is known of it. */
  from: number;
}

function recordOn({ folder, id, name, from, ...opened }: Opened): Record {
  let { fd } = opened;
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
        writeWhole(fd, bytes);
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
      try {
        renameSync(join(folder, file), join(folder, wanted));
      } catch (error) {
        // Somebody has taken it away: it is made again under this name.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
      file = wanted;
    },
    remake() {
      const path = join(folder, file);
      const own = fstatSync(fd);
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (there?.ino === own.ino && there.dev === own.dev) return false;
      try {
        const next = copyOf(fd, path);
        closeSync(fd);
        fd = next;
        return true;
      } catch (error) {
        throw sayOf(error, `the record of ${id} was taken away and could not be made again`, folder);
      }
    },
    close: () => closeSync(fd),
    discard() {
      closeSync(fd);
      if (seq === 0) rmSync(join(folder, file), { force: true });
    },
  };
}

function sayOf(error: unknown, what: string, folder: string): unknown {
  if (isDiskFull(error)) return diskFull(what, folder, error);
  return new BooError('failed', `${what}: ${reasonOf(error)}`, `Make ${folder} a folder of yours to read and write.`, {
    cause: error,
  });
}

/**
 * Begins the record of an agent (0600); its events count on from `after`. A record that exists already is a defect of the caller and
 * throws.
 */
export function createRecord({ root, id, after = 0 }: { root: string; id: string; after?: number }): Record {
  const { sessions } = projectPaths(root);
  const file = nameOf(id, 'pending');
  if (pathOf(root, id)) throw new Error(`there is a record of ${id} already`);
  try {
    const fd = openSync(join(sessions, file), O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
    return recordOn({ folder: sessions, id, name: file, fd, from: after });
  } catch (error) {
    throw sayOf(error, `the record of ${id} could not be begun`, sessions);
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
  const from = repair(fd, found.path, onNotice);
  return recordOn({ folder: projectPaths(root).sessions, id, name: found.file, fd, from });
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
