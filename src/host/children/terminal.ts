import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { spawn } from 'node-pty';
import { requireBinary } from 'node-pty/requireBinary.js';
import type { Exit, Size } from '../../schema/agent.ts';
import { signalNames } from '../../util/signals.ts';
import type { Starter } from '../starter/starter.ts';
import type { ProcessOptions } from './process.ts';

/** What of a terminal's stream is used here. */
export interface TerminalStream {
  destroyed: boolean;
  destroy(error?: Error): unknown;
  on(event: 'error', listener: () => void): void;
  _handle?: { readStart?(): void; readStop?(): void } | null;
}

/** A terminal, and the program that was started on it. */
export interface Terminal {
  readonly pid: number;
  /** Descriptor of the master, and what reads it; Windows has neither. */
  readonly fd: number | undefined;
  readonly stream: TerminalStream | undefined;
  write(text: string): void;
  resize(size: Size): void;
  /** Name or path of the program in its foreground. */
  foreground(): string;
  onData(take: (bytes: Buffer) => void): void;
  /** Tells of the program's end as soon as it is known; output may still be there. */
  onEnd(tell: () => void): void;
  /** Tells how it ended, after the last output. */
  onExit(tell: (exit: Exit) => void): void;
}

/** So long (ms) after its program's end a terminal that others still have open is read; node-pty waits as long. */
const REST_MS = 200;

/** `SIGTERM` for 15. */
const signalName = (number: number) => signalNames.get(number) ?? `SIG${number}`;
const termOf = (env: Record<string, string>) => env.TERM ?? 'xterm-256color';

/** node-pty forks this process. Throws the system's reason. */
export function openHere({ file, argv, cwd, env, size }: ProcessOptions): Terminal {
  const pty = spawn(file, argv.slice(1), { name: termOf(env), cwd, env, ...size, encoding: null });
  // Fields of node-pty 1.1 beyond its types.
  const inside = pty as unknown as {
    fd?: number;
    _socket?: TerminalStream;
    once?(event: string, listener: (...args: unknown[]) => void): void;
  };
  return {
    pid: pty.pid,
    fd: inside.fd,
    stream: inside._socket,
    write: (text) => pty.write(text),
    resize: ({ cols, rows }) => pty.resize(cols, rows),
    foreground: () => pty.process,
    // With encoding null the data are Buffers, whatever the types say.
    onData: (take) => pty.onData((data) => take(data as unknown as Buffer)),
    onEnd(tell) {
      const { once } = inside;
      // When the program has ended it waits for the stream's end in this way, and only so.
      inside.once = (event, listener) => {
        once?.call(pty, event, listener);
        if (event === 'close') tell();
      };
    },
    onExit: (tell) =>
      pty.onExit(({ exitCode, signal }) =>
        tell(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null }),
      ),
  };
}

/** The terminal is opened here and its program started by another process. Rejects with the system's reason. */
export async function openApart(options: ProcessOptions, starter: Starter): Promise<Terminal> {
  const { file, argv, cwd, size } = options;
  const system = requireBinary('pty.node');
  const { master, slave, pty } = system.open(size.cols, size.rows);
  const stream = new ReadStream(master);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const env = { ...options.env, PWD: cwd, TERM: termOf(options.env) };
  const order = { file, args: argv.slice(1), argv0: file, cwd, env, on: { terminal: pty } };
  try {
    const { pid, exited } = await starter.start(order);
    void exited.then(() => delay(REST_MS)).then(() => stream.destroy());
    return {
      pid,
      fd: master,
      stream: stream as unknown as TerminalStream,
      write: () => {},
      resize: ({ cols, rows }) => system.resize(master, cols, rows),
      foreground: () => system.process(master, pty) || file,
      onData: (take) => stream.on('data', take),
      onEnd: (tell) => void exited.then(tell),
      onExit: (tell) => void Promise.all([exited, closed]).then(([exit]) => tell(exit)),
    };
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    // Until the program has it open, nobody else would.
    closeSync(slave);
  }
}
