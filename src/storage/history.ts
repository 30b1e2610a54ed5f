import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeptLife } from '../schema/history.ts';
import type { HistoryLine } from '../schema/host.ts';
import { errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { tempName } from './atomic.ts';
import {
  MEMBER_HEADER,
  type Member,
  packLine,
  packMember,
  readMember,
  unpackLine,
  unpackMember,
} from './history-block.ts';

/** Lines, and characters, after which a block is closed: what a reader unpacks at a time. */
const BLOCK_LINES = 2000;
const BLOCK_CHARS = 512 * 1024;
const NAME = /^([\w-]+)\.(\d+)\.jsonl\.gz$/;

/** One kept life as its file's name and dates tell it. */
export interface KeptFile {
  id: string;
  epoch: number;
  path: string;
  bytes: number;
  /** When the life ended; milliseconds since the epoch. */
  endedAt: number;
}

/** What is kept of one life; `close` it. Lines are numbered as they were while it lived. */
export interface KeptHistory {
  readonly life: KeptLife;
  /** Numbers of the oldest and the newest line that can be read; `total` is `first` - 1 when there is none. */
  readonly first: number;
  readonly total: number;
  /** One sentence when it was cut off or damaged, or made anew from a recording. Complete once the lines were read. */
  readonly notice: string | null;
  /** The lines from number `from` on, a block (up to some thousand lines) at a time: a file may hold a million. */
  blocks(from?: number): AsyncGenerator<HistoryLine[]>;
  /** As a host's `history`: `from` null means the last `count` lines. */
  page(request: { from: number | null; count: number; styled: boolean }): Promise<{
    lines: HistoryLine[];
    first: number;
    total: number;
  }>;
  close(): void;
}

const fileOf = (root: string, id: string, epoch: number) => join(projectPaths(root).history, `${id}.${epoch}.jsonl.gz`);

/** Whether something is kept of a life. */
export const hasHistory = (root: string, id: string, epoch: number): boolean => existsSync(fileOf(root, id, epoch));

/** Every kept life of the project, oldest end first. Reads names and dates alone. */
export function listHistory(root: string): KeptFile[] {
  const folder = projectPaths(root).history;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  const files = names.flatMap((name) => {
    const [, id, epoch] = NAME.exec(name) ?? [];
    if (!id) return [];
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? [{ id, epoch: Number(epoch), path, bytes: stat.size, endedAt: stat.mtimeMs }] : [];
  });
  return files.sort((a, b) => a.endedAt - b.endedAt);
}

/**
 * Writes what is kept of a life, as a whole or not at all (0600). `pages` are its lines in order, a page at a time; the
 * file is dated with the end of the life. Rejects with the system's error, e.g. when the disk is full.
 */
export async function writeHistory(
  root: string,
  life: KeptLife,
  pages: AsyncIterable<HistoryLine[]> | Iterable<HistoryLine[]>,
): Promise<void> {
  const path = fileOf(root, life.agent, life.epoch);
  const temp = tempName(path);
  const file = await open(temp, 'wx', 0o600);
  try {
    // Not `write`, which is content with a part: on a disk that is nearly full the rest would be missing without an error.
    await file.appendFile(await packMember(`${JSON.stringify(life)}\n`, 0, 0));
    let block: HistoryLine[] = [];
    let text = '';
    const flush = async () => {
      if (block.length > 0) await file.appendFile(await packMember(text, block[0]!.line, block.length));
      block = [];
      text = '';
    };
    for await (const page of pages) {
      for (const line of page) {
        block.push(line);
        text += packLine(line);
        if (block.length >= BLOCK_LINES || text.length >= BLOCK_CHARS) await flush();
      }
    }
    await flush();
    await file.utimes(new Date(), new Date(life.endedAt));
    await file.sync();
    await file.close();
    await rename(temp, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temp, { force: true });
    throw error;
  }
}

/** Who a kept life was and how it ended, without its lines; null when that cannot be read. */
export async function readLife(path: string): Promise<KeptLife | null> {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const header = Buffer.alloc(MEMBER_HEADER);
    const member = readMember(header.subarray(0, readSync(fd, header, 0, MEMBER_HEADER, 0)));
    const size = Math.min(member?.size ?? 0, fstatSync(fd).size);
    return (member && (await lifeOf(fd, { ...member, size, at: 0 }))) ?? null;
  } catch {
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Opens what is kept of a life; null when nothing is, or when not even its description can be read. */
export async function openHistory(root: string, id: string, epoch: number): Promise<KeptHistory | null> {
  let fd: number;
  try {
    fd = openSync(fileOf(root, id, epoch), 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { members, cut } = findMembers(fd);
    const life = members[0] && (await lifeOf(fd, members[0]));
    if (life) {
      const last = cut && members.length > 1 ? members.at(-1) : undefined;
      // What its header promises is not all there.
      if (last) last.count = (await linesOf(fd, last)).length;
      return kept(fd, life, members.slice(1), cut);
    }
  } catch {
    // Damaged beyond use: as if it were not there.
  }
  closeSync(fd);
  return null;
}

interface Placed extends Member {
  at: number;
}

/** Where the members lie; `cut`: the last one is shorter than it says, or what follows is none. */
function findMembers(fd: number): { members: Placed[]; cut: boolean } {
  const { size } = fstatSync(fd);
  const members: Placed[] = [];
  const header = Buffer.alloc(MEMBER_HEADER);
  for (let at = 0; at < size; ) {
    const member = readMember(header.subarray(0, readSync(fd, header, 0, MEMBER_HEADER, at)));
    if (!member) return { members, cut: true };
    members.push({ ...member, at, size: Math.min(member.size, size - at) });
    if (at + member.size > size) return { members, cut: true };
    at += member.size;
  }
  return { members, cut: false };
}

function readMemberText(fd: number, { at, size }: Placed): Promise<string> {
  const bytes = Buffer.allocUnsafe(size);
  return unpackMember(bytes.subarray(0, readSync(fd, bytes, 0, size, at)));
}

async function lifeOf(fd: number, member: Placed): Promise<KeptLife | undefined> {
  return KeptLife.safeParse(JSON.parse(await readMemberText(fd, member))).data;
}

async function linesOf(fd: number, member: Placed): Promise<HistoryLine[]> {
  const text = await readMemberText(fd, member).catch(() => '');
  return text.split('\n').flatMap((one) => unpackLine(one) ?? []);
}

function kept(fd: number, life: KeptLife, members: Placed[], isCut: boolean): KeptHistory {
  let cut = isCut;
  const total = () => {
    const last = members.at(-1);
    return last ? last.first + last.count - 1 : life.first - 1;
  };
  async function* blocks(from = life.first) {
    for (const member of members) {
      if (member.first + member.count <= from) continue;
      const lines = await linesOf(fd, member);
      if (lines.length < member.count) cut = true;
      const wanted = member.first >= from ? lines : lines.filter(({ line }) => line >= from);
      if (wanted.length > 0) yield wanted;
    }
  }
  return {
    life,
    first: life.first,
    get total() {
      return total();
    },
    get notice() {
      if (cut || total() < life.total) return 'a part of what was kept of it is cut off or damaged';
      return life.source === 'recording' ? 'its process host was lost: made anew from its recording' : null;
    },
    blocks,
    async page({ from, count, styled }) {
      const start = Math.max(life.first, from ?? total() - count + 1);
      const lines: HistoryLine[] = [];
      for await (const block of blocks(start)) {
        for (const { ansi, ...line } of block) {
          if (line.line >= start + count) break;
          lines.push(styled ? { ...line, ansi: ansi! } : line);
        }
        if (block.at(-1)!.line >= start + count - 1) break;
      }
      return { lines, first: life.first, total: total() };
    },
    close: () => closeSync(fd),
  };
}
