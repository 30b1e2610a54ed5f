import { BooError } from '../../util/errors.ts';

/** Bytes that may wait for a program that does not read: several of the largest pastes. */
export const MAX_QUEUED = 8 * 1024 * 1024;
/** On pipes a prompt comes with its pictures. */
export const MAX_QUEUED_PIPE = 48 * 1024 * 1024;
/** Answers to a program's queries may wait too, but one that asks and never reads gets no more than this. */
const MAX_REPLIES = 64 * 1024;
/** Largest single write: a PTY takes about 4 KB at a time anyway. */
const CHUNK = 16 * 1024;
/** Pauses between attempts while the program does not read, in milliseconds; each doubles the one before. */
const FIRST_PAUSE = 1;
const LAST_PAUSE = 100;

export interface InputQueue {
  readonly queued: number;
  /** Takes all (true) or throws `failed` when too much waits already. False: what is named `once` was taken before. */
  push(bytes: Buffer, once?: string): boolean;
  /** An answer of the emulator; dropped when the program does not read what it asked for. */
  reply(text: string): void;
  /** Its input ends once all that waits is written. */
  end(): void;
  close(): void;
}

/** Bytes for a program, written as it takes them: at once while it reads, with growing pauses while it does not. */
export function createInput(
  write: (bytes: Buffer) => number,
  name: string,
  { end = () => {}, most = MAX_QUEUED } = {},
): InputQueue {
  let waiting: Buffer[] = [];
  let queued = 0;
  let pause = FIRST_PAUSE;
  let timer: NodeJS.Timeout | undefined;
  let ending = false;
  /** Names of what was taken once. */
  const names = new Set<string>();
  const clear = () => {
    waiting = [];
    queued = 0;
  };
  const drain = () => {
    timer = undefined;
    while (waiting.length > 0) {
      const next = waiting[0]!;
      const taken = write(next.subarray(0, CHUNK));
      if (taken < 0) return void clear();
      if (taken === 0) {
        timer = setTimeout(drain, pause);
        pause = Math.min(pause * 2, LAST_PAUSE);
        return;
      }
      pause = FIRST_PAUSE;
      queued -= taken;
      if (taken === next.length) waiting.shift();
      else waiting[0] = next.subarray(taken);
    }
    if (ending) end();
  };
  const add = (bytes: Buffer) => {
    if (bytes.length === 0) return;
    waiting.push(bytes);
    queued += bytes.length;
    if (!timer) drain();
  };
  return {
    get queued() {
      return queued;
    },
    push(bytes, once) {
      if (once !== undefined && names.has(once)) return false;
      if (queued + bytes.length > most) {
        const hint = 'Wait until it reads again, or stop it.';
        throw new BooError('failed', `${name} does not read its input: ${queued} bytes wait already`, hint);
      }
      add(bytes);
      if (once !== undefined) names.add(once);
      return true;
    },
    reply(text) {
      if (queued < MAX_REPLIES) add(Buffer.from(text));
    },
    end() {
      ending = true;
      if (!timer) drain();
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      clear();
    },
  };
}
