import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectSocket, isListening, listenSocket } from '../../src/wire/socket.ts';
import { tempFolder } from '../support/repository.ts';

const close = (server: { close(done: () => void): unknown }) => new Promise<void>((done) => server.close(done));

test('a socket is for its user alone, and a second owner is refused while the first lives', async () => {
  const path = join(tempFolder('s'), 'd.sock');
  const server = await listenSocket(path, (socket) => socket.end('hi'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(listenSocket(path, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const socket = await connectSocket(path);
  const text = await new Promise((done) => socket.once('data', (data) => done(data.toString())));
  expect(text).toBe('hi');
  socket.destroy();
  await close(server);
});

test('the socket of a dead owner is taken over', async () => {
  const path = join(tempFolder('s'), 'd.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(() => execFileSync(process.execPath, ['-e', script])).toThrow();
  expect(existsSync(path)).toBe(true);
  expect(await isListening(path)).toBe(false);
  const server = await listenSocket(path, (socket) => socket.end());
  expect(await isListening(path)).toBe(true);
  await close(server);
});
