import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The first line of a session's file holds all instructions: some 20 kB. Bytes. */
const MAX_HEAD = 1024 * 1024;

/**
 * What Codex says of where a thread comes from, in the file that it keeps of it: `cli`, or of a review `{ subagent: 'review' }`.
 * Undefined: it keeps none, or an old version does not say. Throws where that cannot be read.
 */
export function sourceOf(thread: string): unknown {
  const folder = join(process.env.CODEX_HOME || join(homedir(), '.codex'), 'sessions');
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`-${thread}.jsonl`),
  );
  if (name === undefined) return undefined;
  const { type, payload } = JSON.parse(firstLine(join(folder, name)));
  return type === 'session_meta' && payload.id === thread ? payload.source : undefined;
}

function firstLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(MAX_HEAD);
    const text = head.toString('utf8', 0, readSync(file, head, 0, MAX_HEAD, 0));
    return text.slice(0, text.indexOf('\n'));
  } finally {
    closeSync(file);
  }
}
