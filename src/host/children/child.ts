import { setImmediate as turn } from 'node:timers/promises';
import type { Exit, Size } from '../../schema/agent.ts';
import type { ChildInfo, HostEvent, HostPulse, SpawnParams } from '../../schema/host.ts';
import { HOST_VARIABLE } from '../../util/marks.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { History } from '../history/history.ts';
import { createLimit } from '../limit.ts';
import type { Root } from '../processes/scan.ts';
import { createPulse } from '../pulse.ts';
import type { Recorder } from '../recorder.ts';
import { screenLines } from '../screen/text.ts';
import { Tracker } from '../screen/tracker.ts';
import { Viewer } from '../screen/viewer.ts';
import { findCommand } from './command.ts';
import { createDraft } from './draft.ts';
import { createInput, type InputQueue, MAX_QUEUED, MAX_QUEUED_PIPE } from './input.ts';
import { openPipe } from './pipe.ts';
import { createPipeLines, type PipeLines } from './pipe-lines.ts';
import type { ChildProcessLike, Means, ProcessEvents } from './process.ts';
import { openPty } from './pty.ts';
import { recordChild } from './record.ts';
import { type ChildScreen, createScreen } from './screen.ts';

export interface ChildOptions {
  params: SpawnParams;
  /** Variables by which its processes are found again. */
  marks: Record<string, string>;
  means: Means;
  say(event: HostEvent): void;
  pulse(pulse: HostPulse): void;
  /** Characters of its lines that nobody has acknowledged. */
  waiting(): number;
  /** Its first process ended; what that left behind may still run. */
  onEnd(): void;
  log(text: string): void;
}

/** One program with its emulator, history, recording and viewers. Starts with `start`. */
export class Child {
  readonly id: string;
  readonly kind: 'pty' | 'pipe';
  readonly root: Root;
  readonly screen: ChildScreen;
  readonly emulator: Emulator;
  readonly history: History;
  readonly input: InputQueue;
  bytes = 0; // Printed so far.
  /** Resolves when it has ended and its last output is in. */
  readonly exited: Promise<Exit>;
  readonly #options: ChildOptions;
  readonly #limit;
  readonly #pulse;
  readonly #lines: PipeLines;
  readonly #viewers = new Map<unknown, Viewer>();
  readonly #startedAt = Date.now();
  #process!: ChildProcessLike;
  #recorder: Recorder | undefined;
  #tracker: Tracker | undefined;
  readonly #draft = createDraft();
  #outputAt: number | null = null;
  #exit: Exit | null = null;
  #resolveExited!: (exit: Exit) => void;

