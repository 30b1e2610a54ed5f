import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const MINUTE_MS = 60_000;

/**
 * Milliseconds until Gemini CLI can load a session. 0.61 names a session's file by the minute in which it is opened, and writes its
 * beginning into that file before it reads it: in the minute in which a session began, loading it would wipe it out. One that has an older
 * file stands in that.
 */
export function untilLoadable(home: string, sessionId: string, now: number): number {
  const minute = new Date(now).toISOString().slice(0, 16).replace(':', '-');
  const files = filesOf(home, sessionId);
  const isNew = files.length > 0 && files.every((path) => basename(path).startsWith(`session-${minute}-`));
  return isNew ? MINUTE_MS - (now % MINUTE_MS) : 0;
}

/**
 * The command line of Gemini CLI that is to load this session. 0.61 leaves an empty file of a session wherever it opens one, and when it
 * starts it removes each session that has one, with all that was said in it, but for the one that it is started with.
 */
export const toLoad = (argv: readonly string[], home: string, sessionId: string): string[] =>
  filesOf(home, sessionId).length > 0 ? [...argv, '--resume', sessionId] : [...argv];

const filesOf = (home: string, sessionId: string): string[] =>
  /^[\w-]{8}/.test(sessionId)
    ? globSync(join('tmp', '*', 'chats', `session-*-${sessionId.slice(0, 8)}.json*`), { cwd: join(home, '.gemini') })
    : [];
