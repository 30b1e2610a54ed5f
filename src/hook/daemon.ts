import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { HookReport } from '../schema/hook.ts';
import { FRAME_JSON, PROTOCOL_VERSION } from '../schema/protocol.ts';
import { findHolder, socketOf } from '../util/holder.ts';
import { daemonSocket, isOwnSocket, projectPaths } from '../util/paths.ts';
import { VERSION } from '../util/version.ts';
import { encodeFrame, frameReader } from '../wire/frames.ts';
import { connectSocket } from '../wire/socket.ts';

/*
 * The client's side of the wire by hand: an agent waits for each of its hooks, and making the shapes of all messages takes longer than
 * everything else here together. What the daemon takes is checked by the daemon.
 */

type Message = { t: string; id?: number; result?: { output?: unknown }; protocol?: number; error?: unknown };

/** Tells the project's daemon. Resolves with what is to be printed; null: no daemon (of this protocol) is there, or it went away. */
export async function tell(root: string, report: HookReport): Promise<string | null> {
  const socket = await connect(root);
  if (!socket) return null;
  return new Promise((resolve) => {
    const end = (output: string | null) => {
      socket.destroy();
      resolve(output);
    };
    const say = (message: object) => socket.write(encodeFrame(FRAME_JSON, Buffer.from(JSON.stringify(message))));
    const read = frameReader((_kind, payload) => {
      const message = JSON.parse(payload.toString('utf8')) as Message;
      if (message.t === 'hello' && message.protocol !== PROTOCOL_VERSION) end(null);
      if (message.t !== 'res') return;
      const { output } = message.result ?? {};
      end(message.error !== undefined ? '' : typeof output === 'string' ? output : '');
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        read(bytes);
      } catch {
        end(null);
      }
    });
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    say({ t: 'hello', protocol: PROTOCOL_VERSION, version: VERSION, role: 'hook' });
    say({ t: 'req', id: 1, method: 'hook', params: report });
  });
}

async function connect(root: string): Promise<Socket | null> {
  const holder = () => {
    const found = findHolder(root);
    return found ? socketOf(root, found) : null;
  };
  for (const find of [() => daemonSocket(root), holder]) {
    try {
      const path = find();
      if (path && isOwnSocket(path)) return await connectSocket(path);
    } catch {
      // Nobody is there; perhaps at the next place.
    }
  }
  return null;
}

/** Leaves a report for the daemon that comes next: whole or not at all. */
export function leave(root: string, report: HookReport): void {
  const folder = projectPaths(root).hooks;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `${String(report.at).padStart(15, '0')}-${randomBytes(6).toString('hex')}`;
  const draft = join(folder, `.${name}.tmp`);
  writeFileSync(draft, JSON.stringify(report), { mode: 0o600, flag: 'wx' });
  renameSync(draft, join(folder, `${name}.json`));
}
