import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  renameSync,
  rmSync,
  write,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Size } from '../schema/agent.ts';
import { errnoOf } from '../util/errors.ts';

/** Bytes that have to be free before a recording goes on: with less it would pause again at once, again and again. */
const ROOM_BYTES = 2 * 1024 * 1024;

/** Bytes that are copied at a time. */
const COPY_BYTES = 1024 * 1024;
const { O_CREAT, O_NOFOLLOW, O_RDWR, O_TRUNC } = constants;
const readInto = promisify(read);
const writeFrom = promisify(write);

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
    this.#fd = openSync(path, 'w+', 0o600);
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
    if (this.#isLost()) await this.#remake();
    const fd = this.#fd!;
    const bytes = Buffer.from(text);
    try {
      await writeWhole(fd, bytes, this.#size);
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

  /**
   * Somebody has taken the file away (git clean) and its folder is there: the daemon makes that again. Until then what is written goes on
   * into the file without a name, and is lost with it only when nobody makes the folder.
   */
  #isLost(): boolean {
    const { path } = this.#options;
    const own = fstatSync(this.#fd!);
    try {
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (there?.ino === own.ino && there.dev === own.dev) return false;
      // A repository must not lead our writing elsewhere by a link.
      return [dirname(path), dirname(dirname(path))].every((folder) => lstatSync(folder).isDirectory());
    } catch {
      return false;
    }
  }

  /** A new file with all that is in the one whose name is gone. */
  async #remake(): Promise<void> {
    const { path } = this.#options;
    const lost = this.#fd!;
    const next = openSync(path, O_RDWR | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
    try {
      const bytes = Buffer.alloc(Math.min(COPY_BYTES, this.#size));
      for (let at = 0; at < this.#size; ) {
        const { bytesRead } = await readInto(lost, bytes, 0, Math.min(bytes.length, this.#size - at), at);
        if (bytesRead === 0) break;
        await writeWhole(next, bytes.subarray(0, bytesRead), at);
        at += bytesRead;
      }
    } catch (error) {
      closeSync(next);
      rmSync(path, { force: true });
      throw error;
    }
    closeSync(lost);
    this.#fd = next;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

async function writeWhole(fd: number, bytes: Buffer, from: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await writeFrom(fd, bytes, at, bytes.length - at, from + at);
    at += bytesWritten;
  }
}
