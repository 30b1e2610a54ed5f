import { availableParallelism } from 'node:os';
import type { Chosen } from '../../core/autofix/command.ts';
import { Output } from '../../core/autofix/output.ts';
import { type End, verdictOf } from '../../core/autofix/verdict.ts';
import { runCommand } from '../../git/command.ts';
import { createLimiter } from '../../git/limit.ts';

/** Between SIGTERM and SIGKILL, in milliseconds: a build has nothing to save. */
const GRACE_MS = 1000;
/** Characters after which a command is not read any further but ended: a build that prints more says nothing. */
const MOST = 20_000_000;

export interface RunAsk {
  chosen: Chosen;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Ends it with its whole process group. */
  signal: AbortSignal;
  onStart(pid: number): void;
}

export interface Ran extends ReturnType<typeof verdictOf> {
  code: number | null;
  output: string;
  durationMs: number;
}

/** Builds at once: more of them would only take each other's time, and be ended for that. */
const limiter = createLimiter(Math.max(2, Math.floor(availableParallelism() / 2)));

/**
 * Runs a check's command to its end, in a process group of which nothing is left then; where many are to be run, in turn. Null: it was
 * ended by `signal`, at once while it had not begun.
 */
export function runCheck(ask: RunAsk): Promise<Ran | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Ran | null>();
  const giveUp = () => resolve(null);
  ask.signal.addEventListener('abort', giveUp);
  void limiter(async () => {
    ask.signal.removeEventListener('abort', giveUp);
    if (ask.signal.aborted) resolve(null);
    else await runNow(ask).then(resolve, reject);
  });
  return promise;
}

async function runNow({ chosen, env, timeoutMs, signal, onStart }: RunAsk): Promise<Ran | null> {
  const output = new Output();
  const flood = new AbortController();
  const start = performance.now();
  const end = await runCommand({
    command: chosen.command,
    cwd: chosen.folder,
    env,
    timeoutMs,
    graceMs: GRACE_MS,
    signal: AbortSignal.any([signal, flood.signal]),
    onStart,
    onLine(line) {
      output.line(line);
      if (output.length > MOST) flood.abort();
    },
  });
  if (signal.aborted) return null;
  const flooded = flood.signal.aborted;
  const facts: End = { code: end.code, timedOut: end.why === 'timeout', flooded, bare: chosen.bare };
  const code = end.why === null ? end.code : null;
  return { ...verdictOf(facts), code, output: output.text(), durationMs: Math.round(performance.now() - start) };
}
