import { globSync } from 'node:fs';
import { join } from 'node:path';

const MINUTE_MS = 60_000;

/**
 * Milliseconds until Gemini CLI can load a session. 0.61 names a session's file by the minute in which it is opened, and writes its
 * beginning into that file before it reads it: in the minute in which a session began, loading it would wipe it out.
 */
export function untilLoadable(home: string, sessionId: string, now: number): number {
  if (!isId(sessionId)) return 0;
  const minute = new Date(now).toISOString().slice(0, 16).replace(':', '-');
  const name = `session-${minute}-${sessionId.slice(0, 8)}.json*`;
  return isThere(home, name) ? MINUTE_MS - (now % MINUTE_MS) : 0;
}

/**
 * The command line of Gemini CLI that is to load this session. 0.61 leaves an empty file of a session wherever it opens one, and when it
 * starts it removes each session that has one, with all that was said in it, but for the one that it is started with.
 */
export const toLoad = (argv: readonly string[], home: string, sessionId: string): string[] =>
  isId(sessionId) && isThere(home, `session-*-${sessionId.slice(0, 8)}.json*`)
    ? [...argv, '--resume', sessionId]
    : [...argv];

const isId = (sessionId: string) => /^[\w-]{8}/.test(sessionId);

const isThere = (home: string, name: string) =>
  globSync(join('tmp', '*', 'chats', name), { cwd: join(home, '.gemini') }).length > 0;
