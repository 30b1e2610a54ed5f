import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { entryPath } from '../../util/entry.ts';
import { BooError } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import { isListening } from '../../wire/socket.ts';

/** How long a new host may take until its socket answers, in milliseconds. */
const START_MS = 10_000;
const LOOK_MS = 10;
/** Hosts print only when they die; what they printed before is cut off beyond this many bytes. */
const LOG_BYTES = 256 * 1024;
/** V8's young generation, in MB: screens and frames live shortly, and 16 (the default) lets a host grow by tens of MB. */
const SEMI_SPACE_MB = 4;
/** What Node itself is told when it runs a host. */
export const HOST_FLAGS = [`--max-semi-space-size=${SEMI_SPACE_MB}`];
/** And the C library (glibc): memory of a heap for each of its threads would be copied into each agent that it starts. */
export const HOST_ENV = { MALLOC_ARENA_MAX: '1' };

/** Starts a process host detached from this daemon and waits for its socket. Rejects with its last words. */
export async function startHost({ root, id, socket }: { root: string; id: string; socket: string }): Promise<void> {
  const log = join(dirname(projectPaths(root).log), 'hosts.log');
  if (existsSync(log) && statSync(log).size > LOG_BYTES) truncateSync(log);
  const from = existsSync(log) ? statSync(log).size : 0;
  const out = openSync(log, 'a', 0o600);
  const args = [...HOST_FLAGS, entryPath('host'), '--socket', socket, '--id', id];
  const env = { ...HOST_ENV, ...process.env };
  const child = spawn(process.execPath, args, { cwd: '/', env, detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `it ended with ${signal ?? `exit code ${code}`}`;
  });
  child.unref();
  for (const end = performance.now() + START_MS; !(await isListening(socket)); await delay(LOOK_MS)) {
    if (ended === undefined && performance.now() < end) continue;
    if (ended === undefined) child.kill('SIGKILL');
    const words = readFileSync(log, 'utf8').slice(from).trim().split('\n').at(-1);
    const why = words || ended || `it did not answer within ${START_MS / 1000} s`;
    throw new BooError('failed', `a process host could not be started: ${why}`, `Its log is ${log}.`);
  }
}
