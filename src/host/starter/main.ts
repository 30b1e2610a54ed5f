import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../util/errors.ts';
import type { Order, Word } from './words.ts';

/**
 * Starts programs for a host. A fork copies the page tables of who forks, and the host, with the histories of all its
 * agents, would stand still for it; this process stays small. Node cannot hand a terminal from one process to another, so
 * the host opens it, and its other side is opened here by name. Ends with the host, by the end of its input.
 */

/** How a terminal is set that is fresh from the kernel: as other terminals are, and a character is deleted whole. */
const MODES = ['iutf8', 'ixany', 'imaxbel', 'brkint', 'hupcl'];
/** Looks (a millisecond apart) at whether the program has taken the place of setsid; after those it is one that looks the same. */
const LOOKS = 200;

const [setsid, stty] = process.argv.slice(2) as [string, string];

const say = (word: Word) => process.stdout.write(`${JSON.stringify(word)}\n`);

/** It is not setsid any more: it leads its session, and has its terminal. */
function isReady(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(`${setsid}\0-c\0`);
  } catch {
    return true;
  }
}

async function onTerminal({ file, args, cwd, env }: Order, terminal: string): Promise<ChildProcess> {
  const fd = openSync(terminal, constants.O_RDWR | constants.O_NOCTTY);
  try {
    const settle = spawn(stty, MODES, { stdio: [fd, 'ignore', 'ignore'] });
    await once(settle, 'exit').catch(() => {});
    // Node makes a new session but takes no terminal for it.
    const child = await begin(setsid, ['-c', file, ...args], { cwd, env, stdio: [fd, fd, fd] });
    for (let look = 0; look < LOOKS && child.exitCode === null && !isReady(child.pid!); look++) await delay(1);
    return child;
  } finally {
    closeSync(fd);
  }
}

/** One of a program's streams, which nobody reads here. */
async function plug(path: string): Promise<Socket> {
  const socket = connect({ path });
  socket.pause();
  await once(socket, 'connect');
  return socket;
}

async function onPipes({ file, args, argv0, cwd, env }: Order, path: string): Promise<ChildProcess> {
  const sockets: Socket[] = [];
  try {
    // The host knows them by their order.
    for (let n = 0; n < 3; n++) sockets.push(await plug(path));
    return await begin(file, args, { argv0, cwd, env, detached: true, stdio: sockets });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Resolves when it has been started; rejects when the system refuses. */
async function begin(file: string, args: string[], options: SpawnOptions): Promise<ChildProcess> {
  const child = spawn(file, args, options);
  await once(child, 'spawn');
  return child;
}

async function start(order: Order): Promise<void> {
  const { id, on } = order;
  try {
    const child = await ('terminal' in on ? onTerminal(order, on.terminal) : onPipes(order, on.socket));
    const tell = () =>
      say({
        id,
        exit: child.signalCode ? { code: null, signal: child.signalCode } : { code: child.exitCode, signal: null },
      });
    say({ id, pid: child.pid! });
    if (child.exitCode !== null || child.signalCode !== null) tell();
    else child.once('exit', tell);
  } catch (error) {
    say({ id, error: messageOf(error) });
  }
}

/** A host that has terminals open already hands them on to a new starter (node-pty does not mark them); programs are not to get them. */
function closeTerminals(): void {
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    try {
      if (fd > 2 && /^\/dev\/(ptmx$|pts\/)/.test(readlinkSync(`/proc/self/fd/${fd}`))) closeSync(fd);
    } catch {
      // The folder was read through it.
    }
  }
}

closeTerminals();
process.stdout.on('error', () => process.exit(0));
createInterface({ input: process.stdin })
  .on('line', (line) => void start(JSON.parse(line)))
  .on('close', () => process.exit(0));
