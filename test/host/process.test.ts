import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { scanProcesses } from '../../src/host/processes/scan.ts';
import { entryPath } from '../../src/util/entry.ts';
import { CHILD_VARIABLE } from '../../src/util/marks.ts';
import { connectSocket, isListening } from '../../src/wire/socket.ts';
import { type HostClient, hostClient, spawnParams, testFolder } from '../support/host.ts';
import { until } from '../support/wait.ts';

const program = entryPath('host');

let host: ChildProcess;
let socket: string;
let client: HostClient;
const connect = async () => {
  // The file is there a moment before it takes connections.
  await until('host listens', () => isListening(socket));
  const made = hostClient(await connectSocket(socket));
  await made.peer.ready;
  await made.call('events', { after: 0 });
  return made;
};
beforeEach(async () => {
  socket = join(testFolder('h'), 's');
  host = spawn(process.execPath, [program, '--socket', socket, '--id', 'h1'], {
    stdio: 'inherit',
    detached: true,
  });
  client = await connect();
});
afterEach(async () => {
  client.close();
  host.kill('SIGTERM');
  await until('host has ended', () => host.exitCode !== null || host.signalCode !== null);
});

const alive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};
/** Ignores SIGHUP and SIGTERM, leaves a copy of itself in another session, and tells both pids. */
const STUBBORN = `trap '' HUP TERM; setsid sh -c 'trap "" HUP TERM; echo inner=$$; while :; do sleep 1; done' & echo outer=$$; while :; do sleep 1; done`;
const pidsOf = async (child: string) =>
  until('both pids', async () => {
    const [, inner] = /inner=(\d+)/.exec(await client.text(child)) ?? [];
    const [, outer] = /outer=(\d+)/.exec(await client.text(child)) ?? [];
    return inner && outer ? [Number(inner), Number(outer)] : undefined;
  });

