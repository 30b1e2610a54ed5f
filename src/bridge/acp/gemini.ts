import { globSync } from 'node:fs';
import { join } from 'node:path';

const MINUTE_MS = 60_000;

/**
 * Milliseconds until Gemini CLI can load a session. 0.61 names a session's file by the minute in which it is opened, and writes its
 * beginning into that file before it reads it: in the minute in which a session began, loading it would wipe it out.
 */
export function untilLoadable(home: string, sessionId: string, now: number): number {
  const minute = new Date(now).toISOString().slice(0, 16).replace(':', '-');
  const name = `session-${minute}-${sessionId.slice(0, 8)}.json*`;
  if (!/^[\w-]{8}/.test(sessionId)) return 0;
  const there = globSync(join('tmp', '*', 'chats', name), { cwd: join(home, '.gemini') }).length > 0;
  return there ? MINUTE_MS - (now % MINUTE_MS) : 0;
}
