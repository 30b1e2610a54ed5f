import type { HostEvent } from '../../schema/host.ts';
import { createLines } from '../../util/lines.ts';
import type { ChildProcessLike } from './process.ts';

/** Characters of unacknowledged lines at which a pipe child is no longer read, and at which it is again. */
const PAUSE_AT = 16 * 1024 * 1024;
const RESUME_AT = 8 * 1024 * 1024;

export interface PipeLines {
  add(bytes: Buffer, stream: 'stdout' | 'stderr'): void;
  /** Reads on when enough of its lines were acknowledged. */
  acknowledged(): void;
  /** The last line may have no end. */
  end(): void;
}

/** What a pipe child prints as lines; it is read no faster than they are acknowledged. */
export function createPipeLines({
  say,
  waiting,
  process,
}: {
  say(event: HostEvent): void;
  /** Characters of its lines that nobody has acknowledged. */
  waiting(): number;
  process(): ChildProcessLike;
}): PipeLines {
  const linesOf = (stream: 'stdout' | 'stderr') =>
    createLines((text, whole) => say({ type: 'line', stream, text, ...(whole !== undefined && { whole }) }));
  const lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') };
  let paused = false;
  return {
    add(bytes, stream) {
      lines[stream].add(bytes);
      if (paused || waiting() <= PAUSE_AT) return;
      paused = true;
      process().pause?.();
    },
    acknowledged() {
      if (!paused || waiting() > RESUME_AT) return;
      paused = false;
      process().resume?.();
    },
    end() {
      lines.stdout.end();
      lines.stderr.end();
    },
  };
}
