import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordLine } from '../schema/event.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';

/** Bytes read at once. */
const CHUNK = 256 * 1024;
const LF = 10;

/** A line of a record and where it begins in the file, in bytes. */
export interface PlacedLine {
  line: RecordLine;
  place: number;
}

/** What was read of a record: the lines, and where the next one will begin. */
export interface Stretch {
  lines: PlacedLine[];
  end: number;
}

function parse(bytes: Buffer, wanted: (text: string) => boolean): RecordLine | undefined {
  const text = bytes.toString();
  if (!wanted(text)) return undefined;
  try {
    return RecordLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The whole lines of `bytes`, which begin at `place` in the file, and how far they reach. */
function linesIn(bytes: Buffer, place: number, wanted: (text: string) => boolean): Stretch {
  const lines: PlacedLine[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, begin)) {
    const line = parse(bytes.subarray(begin, end), wanted);
    if (line) lines.push({ line, place: place + begin });
    begin = end + 1;
  }
  return { lines, end: place + begin };
}

/**
 * Reads a record of the sessions folder on from a place, a stretch at a time, so that whoever reads long ones does not hold up
 * others; a line that is not whole yet is left for the next time. `wanted`: which lines (as text) are looked at at all. Lines that
 * are no events are left out. Gives nothing when the file is shorter than `from`, or not there.
 */
export async function* readOn(o: {
  root: string;
  file: string;
  from: number;
  wanted(text: string): boolean;
}): AsyncGenerator<Stretch> {
  const handle = await opened(o.root, o.file);
  if (!handle) return;
  try {
    let rest: Buffer[] = [];
    let held = 0;
    let place = o.from;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, place + held);
      if (bytesRead === 0) return;
      const got = chunk.subarray(0, bytesRead);
      rest.push(got);
      held += bytesRead;
      // A long line is put together once, when its end is there.
      if (got.indexOf(LF) < 0) continue;
      const stretch = linesIn(rest.length === 1 ? got : Buffer.concat(rest), place, o.wanted);
      held -= stretch.end - place;
      rest = held > 0 ? [got.subarray(bytesRead - held)] : [];
      place = stretch.end;
      yield stretch;
    }
  } finally {
    await handle.close();
  }
}

/** The lines that begin at these places, in their order; undefined: none does. Rejects when the file cannot be read. */
export async function linesAt(
  root: string,
  file: string,
  places: readonly number[],
): Promise<(RecordLine | undefined)[]> {
  const handle = await opened(root, file);
  if (!handle) return places.map(() => undefined);
  try {
    const found: (RecordLine | undefined)[] = [];
    for (const place of places) found.push(await lineAt(handle, place));
    return found;
  } finally {
    await handle.close();
  }
}

/** Most lines are short; a long one is read in growing steps. */
async function lineAt(handle: FileHandle, place: number): Promise<RecordLine | undefined> {
  for (let size = 8 * 1024; ; size *= 8) {
    const bytes = Buffer.allocUnsafe(size);
    const { bytesRead } = await handle.read(bytes, 0, size, place);
    const end = bytes.subarray(0, bytesRead).indexOf(LF);
    if (end >= 0) return parse(bytes.subarray(0, end), () => true);
    if (bytesRead < size) return undefined;
  }
}

async function opened(root: string, file: string): Promise<FileHandle | null> {
  const path = join(projectPaths(root).sessions, file);
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`the record ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
