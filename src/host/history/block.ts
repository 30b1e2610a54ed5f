import type { Run } from './style.ts';

/*
 * A block holds up to 256 logical lines, sealed to exact size when full:
 *
 *   bytes    | line 0 | line 1 | …     latin1, or UTF-16LE where wide[i]
 *   ends     byte offset behind each line
 *   runs     | units fg bg | units fg bg | …   only for lines that are not plain
 *   runEnds  index behind each line's last run
 *   at       milliseconds since `start` at which each line left the screen
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
}

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
});

export const usedBytes = (block: Block) => (block.count === 0 ? 0 : block.ends[block.count - 1]!);
const usedRuns = (block: Block) => (block.count === 0 ? 0 : block.runEnds[block.count - 1]!);

/** A copy without the room that was not used. */
export function sealBlock(block: Block): Block {
  const bytes = Buffer.allocUnsafeSlow(usedBytes(block));
  block.bytes.copy(bytes, 0, 0, bytes.length);
  return {
    first: block.first,
    count: block.count,
    start: block.start,
    bytes,
    ends: block.ends.slice(0, block.count),
    wide: block.wide.slice(0, block.count),
    runs: block.runs.slice(0, usedRuns(block) * 3),
    runEnds: block.runEnds.slice(0, block.count),
    at: block.at.slice(0, block.count),
  };
}

/** Bytes that a sealed block takes, the objects around it estimated. */
export const blockSize = (block: Block) =>
  block.bytes.length + block.runs.byteLength + block.count * (4 + 1 + 4 + 4) + 600;

export function readLine(block: Block, index: number): StoredLine {
  const from = index === 0 ? 0 : block.ends[index - 1]!;
  const to = block.ends[index]!;
  const text = block.wide[index] ? block.bytes.toString('utf16le', from, to) : block.bytes.toString('latin1', from, to);
  const runs: Run[] = [];
  for (let run = index === 0 ? 0 : block.runEnds[index - 1]!; run < block.runEnds[index]!; run++) {
    runs.push({ units: block.runs[run * 3]!, fg: block.runs[run * 3 + 1]!, bg: block.runs[run * 3 + 2]! });
  }
  return { text, at: block.start + block.at[index]!, runs };
}