  private constructor(options: ChildOptions) {
    const { params } = options;
    this.#options = options;
    this.id = params.child;
    this.kind = params.kind;
    this.#limit = createLimit(options.say);
    this.#pulse = createPulse((settled) => this.pulse(settled));
    const reply = (text: string) => this.kind === 'pty' && this.input.reply(text);
    this.screen = createScreen(params, { reply, event: (event) => this.#limit.add(event) }, Date.now);
    this.emulator = this.screen.emulator;
    this.history = this.screen.history;
    const end = () => this.#process.end?.();
    const most = params.kind === 'pipe' ? MAX_QUEUED_PIPE : MAX_QUEUED;
    this.input = createInput((bytes) => this.#process.write(bytes), this.id, { end, most });
    this.#lines = createPipeLines({ ...options, process: () => this.#process });
    this.root = { pid: 0, child: this.id, host: options.marks[HOST_VARIABLE], known: new Map() };
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
  }

  /** Starts it. Throws `failed` with what is wrong: folder, program, PTY. Nothing is left behind then. */
  static async start(options: ChildOptions): Promise<Child> {
    const { argv, cwd, env, kind, size, stdin } = options.params;
    const file = findCommand(argv, cwd, env);
    const child = new Child(options);
    const spawn = { file, argv, cwd, env: { ...env, ...options.marks }, size, stdin };
    await turn(); // What has come while the emulator was made, which takes a millisecond, goes first.
    try {
      const events = child.#events();
      child.#process = await (kind === 'pty' ? openPty : openPipe)(spawn, events, options.means);
    } catch (error) {
      child.dispose();
      throw error;
    }
    child.root.pid = child.#process.pid;
    child.#recorder = recordChild({ ...options, emulator: child.emulator });
    if (kind === 'pty' && stdin !== null) child.input.push(Buffer.from(stdin));
    options.say({ type: 'started', pid: child.#process.pid });
    return child;
  }

  get memo(): Record<string, string> | null {
    return this.#options.params.memo ?? null;
  }

  get exit(): Exit | null {
    return this.#exit;
  }

  info(): ChildInfo {
    return {
      child: this.id,
      pid: this.root.pid,
      kind: this.kind,
      size: this.emulator.size,
      startedAt: this.#startedAt,
      outputAt: this.#outputAt,
      bytes: this.bytes,
      title: this.emulator.title,
      draftAt: this.#draft.at,
      exit: this.#exit,
    };
  }

  resize(size: Size): void {
    const { cols, rows } = this.emulator.size;
    if (cols === size.cols && rows === size.rows) return;
    this.history.resize(Date.now(), () => this.emulator.resize(size));
    this.#process.resize(size);
    this.#recorder?.resize(size);
    this.#changed();
  }

  /** Starts frames to a viewer, the first one full. `key` is its connection. */
  watch(key: unknown, maxFps: number, send: (payload: Buffer) => void): void {
    this.unwatch(key);
    this.#tracker ??= new Tracker(this.id, this.emulator, () => ({
      history: this.history.lines,
      pushed: this.history.pushed,
    }));
    const viewer = new Viewer({ tracker: this.#tracker, maxFps, updating: () => this.emulator.updating, send });
    this.#viewers.set(key, viewer);
  }

  unwatch(key: unknown): void {
    this.#viewers.get(key)?.close();
    this.#viewers.delete(key);
    // What viewers were told is 12 bytes a cell: not kept for nobody.
    if (this.#viewers.size === 0) this.#tracker = undefined;
  }

  seen(key: unknown, version: number): void {
    this.#viewers.get(key)?.seen(version);
  }

  /** Bytes typed by a viewer; what comes back soon is shown at once. */
  typed(key: unknown, bytes: Buffer): void {
    this.#viewers.get(key)?.typed();
    this.#draft.typed(bytes);
    this.input.push(bytes);
    this.#process.typed?.();
  }

  /** Text for the screen of a quiet child. */
  show(text: string): void {
    if (this.#options.params.quiet) this.#draw(Buffer.from(text), Date.now());
  }

  /** Lets go of a pipe's output that others still hold open. */
  letGo(): void {
    this.#process.letGo();
  }

  /** Reads on when enough of its lines were acknowledged. */
  acknowledged(): void {
    this.#lines.acknowledged();
  }

  pulse(settled: boolean): void {
    if (settled) this.history.settle(Date.now());
    this.#options.pulse({
      child: this.id,
      outputAt: this.#outputAt ?? this.#startedAt,
      bytes: this.bytes,
      lines: screenLines(this.emulator),
      cursor: this.emulator.cursor,
      settled,
      foreground: this.#exit ? null : this.#process.foreground(),
    });
  }

  dispose(): void {
    this.#pulse.close();
    this.input.close();
    for (const key of [...this.#viewers.keys()]) this.unwatch(key);
    this.emulator.dispose();
  }

  #events(): ProcessEvents {
    return {
      onOutput: (bytes, stream) => {
        this.#output(bytes);
        if (this.kind === 'pipe') this.#lines.add(bytes, stream);
      },
      onEnd: () => this.#options.onEnd(),
      onExit: (exit) => {
        this.#lines.end();
        void this.#ended(exit);
      },
    };
  }

  #output(bytes: Buffer): void {
    this.#outputAt = Date.now();
    this.bytes += bytes.length;
    if (this.#options.params.quiet) this.#pulse.output();
    else this.#draw(bytes, this.#outputAt);
  }

  #draw(bytes: Buffer, at: number): void {
    this.history.before(at, this.emulator.updating);
    this.emulator.write(bytes);
    this.history.stamp(at, bytes.length);
    this.#changed(bytes.length);
    this.#recorder?.output(bytes);
    this.#pulse.output();
  }

  #changed(bytes = 0): void {
    for (const viewer of this.#viewers.values()) viewer.changed(bytes);
  }

  async #ended(exit: Exit): Promise<void> {
    await this.emulator.drained();
    this.input.close();
    this.#limit.close();
    this.#exit = exit;
    this.#pulse.output();
    this.#changed();
    this.#options.say({ type: 'exited', exit });
    await this.#recorder?.end(exit);
    this.#resolveExited(exit);
  }
}
