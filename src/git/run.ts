import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFull } from '../util/disk.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { reasonOf } from '../util/reason.ts';
import { createLanes, type Lanes } from './lane.ts';
import { createLimiter } from './limit.ts';
import { begin, type Running, type Taker } from './process.ts';

/** git processes at once: more of them only wait for the same disk and the same index. */
export const gitLimiter = createLimiter(2);
/** Through which git is started, if at all. */
let lanes: Lanes | undefined;

/** Lets git be started by shells from now on, which is for large processes (git/lane.ts); gives what ends that. */
export function useLanes(): () => void {
  const mine = createLanes();
  lanes = mine;
  return () => {
    mine?.close();
    if (lanes === mine) lanes = undefined;
  };
}

/** Longest time a call may take unless it says otherwise, in milliseconds. */
const TIMEOUT_MS = 60_000;
/** More output than this (bytes) ends the call: it would only fill the memory. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** git's own list (`git rev-parse --local-env-vars`) and what else would point it elsewhere or make it talk. */
const FOREIGN =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|CONFIG_KEY_\d+|CONFIG_VALUE_\d+|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|INTERNAL_SUPER_PREFIX|NAMESPACE|QUARANTINE_PATH|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|EXTERNAL_DIFF|DIFF_OPTS|REFLOG_ACTION|TRACE\w*|INDEX_VERSION|ATTR_SOURCE|DEFAULT_HASH|AUTHOR_\w+|COMMITTER_\w+)$/;

/** The environment that git gets: nobody's GIT_DIR, English messages, no questions, no optional locks. */
export function gitEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name) && name !== 'LANGUAGE');
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: 'true',
    GIT_PAGER: 'cat',
    ...extra,
  };
}

/** git ran and said no. `message` is one sentence; `exitCode` and `stderr` are git's own. */
export class GitError extends BooError {
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(args: readonly string[], exitCode: number | null, stderr: string, cwd: string) {
    const { message, hint } = explain(args, stderr, exitCode, cwd);
    super('failed', message, hint);
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** Objects that nothing names are swept away by `git gc`, sooner or later: contents that only an index of ours knew. */
export const isSwept = (error: unknown) =>
  error instanceof GitError && /unable to read [0-9a-f]{40}|invalid object|bad object|missing blob/.test(error.stderr);

/** `git worktree add` of `-c a=b worktree add …`. */
const verbOf = (args: readonly string[]) => {
  const words = args.filter((arg, index) => arg !== '-c' && args[index - 1] !== '-c' && !arg.startsWith('-'));
  return ['git', ...words.slice(0, words[0] === 'worktree' ? 2 : 1)].join(' ');
};

/** What git says when a write fails; it names the reason only sometimes. Rights are another matter. */
const FULL =
  /No space left on device|Disk quota exceeded|File too large|signal 25\b|SIGXFSZ|unable to write (file|new index)|could(n't| not) write|failed to write|write error/;
const OTHER = /Permission denied|Read-only file system|Operation not permitted/;

/** Where git could not write: the file it names, else the worktree it was to make, else where it ran. */
function fullFolder(args: readonly string[], stderr: string, cwd: string): string | undefined {
  if (!FULL.test(stderr) || OTHER.test(stderr)) return undefined;
  const named = /'(\/[^'\n]+)'/.exec(stderr)?.[1];
  if (named) return dirname(named);
  return args.includes('worktree') && args.includes('add') ? args.at(-2) : cwd;
}

function explain(
  args: readonly string[],
  stderr: string,
  code: number | null,
  cwd: string,
): { message: string; hint?: string | undefined } {
  const verb = verbOf(args);
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => /^(fatal|error):/.test(line)).at(-1) ?? lines.filter(Boolean).at(-1);
  const what = said?.replace(/^(fatal|error): /, '') ?? `it ended with code ${code}`;
  const full = fullFolder(args, stderr, cwd);
  if (full) return diskFull(`${verb} failed`, full);
  if (/dubious ownership/.test(stderr)) {
    return {
      message: `git does not trust this repository, because somebody else owns its folder`,
      hint: 'If you trust it: git config --global --add safe.directory <its path>.',
    };
  }
  if (/\.lock': File exists|Unable to create '.*\.lock'/.test(stderr)) {
    return {
      message: `${verb} failed: another git process holds a lock (${what})`,
      hint: 'Wait for it to end; if none runs, remove the lock file it names.',
    };
  }
  if (/index file (corrupt|smaller)|bad (index file )?(signature|sha1)/.test(stderr)) {
    return {
      message: `the index of ${cwd} is broken (${what})`,
      hint: 'git makes a new one from HEAD, and no file changes, there: rm "$(git rev-parse --git-path index)" && git reset.',
    };
  }
  return { message: `${verb} failed: ${what}` };
}

