import { BooError, messageOf } from '../../util/errors.ts';
import type { ChildProcessLike, Means, ProcessEvents, ProcessOptions } from './process.ts';
import { type Piped, pipeApart, pipeHere } from './streams.ts';

/** Bytes that wait in the pipe to the program; more are not taken. */
const MAX_WAITING = 256 * 1024;

/** A program on pipes, leader of a session of its own. Resolves when it runs; rejects with `failed` when the system refuses it. */
export async function openPipe(
  options: ProcessOptions,
  events: ProcessEvents,
  means: Means = {},
): Promise<ChildProcessLike> {
  const { pid, stdin, stdout, stderr, onEnd, onExit } = await start(options, means);
  stdout.on('data', (bytes: Buffer) => events.onOutput(bytes, 'stdout'));
  stderr.on('data', (bytes: Buffer) => events.onOutput(bytes, 'stderr'));
  // A program that ended or closed its input early is no defect of ours.
  stdin.on('error', () => {});
  onEnd(() => events.onEnd());
  onExit((exit) => events.onExit(exit));
  if (options.stdin !== null) stdin.end(options.stdin);
  return {
    pid,
    write(bytes) {
      if (!stdin.writable) return -1;
      if (stdin.writableLength > MAX_WAITING) return 0;
      stdin.write(Buffer.from(bytes));
      return bytes.length;
    },
    end: () => void stdin.end(),
    resize() {},
    foreground: () => null,
    pause() {
      stdout.pause();
      stderr.pause();
    },
    resume() {
      stdout.resume();
      stderr.resume();
    },
    letGo() {
      stdout.destroy();
      stderr.destroy();
    },
  };
}

async function start(options: ProcessOptions, { starter, folder }: Means): Promise<Piped> {
  try {
    return starter && folder ? await pipeApart(options, starter, folder) : await pipeHere(options);
  } catch (error) {
    throw new BooError('failed', `${options.argv[0]} could not be started: ${messageOf(error)}`, undefined, {
      cause: error,
    });
  }
}
