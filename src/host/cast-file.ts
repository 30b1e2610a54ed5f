import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, write } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Size } from '../schema/agent.ts';
import { errnoOf } from '../util/errors.ts';

/** Bytes that have to be free before a recording goes on: with less it would pause again at once, again and again. */
const ROOM_BYTES = 2 * 1024 * 1024;

export interface CastFileOptions {
  path: string;
  /** How many rotated files (`path.1`, the newest of them, `path.2` …) are kept. */
  keep: number;
  command: string;
}

/** An asciicast file that ends in a whole event whatever happens: what could not be written whole is taken back. */
export class CastFile {
  readonly #options: CastFileOptions;
  #fd: number | undefined;
  /** Bytes of whole events. */
  #size = 0;

  constructor(options: CastFileOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  /** There is room for more than a few lines. True where the system cannot tell. */
  async hasRoom(): Promise<boolean> {
    const space = await statfs(dirname(this.#options.path)).catch(() => undefined);
    return space === undefined || space.bavail * space.bsize >= ROOM_BYTES;
  }

  /** Begins the file anew (0600). Throws the system's error. */
  async open(size: Size): Promise<void> {
    const { path, command } = this.#options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#fd = openSync(path, 'w', 0o600);
    this.#size = 0;
    const term = { cols: size.cols, rows: size.rows, type: 'xterm-256color' };
    const header = { version: 3, term, timestamp: Math.floor(Date.now() / 1000), command };
    try {
      await this.append(`${JSON.stringify(header)}\n`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whole lines, all of them or none. */
  async append(text: string): Promise<void> {
    const fd = this.#fd!;
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) {
        at += await new Promise<number>((resolve, reject) => {
          write(fd, bytes, at, bytes.length - at, this.#size + at, (error, count) =>
            error ? reject(error) : resolve(count),
          );
        });
      }
      this.#size += bytes.length;
    } catch (error) {
      try {
        ftruncateSync(fd, this.#size);
      } catch {
        // No regular file: nothing of it stays either.
      }
      throw error;
    }
  }

  /** Puts the file aside as the newest of the rotated ones; the oldest goes. `open` comes next. */
  rotate(): void {
    const { path, keep } = this.#options;
    this.close();
    for (let n = keep; n > 0; n--) {
      try {
        renameSync(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`);
      } catch (error) {
        // Fewer have been made so far.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    }
    rmSync(`${path}.${keep + 1}`, { force: true });
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
