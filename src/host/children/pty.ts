import { writeSync } from 'node:fs';
import { spawn } from 'node-pty';
import { BooError, errnoOf, messageOf } from '../../util/errors.ts';
import { type ChildProcessLike, type ProcessEvents, type ProcessOptions, signalName } from './process.ts';
import { type Inside, readTerminal } from './reading.ts';
import { createTurns } from './turns.ts';

/**
 * A program on a PTY of its own, which makes it the leader of a session and a process group.
 *
 * Two traps of node-pty are kept shut here. It destroys its stream 200 ms after the program's end, and output that was
 * not read by then would be lost: it is read then (readTerminal). And its own write retries without a pause while a
 * program does not read (a whole core for as long as it lasts): bytes are written to the descriptor itself, and who
 * calls waits.
 */
export function openPty(options: ProcessOptions, events: ProcessEvents, turns = createTurns()): ChildProcessLike {
  const { file, argv, cwd, env, size } = options;
  let pty: ReturnType<typeof spawn>;
  try {
    pty = spawn(file, argv.slice(1), { name: env.TERM ?? 'xterm-256color', cwd, env, ...size, encoding: null });
  } catch (error) {
    throw new BooError(
      'failed',
      `no terminal could be opened for ${argv[0]}: ${messageOf(error).replace(/\.$/, '')}`,
      'The machine may be out of terminals, open files or processes: stop some agents, or raise kernel.pty.max, ulimit -n or ulimit -u.',
      { cause: error },
    );
  }
  const inside = pty as unknown as Inside;
  // Without a second listener node-pty throws what its stream cannot read (other than the usual EIO at the end).
  inside._socket?.on('error', () => {});
  let ended = false;
  const reading = readTerminal(inside, turns, (bytes) => events.onOutput(bytes, 'stdout'));
  // With encoding null the data are Buffers, whatever the types say.
  pty.onData((data) => reading.took(data as unknown as Buffer));
  pty.onExit(({ exitCode, signal }) => {
    ended = true;
    events.onEnd();
    events.onExit(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null });
  });
  const closed = () => ended || inside._socket?.destroyed === true;
  return {
    pid: pty.pid,
    write: (bytes) => (closed() ? -1 : writeNow(pty, inside.fd, bytes)),
    resize(next) {
      if (!closed()) pty.resize(next.cols, next.rows);
    },
    foreground: () => (closed() ? null : pty.process.split('/').at(-1) || null),
    typed: reading.typed,
    letGo: () => inside._socket?.destroy(),
  };
}

function writeNow(pty: { write(data: string): void }, fd: number | undefined, bytes: Buffer): number {
  if (fd === undefined) {
    pty.write(bytes.toString('utf8'));
    return bytes.length;
  }
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return errnoOf(error) === 'EAGAIN' ? 0 : -1;
  }
}
