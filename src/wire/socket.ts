import { chmodSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { errnoOf } from '../util/errors.ts';

/** Connects to a Unix socket (or named pipe). Rejects with the system's error: ENOENT and ECONNREFUSED mean nobody listens. */
export function connectSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** True when something accepts connections at this path. */
export async function isListening(path: string): Promise<boolean> {
  try {
    (await connectSocket(path)).destroy();
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ECONNREFUSED') return false;
    throw error;
  }
}

/**
 * Listens at the path, mode 0600 in a folder that is 0700 already (util/paths). A socket file that nobody answers at is
 * a dead owner's and is replaced; one that answers rejects with EADDRINUSE.
 */
export async function listenSocket(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  if (process.platform !== 'win32' && !(await isListening(path))) {
    try {
      unlinkSync(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
  const server = createServer((socket) => {
    // A visitor may be gone before its owner looks; without a listener its reset would end the process.
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return server;
}
