import type { Run } from './style.ts';

/*
 * A block holds up to 256 logical lines, sealed to nearly exact size when full:
 *
 *   bytes    | line 0 \n| line 1 \n| …     latin1, or UTF-16LE where wide[i], its \n too; none behind the last line,
 *                                     but room that is not used
 *   ends     byte offset behind each line's text, before its \n
 *   runs     | units fg bg | units fg bg | …   only for lines that are not plain
 *   runEnds  index behind each line's last run
 *   at       milliseconds since `start` at which each line left the screen
 *
 * What is needed to search a sealed block lies in one SharedArrayBuffer, which another thread reads without a copy:
 *
 *   shared   | ends | at | wide | bytes |
 */
export const BLOCK_LINES = 256;
/** Bytes of text after which a block is sealed though it has fewer lines. */
export const BLOCK_BYTES = 64 * 1024;

export interface Block {
  /** Number of its first line. */
  first: number;
  count: number;
  start: number;
  bytes: Buffer;
  ends: Uint32Array;
  wide: Uint8Array;
  runs: Uint32Array;
  runEnds: Uint32Array;
  at: Uint32Array;
  /** Holds `ends`, `at`, `wide` and `bytes` (see `searchable`); the open block's own are apart. */
  shared: SharedArrayBuffer | undefined;
  /** Another thread may still read it: its memory is not used again. */
  lent: boolean;
}

/** A block as another thread can read it. */
export type SearchBlock = Pick<Block, 'first' | 'count' | 'start'> & { shared: SharedArrayBuffer };

export interface StoredLine {
  text: string;
  at: number;
  runs: Run[];
}

/** An empty block with room for a full one; the ring writes all its lines into the same one. */
export const openBlock = (first: number): Block => ({
  first,
  count: 0,
  start: 0,
  bytes: Buffer.allocUnsafeSlow(16 * 1024),
  ends: new Uint32Array(BLOCK_LINES),
  wide: new Uint8Array(BLOCK_LINES),
  runs: new Uint32Array(64 * 3),
  runEnds: new Uint32Array(BLOCK_LINES),
  at: new Uint32Array(BLOCK_LINES),
  shared: undefined,
  lent: false,
});

/** Memory of blocks comes in steps of this many bytes: that of one that goes then mostly fits the next one like it. */
const STEP_BYTES = 2048;
/** The most that a block may leave unused of another one's memory. */
const MAX_SLACK = 2 * STEP_BYTES;
const NO_RUNS = new Uint32Array(0);

export const usedBytes = (block: Block) => (block.count === 0 ? 0 : block.ends[block.count - 1]!);
const usedRuns = (block: Block) => (block.count === 0 ? 0 : block.runEnds[block.count - 1]!);

/** Byte offset at which a line's text begins. */
export const startOf = (block: Pick<Block, 'ends' | 'wide'>, index: number) =>
  index === 0 ? 0 : block.ends[index - 1]! + (block.wide[index - 1] ? 2 : 1);

/** The parts of a shared block. */
export function openShared({ shared, count }: { shared: SharedArrayBuffer; count: number }) {
  return {
    ends: new Uint32Array(shared, 0, count),
    at: new Uint32Array(shared, count * 4, count),
    wide: new Uint8Array(shared, count * 8, count),
    bytes: Buffer.from(shared, count * 9),
  };
}

/**
 * A copy without the room that was not used, in the memory of `gone`, which nobody needs any more, where it fits. Under a flood
 * new memory for each block kept the collector at work for a fifth of the time.
 */
export function sealBlock(block: Block, gone?: Block): Block {
  const { first, count, start } = block;
  const shared = roomFor(count * 9 + usedBytes(block), gone);
  const parts = openShared({ shared, count });
  parts.ends.set(block.ends.subarray(0, count));
  parts.at.set(block.at.subarray(0, count));
  parts.wide.set(block.wide.subarray(0, count));
  block.bytes.copy(parts.bytes, 0, 0, usedBytes(block));
  const runs = usedRuns(block) * 3;
  const runEnds = gone?.runEnds.length === count ? gone.runEnds : new Uint32Array(count);
  runEnds.set(block.runEnds.subarray(0, count));
  return {
    first,
    count,
    start,
    ...parts,
    runs: runs > 0 ? block.runs.slice(0, runs) : NO_RUNS,
    runEnds,
    shared,
    lent: false,
  };
}

function roomFor(bytes: number, gone: Block | undefined): SharedArrayBuffer {
  const old = gone?.lent ? undefined : gone?.shared;
  if (old && old.byteLength >= bytes && old.byteLength <= bytes + MAX_SLACK) return old;
  return new SharedArrayBuffer(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES);
}

/** A sealed block as it is; of the open one a copy. */
export function searchable(block: Block): SearchBlock {
  if (block.shared) block.lent = true;
  const { first, count, start, shared } = block.shared ? block : sealBlock(block);
  return { first, count, start, shared: shared! };
}

/** Bytes that a sealed block takes, the objects around it estimated. */
export const blockSize = (block: Block) => block.shared!.byteLength + block.runs.byteLength + block.count * 4 + 600;

/** The text of a line. */
export function textOf(block: Pick<Block, 'bytes' | 'ends' | 'wide'>, index: number): string {
  const encoding = block.wide[index] ? 'utf16le' : 'latin1';
  return block.bytes.toString(encoding, startOf(block, index), block.ends[index]!);
}

export function readLine(block: Block, index: number): StoredLine {
  const text = textOf(block, index);
  const runs: Run[] = [];
  for (let run = index === 0 ? 0 : block.runEnds[index - 1]!; run < block.runEnds[index]!; run++) {
    runs.push({ units: block.runs[run * 3]!, fg: block.runs[run * 3 + 1]!, bg: block.runs[run * 3 + 2]! });
  }
  return { text, at: block.start + block.at[index]!, runs };
}
