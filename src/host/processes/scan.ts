import { execFile } from 'node:child_process';
import { close, open, read } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { APART, CHILD_VARIABLE, HOST_VARIABLE } from '../../util/marks.ts';
import { isOutOfFiles, RESERVE, withReserve } from './reserve.ts';

export interface Process {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Tells a process from a later one that got the same number. */
  started: string;
  /** Values of CHILD_VARIABLE and HOST_VARIABLE in its environment, as far as that may be read. */
  child: string | undefined;
  host: string | undefined;
}

/** How many processes are read at the same time: the rest of the host goes on in between. */
const BATCH = 32;
/** Bytes that are read of a file at once: most are shorter. */
const PIECE = 4096;

let running: Promise<Process[]> | undefined;
let next: Promise<Process[]> | undefined;

/**
 * All processes of the machine that have not ended (zombies have), as they are after the call. Who asks while others are being
 * answered shares the answer that comes next: thirty agents that are stopped at once need not read everything thirty times.
 */
export function scanProcesses(): Promise<Process[]> {
  if (running) {
    next ??= running.then(begin, begin);
    return next;
  }
  return begin();
}

function begin(): Promise<Process[]> {
  next = undefined;
  const mine = scan().finally(() => {
    if (running === mine) running = undefined;
  });
  running = mine;
  return mine;
}

/** What runs must be found and ended above all where the host is out of open files, since to stop something is the remedy. */
async function scan(): Promise<Process[]> {
  const read = process.platform === 'linux' ? scanProc : scanByPs;
  try {
    return await read(BATCH);
  } catch (error) {
    if (!isOutOfFiles(error)) throw error;
    return withReserve(() => read(RESERVE));
  }
}

async function scanProc(batchSize: number): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: Process[] = [];
  const pieces = Array.from({ length: batchSize }, () => Buffer.allocUnsafe(PIECE));
  for (let i = 0; i < pids.length; i += batchSize) {
    // All of them, also when one fails: who tries again with the files kept for that shares them with none that is still being read.
    const batch = await Promise.allSettled(pids.slice(i, i + batchSize).map((pid, n) => readProcess(pid, pieces[n]!)));
    for (const one of batch) {
      if (one.status === 'rejected') throw one.reason;
      if (one.value) found.push(one.value);
    }
  }
  return found;
}

async function readProcess(name: string, piece: Buffer): Promise<Process | undefined> {
  try {
    const stat = await readText(`/proc/${name}/stat`, piece);
    // The program's name stands in parentheses and may itself hold some.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const environment = await readText(`/proc/${name}/environ`, piece).catch((error) => {
      if (isOutOfFiles(error)) throw error;
      return '';
    });
    return {
      pid: Number(name),
      parent: Number(fields[1]),
      group: Number(fields[2]),
      session: Number(fields[3]),
      started: fields[19]!,
      child: markIn(environment, CHILD_VARIABLE, '\0'),
      host: markIn(environment, HOST_VARIABLE, '\0'),
    };
  } catch (error) {
    // One that could not be read would be taken for gone.
    if (isOutOfFiles(error)) throw error;
    return undefined;
  }
}

const openFile = promisify(open);
const readPiece = promisify<number, Buffer, number>((fd, piece, done) => read(fd, piece, done));
const closeFile = promisify(close);

/**
 * The text of a file in /proc, where fewer bytes than asked for are the last ones. Node's readFile takes 64 KB twice for each of
 * them, since they tell no size: the host grew by 20 MB with it, and a fork costs the more the larger the host is.
 */
async function readText(path: string, piece: Buffer): Promise<string> {
  const fd = await openFile(path, 'r');
  try {
    for (let text = ''; ; ) {
      const count = await readPiece(fd, piece);
      text += piece.toString('latin1', 0, count);
      if (count < piece.length) return text;
    }
  } finally {
    await closeFile(fd);
  }
}

function markIn(environment: string, variable: string, separator: '\0' | ' '): string | undefined {
  const start = environment.indexOf(`${variable}=`);
  if (start < 0) return undefined;
  return environment.slice(start + variable.length + 1).split(separator, 1)[0];
}

/** Where there is no /proc. `-E` shows environments of this user's processes (macOS). */
function scanByPs(): Promise<Process[]> {
  const columns = 'pid=,ppid=,pgid=,sess=,stat=,lstart=,command=';
  return new Promise((resolve, reject) => {
    execFile('ps', ['-AEww', '-o', columns], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (isOutOfFiles(error)) return reject(error);
      const row = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s?(.*)$/;
      const found = stdout.split('\n').flatMap((line): Process[] => {
        const [, pid, parent, group, session, state, started, command] = row.exec(line) ?? [];
        if (!pid || state!.startsWith('Z')) return [];
        const child = markIn(command!, CHILD_VARIABLE, ' ');
        const host = markIn(command!, HOST_VARIABLE, ' ');
        const numbers = { pid: +pid, parent: +parent!, group: +group!, session: Number(session) || 0 };
        return [{ ...numbers, started: started!, child, host }];
      });
      resolve(found);
    });
  });
}

/** Whose processes are looked for: the first process of a child, and the marks its descendants carry. */
export interface Root {
  pid: number;
  child: string;
  /** Children of other hosts may have the same name. */
  host: string | undefined;
  /** Identities (pid and start) that belonged to it when they were last seen. */
  known: Map<number, string>;
}

/**
 * Everything a child started that still runs: its session, its group, its descendants by parent, what carries its
 * mark, and what was found before and has since been adopted by another; but nothing that is marked as apart, nor what that started. Adds
 * to `root.known`.
 */
export function familyOf(root: Root, all: Process[]): Process[] {
  const members = new Map<number, Process>();
  const belongs = (one: Process) =>
    one.pid === root.pid ||
    one.group === root.pid ||
    one.session === root.pid ||
    (one.child === root.child && one.host === root.host) ||
    root.known.get(one.pid) === one.started ||
    members.has(one.parent);
  for (let before = -1; before < members.size; ) {
    before = members.size;
    for (const one of all)
      if (!members.has(one.pid) && one.pid !== process.pid && one.child !== APART && belongs(one))
        members.set(one.pid, one);
  }
  for (const one of members.values()) root.known.set(one.pid, one.started);
  return [...members.values()];
}
