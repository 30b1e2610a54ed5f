import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Exit, Size } from '../schema/agent.ts';
import { PART_BEGINS } from '../schema/recording.ts';
import { isDiskFull } from '../util/disk.ts';
import { messageOf } from '../util/errors.ts';
import { CastFile } from './cast-file.ts';

/** Characters held back before they are written, and how long at most (ms). */
const BUFFER_CHARS = 32 * 1024;
const BUFFER_MS = 1000;
/** Characters that may wait for a slow disk; then recording stops, the agent does not. */
const MAX_WAITING = 16 * 1024 * 1024;
/** How often (ms) a full disk is tried again. */
const RETRY_MS = 2000;

export interface RecorderOptions {
  path: string;
  /** Bytes after which the file is rotated, and how many old ones (`path.1`, `path.2` …) are kept. */
  maxBytes: number;
  keep: number;
  size: Size;
  command: string;
  /** What, written to any terminal of this size, gives the screen as it is now. */
  snapshot(): string;
  /** The disk is full, or (null) has room again: what was missed meanwhile is marked in the recording. */
  onPause(reason: string | null): void;
  /** Recording stopped for good: a sentence why. Called at most once. */
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
 * data]` lines with `o` output, `r` size, `m` marker and `x` exit. Input is never recorded. A rotated part begins with the
 * screen as it was, below a comment that says so, so that it can be played alone.
 */
export const createRecorder = (options: RecorderOptions): Recorder => new FileRecorder(options);

type Code = 'o' | 'r' | 'm' | 'x';
const sizeText = ({ cols, rows }: Size) => `${cols}x${rows}`;

class FileRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #file: CastFile;
  readonly #decoder = new StringDecoder('utf8');
  #size: Size;
  #buffer = '';
  #last = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  /** Set while the disk is full: the size when it began. */
  #paused: Size | undefined;
  #ending = false;
  #over = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#file = new CastFile(options);
    this.#work(() => this.#file.open(this.#size));
  }

  output(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    if (text) this.#add('o', text);
  }

  resize(size: Size): void {
    this.#size = size;
    this.#add('r', sizeText(size));
  }

  async end(exit: Exit): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#retryTimer);
    await this.#working;
    // The last chance for a disk that is full.
    if (this.#paused) await this.#resume();
    const rest = this.#decoder.end();
    if (rest) this.#add('o', rest);
    // A signal is told as shells tell it; asciicast knows numbers alone.
    const signal = constants.signals[exit.signal as NodeJS.Signals] ?? 0;
    this.#add('x', String(exit.code ?? 128 + signal));
    while (this.#buffer && !this.#paused && !this.#over) {
      this.#flush();
      await this.#working;
    }
    clearTimeout(this.#timer);
    this.#over = true;
    this.#file.close();
  }

  /** One event as a line; its time counts from the one before. */
  #line(code: Code, data: string): string {
    const now = performance.now();
    const after = (now - this.#last) / 1000;
    this.#last = now;
    return `[${after.toFixed(6)},"${code}",${JSON.stringify(data)}]\n`;
  }

  #add(code: Code, data: string): void {
    if (this.#over || this.#paused) return;
    this.#buffer += this.#line(code, data);
    if (this.#buffer.length > MAX_WAITING) this.#fail('the disk is too slow');
    else if (this.#buffer.length > BUFFER_CHARS) this.#flush();
    else this.#later();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.#flush(), BUFFER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#working || this.#over || this.#paused || !this.#buffer) return;
    const text = this.#buffer;
    this.#buffer = '';
    this.#work(async () => {
      await this.#file.append(text);
      if (this.#file.size >= this.#options.maxBytes && !this.#ending) await this.#rotate();
    });
  }

  /** The snapshot stands behind what waited until now and before what comes: no await between the two. */
  async #rotate(): Promise<void> {
    const before = this.#buffer;
    this.#buffer = `# ${PART_BEGINS}\n${this.#line('o', this.#options.snapshot())}`;
    if (before) await this.#file.append(before);
    this.#file.rotate();
    await this.#file.open(this.#size);
  }

  /** One task at the file at a time; a full disk pauses, everything else that goes wrong ends the recording. */
  #work(task: () => Promise<void>): void {
    this.#working = task()
      .catch((error: unknown) => (isDiskFull(error) ? this.#pause(messageOf(error)) : this.#fail(messageOf(error))))
      .then(() => {
        this.#working = undefined;
        if (this.#buffer.length > BUFFER_CHARS) this.#flush();
        else if (this.#buffer && !this.#over) this.#later();
      });
  }

  #pause(reason: string): void {
    this.#buffer = '';
    if (!this.#paused) this.#options.onPause(reason);
    this.#paused ??= this.#size;
    if (!this.#ending) this.#retryLater();
  }

  #retryLater(): void {
    this.#retryTimer = setTimeout(() => void this.#retry(), RETRY_MS).unref();
  }

  async #retry(): Promise<void> {
    const room = await this.#file.hasRoom();
    if (this.#ending || this.#over) return;
    if (room) await this.#resume();
    else this.#retryLater();
  }

  /** Goes on with a marker and the screen as it is; stays paused when that finds no room either. */
  #resume(): Promise<void> {
    const before = this.#paused!;
    this.#work(async () => {
      if (!this.#file.isOpen) await this.#file.open(before);
      const last = this.#last;
      const { cols, rows } = this.#size;
      const resized = cols === before.cols && rows === before.rows ? '' : this.#line('r', sizeText(this.#size));
      const gap = this.#line('m', 'the disk was full: what was put out before this is missing');
      const screen = this.#line('o', this.#options.snapshot());
      this.#paused = undefined;
      try {
        await this.#file.append(resized + gap + screen);
        this.#options.onPause(null);
      } catch (error) {
        this.#last = last;
        this.#paused = before;
        throw error;
      }
    });
    return this.#working!;
  }

  #fail(reason: string): void {
    clearTimeout(this.#timer);
    this.#buffer = '';
    if (this.#over) return;
    this.#over = true;
    this.#file.close();
    this.#options.onFailure(reason);
  }
}