describe('the host process', () => {
  test('stops what ignores SIGHUP and SIGTERM and what made itself a session', async () => {
    await client.call('spawn', spawnParams('s', ['sh', '-c', STUBBORN]));
    const pids = await pidsOf('s');
    const { exit } = await client.call('stop', { child: 's', graceMs: 300 });
    expect(exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(pids.filter(alive)).toEqual([]);
  });

  test('lets a program on a terminal clean up that does so at SIGTERM, and ends a shell, which ignores that, at once', async () => {
    const script = `trap 'sleep 0.3; echo clean; exit 7' TERM; echo READY; while :; do sleep 0.1; done`;
    await client.call('spawn', spawnParams('c', ['sh', '-c', script]));
    await client.call('spawn', spawnParams('s', ['sh', '-i']));
    await until('both wait', async () => (await client.text('c')) === 'READY' && (await client.text('s')) === '$');
    const stop = (child: string) => client.call('stop', { child, graceMs: 20_000 });
    const [clean, shell] = await Promise.all([stop('c'), stop('s')]);
    expect(clean.exit).toEqual({ code: 7, signal: null });
    expect(await client.text('c')).toMatch(/clean$/);
    expect(shell.exit.signal ?? shell.exit.code).toSatisfy((how) => how === 'SIGHUP' || how === 129);
  });

  test('stops children also when it has as many files open as it may, and then starts others', async () => {
    const path = join(testFolder('h'), 's');
    const argv = ['-c', 'ulimit -n 40; exec "$@"', 'sh', process.execPath, program, '--socket', path, '--id', 'h2'];
    const small = spawn('sh', argv, { stdio: 'inherit', detached: true });
    onTestFinished(() => void small.kill('SIGKILL'));
    await until('host listens', () => isListening(path));
    const asker = hostClient(await connectSocket(path));
    const started: string[] = [];
    const start = async () => {
      await asker.call('spawn', spawnParams(`c${started.length}`, ['cat']));
      started.push(`c${started.length}`);
    };
    const refused = await (async () => {
      while (started.length < 40) await start();
    })().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'failed', message: expect.stringContaining('no terminal could be opened') });
    expect(started.length).toBeGreaterThan(1);
    const pids = (await asker.call('children', {})).children.map((one) => one.pid);
    const stopped = started.slice(0, 2).map((child) => asker.call('stop', { child, graceMs: 2000 }));
    expect((await Promise.all(stopped)).map(({ exit }) => exit.signal)).toEqual(['SIGTERM', 'SIGTERM']);
    await start();
    const gone = new Promise((resolve) => small.once('exit', resolve));
    await asker.call('shutdown', { graceMs: 2000 });
    await gone;
    expect(pids.filter(alive)).toEqual([]);
    asker.close();
  });

  test.runIf(process.platform === 'linux').each([4095, 4096, 4097, 8192, 20_000])(
    'finds a mark at the end of %i bytes of environment',
    async (length) => {
      const fill = 'x'.repeat(length - `FILL=\0${CHILD_VARIABLE}=far\0`.length);
      const far = spawn('sleep', ['1000'], { env: { FILL: fill, [CHILD_VARIABLE]: 'far' }, stdio: 'ignore' });
      onTestFinished(() => void far.kill('SIGKILL'));
      await until('it runs', () => readFileSync(`/proc/${far.pid}/environ`).length === length);
      const found = (await scanProcesses()).find((one) => one.pid === far.pid);
      expect(found).toMatchObject({ parent: process.pid, child: 'far' });
    },
  );

  test('leaves nothing of a child that ended by itself', async () => {
    const told = join(testFolder('told'), 'told');
    const apart = `setsid sh -c 'echo inner=$$; : > ${told}; exec sleep 1000'`;
    const argv = ['sh', '-c', `${apart} & echo outer=$$; until [ -e ${told} ]; do sleep 0.05; done`];
    await client.call('spawn', spawnParams('d', argv));
    const [inner] = await pidsOf('d');
    await until('child ended', () => client.of('d', 'exited').length === 1);
    await until('its leftover is gone', () => !alive(inner!));
  });

  test('killed, takes its children along', async () => {
    await client.call('spawn', spawnParams('k', ['sh', '-c', STUBBORN]));
    await client.call('spawn', spawnParams('p', ['sleep', '1000'], { kind: 'pipe' }));
    const pids = [...(await pidsOf('k')), ...(await client.call('children', {})).children.map((one) => one.pid)];
    host.kill('SIGKILL');
    await until('all are gone', () => pids.every((pid) => !alive(pid)));
    await until('the guardian is gone', async () => {
      const all = await scanProcesses();
      return !all.some(
        (one) =>
          one.parent !== process.pid &&
          one.session === one.pid &&
          readCommand(one.pid).includes('boocode-guardian') &&
          readCommand(one.pid).includes(`h1-${host.pid}-`),
      );
    });
  });

  test('survives clients that vanish, lie and flood, and serves the next', async () => {
    await client.call('spawn', spawnParams('a', ['cat']));
    const raw = await connectSocket(socket);
    raw.on('error', () => {}).resume();
    raw.write(Buffer.from('garbage that is no frame at all, long enough to be read as a length'));
    await until('bad client is dropped', () => raw.closed);
    const gone = await connect();
    await gone.call('watch', { child: 'a', maxFps: 60 });
    gone.close();
    client.type('a', 'still here\r');
    const next = await connect();
    await until('echo', async () => (await next.text('a')).includes('still here'));
    next.close();
  });

  test('ends and removes its socket when its last child was collected', async () => {
    await client.call('spawn', spawnParams('x', ['true']));
    await until('child ended', () => client.of('x', 'exited').length === 1);
    await client.call('collect', { child: 'x' });
    await until('host has ended', () => host.exitCode !== null);
    expect(host.exitCode).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  test('ends its children at SIGTERM', async () => {
    const { pid } = await client.call('spawn', spawnParams('x', ['sleep', '1000']));
    host.kill('SIGTERM');
    await until('host has ended', () => host.exitCode !== null);
    expect(alive(pid)).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('its starter', () => {
  const starter = () =>
    until('its starter', async () => {
      const all = await scanProcesses();
      return all.find((one) => one.parent === host.pid && readCommand(one.pid).includes('starter.js'))?.pid;
    });
  const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  const terminalsOf = (pid: number) =>
    readdirSync(`/proc/${pid}/fd`).filter((fd) => {
      try {
        return /^\/dev\/(ptmx|pts\/)/.test(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });

  test('gives a program a terminal and a session of its own, what it is to know, and nothing else', async () => {
    const params = spawnParams('t', ['sh', '-c', 'ps -o pid=,pgid=,sid=,tpgid= -p $$; tty; exec sleep 1000']);
    const { pid } = await client.call('spawn', params);
    const line = Array.from({ length: 4 }, () => pid).join(' +');
    await until('it told', async () => new RegExp(`^ *${line}\n/dev/pts/\\d+$`).test(await client.text('t')));
    expect(new Set(environmentOf(pid).filter((one) => !/^(_|OLDPWD|SHLVL|BOOCODE_\w+)=/.test(one)))).toEqual(
      new Set(Object.entries({ ...params.env, PWD: params.cwd }).map(([name, value]) => `${name}=${value}`)),
    );
    await until('it sleeps', () => readCommand(pid).startsWith('sleep'));
    expect(terminalsOf(pid)).toEqual(['0', '1', '2']);
    const [session, tty] = readFileSync(`/proc/${host.pid}/stat`, 'latin1').split(' ').slice(5, 7);
    expect({ session, tty }).toEqual({ session: `${host.pid}`, tty: '0' });
  });

  test('tells a signal from a program that ended with the number a shell would give it', async () => {
    await client.call('spawn', spawnParams('exit', ['sh', '-c', 'exit 137']));
    await client.call('spawn', spawnParams('kill', ['sh', '-c', 'kill -9 $$']));
    await until('both ended', () => ['exit', 'kill'].every((child) => client.of(child, 'exited').length === 1));
    expect(client.of('exit', 'exited')).toMatchObject([{ exit: { code: 137, signal: null } }]);
    expect(client.of('kill', 'exited')).toMatchObject([{ exit: { code: null, signal: 'SIGKILL' } }]);
  });

  test('sets a terminal so that a character of two bytes is deleted whole', async () => {
    await client.call(
      'spawn',
      spawnParams('d', ['sh', '-c', 'echo READY; read line; echo "[$line]"; exec sleep 1000']),
    );
    await until('it reads', async () => (await client.text('d')).includes('READY'));
    client.type('d', 'é\x7fa\r');
    await until('what it read', async () => (await client.text('d')).includes('[a]'));
  });

  test.each(['pty', 'pipe'] as const)(
    'killed, leaves programs on a %s alone, and another one starts the next',
    async (kind) => {
      const { pid } = await client.call('spawn', spawnParams('a', ['cat'], { kind }));
      const first = await starter();
      process.kill(first, 'SIGKILL');
      const { pid: next } = await until('another one starts programs', () =>
        client.call('spawn', spawnParams('b', ['sh', '-c', 'read line; exit 3'], { kind })).catch(() => undefined),
      );
      const second = await starter();
      expect(second).not.toBe(first);
      expect(terminalsOf(second)).toEqual([]);
      expect(terminalsOf(next)).toEqual(kind === 'pty' ? ['0', '1', '2'] : []);
      client.type('a', 'still here\r\n');
      await until('it answers', async () => (await client.text('a')).includes('still here'));
      client.type('b', 'end\r\n');
      await until('the next has ended', () => client.of('b', 'exited').length === 1);
      expect(client.of('b', 'exited')).toMatchObject([{ exit: { code: 3, signal: null } }]);
      process.kill(pid, 'SIGTERM');
      await until('its end is told', () => client.of('a', 'exited').length === 1);
      // Its parent is gone, who alone is told how a program ended.
      expect(client.of('a', 'exited')).toMatchObject([{ exit: { code: null, signal: null } }]);
    },
  );

  test('ends with the host, whoever ends that', async () => {
    const pid = await starter();
    host.kill('SIGKILL');
    await until('it is gone', () => !alive(pid));
  });

  test('leaves no socket of a program on pipes', async () => {
    await client.call('spawn', spawnParams('p', ['sh', '-c', 'cat; echo end >&2; exit 5'], { kind: 'pipe' }));
    expect(readdirSync(dirname(socket))).toEqual(['s']);
    await client.call('input', { child: 'p', text: 'one\n', end: true });
    await until('it has ended', () => client.of('p', 'exited').length === 1);
    expect(client.of('p', 'exited')).toMatchObject([{ exit: { code: 5, signal: null } }]);
    expect(await client.text('p')).toBe('one\nend');
  });

  test('is not needed for a program on pipes while the folder of its sockets is gone', async () => {
    renameSync(dirname(socket), `${dirname(socket)}-away`);
    await client.call('spawn', spawnParams('g', ['sh', '-c', 'cat; exit 6'], { kind: 'pipe' }));
    renameSync(`${dirname(socket)}-away`, dirname(socket));
    await client.call('input', { child: 'g', text: 'one\n', end: true });
    await until('it has ended', () => client.of('g', 'exited').length === 1);
    expect(client.of('g', 'exited')).toMatchObject([{ exit: { code: 6, signal: null } }]);
  });

  test('says why the system refuses a program', async () => {
    const long = 'x'.repeat(200_000);
    const refused = await client
      .call('spawn', spawnParams('e', ['cat', long], { kind: 'pipe' }))
      .catch((error) => error);
    expect(refused).toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^cat could not be started: .*E2BIG/),
    });
    const onTerminal = await client.call('spawn', spawnParams('e', ['cat', long])).catch((error) => error);
    expect(onTerminal).toMatchObject({ code: 'failed', message: expect.stringContaining('E2BIG') });
    expect((await client.call('children', {})).children).toEqual([]);
  });
});

const readCommand = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
};
