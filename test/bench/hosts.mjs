// A built host process, started as the daemon starts it, and a plain client of it, for benches.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { HOST_ENV, HOST_FLAGS } from '../../src/daemon/hosts/start.ts';

const dist = process.env.BENCH_DIST ?? resolve(import.meta.dirname, '../../dist');
const root = resolve(import.meta.dirname, '../..');
const PROTOCOL = Number(/PROTOCOL_VERSION = (\d+)/.exec(readFileSync(join(root, 'src/schema/protocol.ts'), 'utf8'))[1]);
let made = 0;

const frame = (value) => {
  const json = Buffer.from(JSON.stringify(value));
  const out = Buffer.alloc(5 + json.length);
  out.writeUInt32BE(json.length + 1, 0);
  json.copy(out, 5);
  return out;
};

/** A connection, as soon as there is one to be had: the file is there a moment before. */
async function connected(path) {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** A client of the host at this socket. `call(method, params)`, `close()`. */
async function openClient(path) {
  const socket = await connected(path);
  const waiting = new Map();
  let held = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 5 && held.length >= 4 + held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0);
      if (held[4] === 0) {
        const message = JSON.parse(held.toString('utf8', 5, 4 + length));
        if (message.t === 'res') {
          const { resolve: ok, reject } = waiting.get(message.id);
          waiting.delete(message.id);
          if (message.error) reject(new Error(message.error.message));
          else ok(message.result);
        }
      }
      held = held.subarray(4 + length);
    }
  });
  socket.write(frame({ t: 'hello', protocol: PROTOCOL, version: 'bench', role: 'bench' }));
  let id = 0;
  return {
    call: (method, params) =>
      new Promise((ok, reject) => {
        waiting.set(++id, { resolve: ok, reject });
        socket.write(frame({ t: 'req', id, method, params }));
      }),
    close: () => socket.destroy(),
  };
}

/** Starts a host with its socket in `folder`, and `more` in its environment. `spawn(child, argv, size, kind)`, `call(method, params)`, `connect()` for another client, `end()`. */
export async function startHost(folder, more = {}) {
  const path = join(folder, `h${made++}.sock`);
  const host = spawn(
    process.execPath,
    [...HOST_FLAGS, join(dist, 'host.js'), '--socket', path, '--id', `bench${made}`],
    {
      env: { ...HOST_ENV, ...process.env, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const { call, close } = await openClient(path);
  return {
    pid: host.pid,
    call,
    connect: () => openClient(path),
    spawn: (child, argv, size, kind = 'pty') =>
      call('spawn', {
        child,
        kind,
        argv,
        cwd: folder,
        env: { PATH: process.env.PATH, TERM: 'xterm-256color' },
        size,
        historyLines: 5000,
        recording: null,
        stdin: null,
        background: 'dark',
      }),
    async end() {
      const gone = once(host, 'exit');
      await call('shutdown', { graceMs: 100 });
      await gone;
      close();
    },
  };
}
