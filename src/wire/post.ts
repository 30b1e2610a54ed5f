import { lstatSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { messageOf } from '../util/errors.ts';
import { privateFolder, refugeOf } from '../util/paths.ts';
import { listenSocket } from './socket.ts';

/** How often it is looked whether the socket is still there, in milliseconds: one call of the system. */
export const POST_LOOK_MS = 2000;

export interface Post {
  /** Where it listens now. */
  readonly path: string;
  /** Takes nobody any more; resolves when the last connection that came through it has ended. */
  close(): Promise<void>;
}

/**
 * Listens at a path and stays reachable: when the socket is gone (a logout empties the runtime folder) it listens again
 * there, or, where that folder cannot be made, at `refugeOf(path)`. Connections that were made live on. Rejects as `listenSocket`.
 */
export async function openPost({
  path,
  onSocket,
  onMoved,
  lookMs = POST_LOOK_MS,
}: {
  path: string;
  onSocket(socket: Socket): void;
  /** It listens again, at `path`; `trouble` says why nowhere. */
  onMoved(path: string, trouble?: string): void;
  lookMs?: number;
}): Promise<Post> {
  let at = path;
  let server = await listenAt(path, onSocket);
  let mark = markOf(at);
  let moving: Promise<void> | undefined;
  let told = '';
  const ended: Promise<void>[] = [];
  const end = () => {
    const last = server;
    ended.push(new Promise((resolve) => last.close(() => resolve())));
  };

  const move = async () => {
    // First, because closing takes the socket's file away.
    end();
    let trouble = '';
    for (const next of new Set([at, path, refugeOf(path)])) {
      try {
        server = await listenAt(next, onSocket);
        at = next;
        mark = markOf(at);
        told = '';
        return onMoved(at);
      } catch (error) {
        trouble ||= messageOf(error);
      }
    }
    if (trouble !== told) onMoved(at, trouble);
    told = trouble;
  };
  const look = () => {
    if (moving || markOf(at) === mark) return;
    moving = move().finally(() => {
      moving = undefined;
    });
  };
  const timer = process.platform === 'win32' ? undefined : setInterval(look, lookMs).unref();
  return {
    get path() {
      return at;
    },
    async close() {
      clearInterval(timer);
      await moving;
      end();
      await Promise.all(ended);
    },
  };
}

async function listenAt(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  if (process.platform !== 'win32') {
    privateFolder(dirname(dirname(path)));
    privateFolder(dirname(path));
  }
  return listenSocket(path, onSocket);
}

/** Which file it is, or nothing when it is gone. */
function markOf(path: string): string {
  try {
    const { dev, ino } = lstatSync(path);
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}