export interface GitOptions {
  cwd: string;
  /** Laid over the cleaned environment. */
  env?: NodeJS.ProcessEnv | undefined;
  input?: string | Buffer | undefined;
  timeoutMs?: number | undefined;
  /** Exit codes besides 0 that are answers and no errors. */
  allow?: readonly number[] | undefined;
  signal?: AbortSignal | undefined;
}

export interface GitResult<T = string> {
  stdout: T;
  stderr: string;
  code: number;
}

/** A process that could not be started at all. */
function startError(error: unknown, cwd: string): Error {
  if (!existsSync(cwd)) {
    return new BooError('not_found', `there is no folder ${cwd}`, 'It was removed; restore or remove its agent.');
  }
  if (errnoOf(error) === 'ENOENT') {
    return new BooError('failed', 'git was not found on the PATH', 'Install git 2.39 or newer.', { cause: error });
  }
  const hint =
    'Where the machine is short of open files or processes, stop some agents, or raise ulimit -n or ulimit -u.';
  return new BooError('failed', `git could not be started: ${reasonOf(error)}`, hint, { cause: error });
}

/** Waits for a call, and ends it when it takes too long, prints too much, or is wanted no longer. */
async function collect(start: (take: Taker) => Running, options: GitOptions, verb: string): Promise<GitResult<Buffer>> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let size = 0;
  let stopped: BooError | undefined;
  let forgive = () => {};
  const cancelled = () => new BooError('interrupted', `${verb} was cancelled`);
  if (options.signal?.aborted) throw cancelled();
  const stop = (why: BooError) => {
    if (stopped) return;
    stopped = why;
    forgive = running.end();
  };
  const take = (into: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_OUTPUT) into.push(chunk);
    else stop(new BooError('failed', `${verb} printed more than ${MAX_OUTPUT} bytes and was ended`));
  };
  const running = start({ out: take(out), err: take(err) });
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const timer = setTimeout(() => {
    stop(new BooError('timed_out', `${verb} took longer than ${timeoutMs / 1000} s and was ended`));
  }, timeoutMs);
  const abort = () => stop(cancelled());
  options.signal?.addEventListener('abort', abort);
  try {
    const { code, signal } = await running.ended;
    if (stopped) throw stopped;
    const end = signal ? `error: it was ended by ${signal}\n` : '';
    return { stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() + end, code: code ?? -1 };
  } catch (error) {
    throw stopped ?? startError(error, options.cwd);
  } finally {
    clearTimeout(timer);
    forgive();
    options.signal?.removeEventListener('abort', abort);
  }
}

/** As `git`, with standard output as bytes: names of files may be any bytes. */
export async function gitBytes(args: readonly string[], options: GitOptions): Promise<GitResult<Buffer>> {
  const { cwd, input, env = {} } = options;
  const call = { file: 'git', args, cwd, env };
  const start = (take: Taker) =>
    lanes && input === undefined ? lanes.begin(call, gitEnv(), take) : begin(call, gitEnv(), take, input);
  const result = await gitLimiter(() => collect(start, options, verbOf(args)));
  if (result.code !== 0 && !options.allow?.includes(result.code)) {
    throw new GitError(args, result.code, result.stderr, options.cwd);
  }
  return result;
}

/**
 * Runs git and gives what it printed and its exit code. Anything but 0 and `allow` is a GitError; a call that is too
 * long is ended with its whole group (BooError `timed_out`); `signal` ends it too (`interrupted`).
 */
export async function git(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const result = await gitBytes(args, options);
  return { ...result, stdout: result.stdout.toString() };
}

/** The first line of what git printed, or null when it answered with code 1 (or 128 where asked of nothing). */
export async function gitLine(args: readonly string[], cwd: string): Promise<string | null> {
  const { stdout, code } = await git(args, { cwd, allow: [1, 128] });
  return code === 0 ? (stdout.split('\n')[0] ?? '') : null;
}
