import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes of one log file before it is rotated, and how many are kept in all. */
const MAX_BYTES = 1024 * 1024;
const KEEP = 3;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** One line each: time, level, what happened. No environment, no prompt and nothing an agent printed goes in here. */
export interface Log extends Record<Level, (text: string) => void> {
  /** Begins its file anew where somebody has taken that away. */
  remake(): void;
  close(): void;
}

/** `file`, then `file.1` (older), `file.2` (oldest). `level` is the least one that is written. */
export function createLog({
  file,
  level = 'info',
  maxBytes = MAX_BYTES,
}: {
  file: string;
  level?: string | undefined;
  maxBytes?: number;
}): Log {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let fd = openSync(file, 'a', 0o600);
  let size = fstatSync(fd).size;
  const least = Math.max(0, LEVELS.indexOf(level as Level));

  const rotate = () => {
    closeSync(fd);
    rmSync(`${file}.${KEEP - 1}`, { force: true });
    for (let n = KEEP - 2; n >= 0; n -= 1) {
      const from = n === 0 ? file : `${file}.${n}`;
      if (existsSync(from)) renameSync(from, `${file}.${n + 1}`);
    }
    fd = openSync(file, 'a', 0o600);
    size = 0;
  };
  const write = (at: Level) => (text: string) => {
    if (LEVELS.indexOf(at) < least || fd < 0) return;
    const line = Buffer.from(`${new Date().toISOString()} ${at} ${text.trimEnd().replaceAll('\n', '\n  ')}\n`);
    try {
      if (size + line.length > maxBytes && size > 0) rotate();
      size += writeSync(fd, line);
    } catch {
      // A full disk must not end what the log is there to tell about.
    }
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    remake() {
      if (fd < 0 || existsSync(file)) return;
      const next = openSync(file, 'a', 0o600);
      closeSync(fd);
      fd = next;
      size = 0;
    },
    close() {
      if (fd >= 0) closeSync(fd);
      fd = -1;
    },
  };
}
