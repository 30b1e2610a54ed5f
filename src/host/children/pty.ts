import { writeSync } from 'node:fs';
import { BooError, errnoOf, messageOf } from '../../util/errors.ts';
import type { ChildProcessLike, Means, ProcessEvents, ProcessOptions } from './process.ts';
import { readTerminal } from './reading.ts';
import { openApart, openHere, type Terminal } from './terminal.ts';
import { createTurns } from './turns.ts';

/**
 * A program on a PTY of its own, which makes it the leader of a session and a process group. Rejects with `failed` when the
 * system refuses.
 *
 * Two traps of node-pty are kept shut here. It destroys its stream 200 ms after the program's end, and output that was
 * not read by then would be lost: it is read then (readTerminal). And its own write retries without a pause while a
 * program does not read (a whole core for as long as it lasts): bytes are written to the descriptor itself, and who
 * calls waits.
 */
export async function openPty(
  options: ProcessOptions,
  events: ProcessEvents,
  { turns = createTurns(), starter }: Means = {},
): Promise<ChildProcessLike> {
  const terminal = await open(options, starter);
  // Without a listener of ours what the stream cannot read (other than the usual EIO at the end) would be thrown.
  terminal.stream?.on('error', () => {});
  let ended = false;
  const reading = readTerminal(terminal, turns, (bytes) => events.onOutput(bytes, 'stdout'));
  terminal.onData((bytes) => reading.took(bytes));
  terminal.onExit((exit) => {
    ended = true;
    events.onEnd();
    events.onExit(exit);
  });
  const closed = () => ended || terminal.stream?.destroyed === true;
  return {
    pid: terminal.pid,
    write: (bytes) => (closed() ? -1 : writeNow(terminal, bytes)),
    resize(size) {
      if (!closed()) terminal.resize(size);
    },
    foreground: () => (closed() ? null : terminal.foreground().split('/').at(-1) || null),
    typed: reading.typed,
    letGo: () => terminal.stream?.destroy(),
  };
}

async function open(options: ProcessOptions, starter: Means['starter']): Promise<Terminal> {
  try {
    return starter ? await openApart(options, starter) : openHere(options);
  } catch (error) {
    throw new BooError(
      'failed',
      `no terminal could be opened for ${options.argv[0]}: ${messageOf(error).replace(/\.$/, '')}`,
      'The machine may be out of terminals, open files or processes: stop some agents, or raise kernel.pty.max, ulimit -n or ulimit -u.',
      { cause: error },
    );
  }
}

function writeNow({ fd, write }: Terminal, bytes: Buffer): number {
  if (fd === undefined) {
    write(bytes.toString('utf8'));
    return bytes.length;
  }
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return errnoOf(error) === 'EAGAIN' ? 0 : -1;
  }
}
