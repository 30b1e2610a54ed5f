import { closeSync, mkdirSync, openSync, renameSync, rmSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Exit, Size } from '../schema/agent.ts';
import { messageOf } from '../util/errors.ts';

/** Characters held back before they are written, and how long at most (ms). */
const BUFFER_CHARS = 32 * 1024;
const BUFFER_MS = 1000;
/** Characters that may wait for a slow disk; then recording stops, the agent does not. */
const MAX_WAITING = 16 * 1024 * 1024;

export interface RecorderOptions {
  path: string;
  /** Bytes after which the file is rotated, and how many old ones (`path.1`, `path.2` …) are kept. */
  maxBytes: number;
  keep: number;
  size: Size;
  command: string;
  /** Recording stopped: a sentence why. Called at most once. */
  onFailure(reason: string): void;
}

export interface Recorder {
  output(bytes: Buffer): void;
  resize(size: Size): void;
  /** Writes what is left, with the way it ended. */
  end(exit: Exit): Promise<void>;
}

/**
 * asciicast v3 (docs.asciinema.org/manual/asciicast/v3): a header line, then `[seconds since the event before, code,
 * data]` lines with `o` output, `r` size and `x` exit. Input is never recorded. Throws when the file cannot be opened.
 */
export const createRecorder = (options: RecorderOptions): Recorder => new FileRecorder(options);

/** A recorder where one is wanted and its file can be opened; else `onFailure` says why not. */
export function tryRecorder(
  wanted: Pick<RecorderOptions, 'path' | 'maxBytes' | 'keep'> | null,
  size: Size,
  argv: string[],
  onFailure: (reason: string) => void,
): Recorder | undefined {
  try {
    return wanted ? createRecorder({ ...wanted, size, command: argv.join(' '), onFailure }) : undefined;
  } catch (error) {
    onFailure(messageOf(error));
    return undefined;
  }
}

class FileRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #decoder = new StringDecoder('utf8');
  #size: Size;
  #fd: number | undefined;
  #written = 0;
  #buffer = '';
  #last = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  #ending = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#size = options.size;
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    this.#open();
  }

  output(bytes: Buffer): void {
    if (this.#fd === undefined) return;
    const text = this.#decoder.write(bytes);
    if (text) this.#add('o', text);
  }

  resize(size: Size): void {
    this.#size = size;
    this.#add('r', `${size.cols}x${size.rows}`);
  }

  async end(exit: Exit): Promise<void> {
    const rest = this.#decoder.end();
    if (rest) this.#add('o', rest);
    // A signal is told as shells tell it; asciicast knows numbers alone.
    this.#add('x', String(exit.code ?? 128));
    clearTimeout(this.#timer);
    // Not rotated any more: the newest file says how it ended.
    this.#ending = true;
    while (this.#busy || this.#buffer) {
      this.#flush();
      await this.#writing;
    }
    this.#close();
  }

  #add(code: 'o' | 'r' | 'x', data: string): void {
    if (this.#fd === undefined) return;
    const now = performance.now();
    this.#buffer += `[${((now - this.#last) / 1000).toFixed(6)},"${code}",${JSON.stringify(data)}]\n`;
    this.#last = now;
    if (this.#buffer.length > MAX_WAITING) this.#fail('the disk is too slow');
    else if (this.#buffer.length > BUFFER_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), BUFFER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy || this.#fd === undefined || !this.#buffer) return;
    const bytes = Buffer.from(this.#buffer);
    this.#buffer = '';
    this.#busy = true;
    this.#writing = this.#writeAll(this.#fd, bytes).then(
      () => this.#wrote(bytes.length),
      (error: unknown) => this.#fail(messageOf(error)),
    );
  }

  #wrote(bytes: number): void {
    this.#busy = false;
    this.#written += bytes;
    if (this.#written >= this.#options.maxBytes && !this.#ending) this.#rotate();
    if (this.#buffer.length > BUFFER_CHARS) this.#flush();
    else if (this.#buffer && this.#fd !== undefined) this.#timer ??= setTimeout(() => this.#flush(), BUFFER_MS);
  }

  async #writeAll(fd: number, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += await new Promise<number>((resolve, reject) => {
        write(fd, bytes, at, bytes.length - at, null, (error, count) => (error ? reject(error) : resolve(count)));
      });
    }
  }

  #open(): void {
    this.#fd = openSync(this.#options.path, 'w', 0o600);
    const header = {
      version: 3,
      term: { cols: this.#size.cols, rows: this.#size.rows, type: 'xterm-256color' },
      timestamp: Math.floor(Date.now() / 1000),
      command: this.#options.command,
    };
    this.#buffer = `${JSON.stringify(header)}\n${this.#buffer}`;
    this.#written = 0;
  }

  #rotate(): void {
    const { path, keep } = this.#options;
    this.#close();
    try {
      for (let n = keep; n > 0; n--) {
        try {
          renameSync(n === 1 ? path : `${path}.${n - 1}`, `${path}.${n}`);
        } catch {
          // Fewer have been made so far.
        }
      }
      rmSync(`${path}.${keep + 1}`, { force: true });
      this.#open();
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #fail(reason: string): void {
    clearTimeout(this.#timer);
    this.#busy = false;
    this.#buffer = '';
    if (this.#fd === undefined) return;
    this.#close();
    this.#options.onFailure(reason);
  }
}
