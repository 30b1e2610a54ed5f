import type { Exit, Size } from '../../schema/agent.ts';
import type { Starter } from '../starter/starter.ts';
import type { Turns } from './turns.ts';

/** A running program, on a PTY or on pipes. */
export interface ChildProcessLike {
  readonly pid: number;
  /** Takes what it can now: how many bytes. 0: it does not read at the moment. -1: its input has ended. */
  write(bytes: Buffer): number;
  /** Ends its input (pipes only). */
  end?(): void;
  resize(size: Size): void;
  /** Name of the program in the terminal's foreground. */
  foreground(): string | null;
  /** Stops reading what it writes (pipes only: a PTY that is paused when its program ends would lose the rest). */
  pause?(): void;
  resume?(): void;
  /** A key was written: what it prints next is read before all that others print. */
  typed?(): void;
  /** Gives up waiting for output that others hold open after its end. */
  letGo(): void;
}

export interface ProcessEvents {
  /** The bytes are valid only during the call. */
  onOutput(bytes: Buffer, stream: 'stdout' | 'stderr'): void;
  /** The program has ended; output of it or of what it left behind may still come (pipes only). */
  onEnd(): void;
  /** Called once, after the last output. */
  onExit(exit: Exit): void;
}

export interface ProcessOptions {
  /** Absolute path of the program. */
  file: string;
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  size: Size;
  stdin: string | null;
}

/** What the children of one host share. */
export interface Means {
  /** In which their output is read. */
  turns?: Turns;
  /** Starts their programs; without one this process does. */
  starter?: Starter | undefined;
  /** Folder of this user's alone for sockets that stand for a moment. */
  folder?: string | undefined;
}
