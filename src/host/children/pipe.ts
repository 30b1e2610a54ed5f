import { spawn } from 'node:child_process';
import { BooError, messageOf } from '../../util/errors.ts';
import type { ChildProcessLike, ProcessEvents, ProcessOptions } from './process.ts';

/** Bytes that wait in the pipe to the program; more are not taken. */
const MAX_WAITING = 256 * 1024;

/** A program on pipes, leader of a session of its own. Resolves when it runs; rejects when the system refuses it. */
export function openPipe(options: ProcessOptions, events: ProcessEvents): Promise<ChildProcessLike> {
  const { file, argv, cwd, env, stdin } = options;
  const child = spawn(file, argv.slice(1), {
    argv0: argv[0],
    cwd,
    env,
    detached: true,
    stdio: 'pipe',
    windowsHide: true,
  });
  child.stdout.on('data', (bytes: Buffer) => events.onOutput(bytes, 'stdout'));
  child.stderr.on('data', (bytes: Buffer) => events.onOutput(bytes, 'stderr'));
  // A program that ended or closed its input early is no defect of ours.
  child.stdin.on('error', () => {});
  child.on('exit', () => events.onEnd());
  child.on('close', (code, signal) =>
    events.onExit(signal ? { code: null, signal } : { code: code ?? 0, signal: null }),
  );
  if (stdin !== null) child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new BooError('failed', `${argv[0]} could not be started: ${messageOf(error)}`, undefined, { cause: error }),
      ),
    );
    child.once('spawn', () =>
      resolve({
        pid: child.pid!,
        write(bytes) {
          if (!child.stdin.writable) return -1;
          if (child.stdin.writableLength > MAX_WAITING) return 0;
          child.stdin.write(Buffer.from(bytes));
          return bytes.length;
        },
        end: () => void child.stdin.end(),
        resize() {},
        foreground: () => null,
        pause() {
          child.stdout.pause();
          child.stderr.pause();
        },
        resume() {
          child.stdout.resume();
          child.stderr.resume();
        },
        letGo() {
          child.stdout.destroy();
          child.stderr.destroy();
        },
      }),
    );
  });
}
