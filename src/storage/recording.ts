import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CastEvent, CastHeader, PART_BEGINS } from '../schema/recording.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';

/** Events read before they are handed on. */
const BATCH = 500;
const NAME = /^([\w-]+)\.(\d+)\.cast(?:\.(\d+))?$/;

/** One file of a recording. */
export interface RecordingPart {
  id: string;
  epoch: number;
  /** 0: the newest, which is written to; 1: the one before it … */
  part: number;
  path: string;
  bytes: number;
  /** Written to last; milliseconds since the epoch. */
  at: number;
}

/** Every recording file of the project, oldest first within each life. */
export function listRecordings(root: string): RecordingPart[] {
  const folder = projectPaths(root).recordings;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  const parts = names.flatMap((name) => {
    const [, id, epoch, part] = NAME.exec(name) ?? [];
    const path = join(folder, name);
    const stat = id ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (!id || !stat) return [];
    return [{ id, epoch: Number(epoch), part: Number(part ?? 0), path, bytes: stat.size, at: stat.mtimeMs }];
  });
  return parts.sort((a, b) => b.part - a.part);
}

/** The files of one life in the order in which they were written. */
export const recordingOf = (root: string, id: string, epoch: number): string[] =>
  listRecordings(root)
    .filter((one) => one.id === id && one.epoch === epoch)
    .map(({ path }) => path);

/** A recording's parts as one, from its beginning as far as it is kept. */
export interface Cast {
  readonly header: CastHeader;
  /** Events in order, a batch at a time; `after` counts seconds from the event before. May be run through once. */
  events: AsyncGenerator<CastEvent[]>;
  /** One sentence when something could not be read: a torn line, a damaged part. Complete after the events. */
  readonly notice: string | null;
}

/** Whole lines of a file: UTF-8 is never split; what stands behind the last line break is not one. */
async function* wholeLines(path: string): AsyncGenerator<{ text: string; torn: boolean }> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { text, torn: false };
  }
  if (rest) yield { text: rest, torn: true };
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

function eventOf(text: string): CastEvent | undefined {
  const value = parse(text);
  if (!Array.isArray(value)) return undefined;
  const [after, code, data] = value as unknown[];
  if (typeof after !== 'number' || !(after >= 0) || typeof code !== 'string' || typeof data !== 'string')
    return undefined;
  return { after, code, data };
}

interface Read {
  header: CastHeader | null;
  notice: string | null;
}

/** One part; gives its header first (as `read.header`), then its events. */
async function* readPart(path: string, isFirst: boolean, read: Read): AsyncGenerator<CastEvent | CastHeader> {
  let begins = true;
  let skip = false;
  let skipped = 0;
  for await (const { text, torn } of wholeLines(path)) {
    if (begins) {
      const header = CastHeader.safeParse(parse(text)).data;
      if (!header) {
        read.notice = 'a part of it has no readable beginning and was left out';
        return;
      }
      begins = false;
      yield header;
    } else if (text.startsWith('#')) {
      skip = !isFirst && text.slice(1).trim() === PART_BEGINS;
    } else if (text !== '') {
      const event = torn ? undefined : eventOf(text);
      if (!event) read.notice = torn ? 'it is cut off at its end' : 'a damaged line of it was left out';
      else if (skip) skipped += event.after;
      else yield { ...event, after: event.after + skipped };
      if (event && !skip) skipped = 0;
      skip = false;
    }
  }
}

async function* joined(paths: string[], read: Read): AsyncGenerator<CastEvent | CastHeader> {
  let size = '';
  for (const path of paths) {
    for await (const one of readPart(path, read.header === null, read)) {
      if (!('version' in one)) {
        if (one.code === 'r') size = one.data;
        yield one;
        continue;
      }
      const next = `${one.term.cols}x${one.term.rows}`;
      if (read.header === null) {
        read.header = one;
        yield one;
      } else if (next !== size) yield { after: 0, code: 'r', data: next };
      size = next;
    }
  }
}

/** Opens the parts of a recording. Rejects with `failed` when none of them can be read at all. */
export async function openCast(paths: string[]): Promise<Cast> {
  const read: Read = { header: null, notice: null };
  const all = joined(paths, read);
  const first = (await all.next()).value;
  if (!first) {
    throw new BooError('failed', `the recording ${paths[0]} cannot be read: its first line is no asciicast header`);
  }
  async function* events() {
    let batch: CastEvent[] = [];
    for await (const one of all) {
      batch.push(one as CastEvent);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
  return {
    header: first as CastHeader,
    events: events(),
    get notice() {
      return read.notice;
    },
  };
}
