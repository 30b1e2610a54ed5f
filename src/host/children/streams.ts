import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Exit } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { inTime } from '../../util/in-time.ts';
import { listenSocket } from '../../wire/socket.ts';
import type { Starter } from '../starter/starter.ts';
import type { ProcessOptions } from './process.ts';

/** A program on pipes, leader of a session of its own. */
export interface Piped {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Tells of its end as soon as it is known. */
  onEnd(tell: () => void): void;
  /** Tells how it ended, when its output has ended too. */
  onExit(tell: (exit: Exit) => void): void;
}

/** How long (ms) the last of three streams may take that were connected before the program was started. */
const ACCEPT_MS = 2000;

/** Node forks this process. Rejects with the system's reason. */
export async function pipeHere({ file, argv, cwd, env }: ProcessOptions): Promise<Piped> {
  const child = spawn(file, argv.slice(1), {
    argv0: argv[0],
    cwd,
    env,
    detached: true,
    stdio: 'pipe',
    windowsHide: true,
  });
  await once(child, 'spawn');
  return {
    pid: child.pid!,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onEnd: (tell) => child.on('exit', tell),
    onExit: (tell) =>
      child.on('close', (code, signal) => tell(signal ? { code: null, signal } : { code: code ?? 0, signal: null })),
  };
}

/**
 * Another process starts it and connects its streams with us; this one where we cannot be reached, since the folder is gone.
 * Rejects with the system's reason.
 */
export async function pipeApart(options: ProcessOptions, starter: Starter, folder: string): Promise<Piped> {
  const { file, argv, cwd, env } = options;
  const socket = join(folder, `p-${randomBytes(3).toString('hex')}.sock`);
  const streams: Socket[] = [];
  const closed: Promise<unknown>[] = [];
  const all = Promise.withResolvers<void>();
  const server = await listenSocket(socket, (stream) => {
    // From now on: one that nothing was printed to may close before its program is known to run.
    closed.push(new Promise((resolve) => stream.once('close', resolve)));
    if (streams.push(stream) === 3) all.resolve();
  }).catch(() => undefined);
  if (!server) return pipeHere(options);
  try {
    const order = { file, args: argv.slice(1), argv0: argv[0]!, cwd, env, on: { socket } };
    const { pid, exited } = await starter.start(order);
    await inTime(all.promise, ACCEPT_MS, undefined);
    const [stdin, stdout, stderr] = streams;
    if (!stdin || !stdout || !stderr) {
      process.kill(-pid, 'SIGKILL');
      throw new BooError('failed', 'its input and output could not be opened');
    }
    // Nothing comes from there but its end.
    stdin.resume();
    void exited.then(() => stdin.destroy());
    return {
      pid,
      stdin,
      stdout,
      stderr,
      onEnd: (tell) => void exited.then(tell),
      onExit: (tell) => void Promise.all([exited, ...closed]).then(([exit]) => tell(exit)),
    };
  } catch (error) {
    for (const stream of streams) stream.destroy();
    throw error;
  } finally {
    server.close();
  }
}
