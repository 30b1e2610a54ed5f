import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isChecking } from '../core/autofix/state.ts';
import { isDue, isLive } from '../core/lifecycle.ts';
import { useLanes } from '../git/run.ts';
import { ensureFolder } from '../storage/folder.ts';
import { refuseOthers } from '../storage/owner.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { removeEmpty } from '../util/folders.ts';
import { socketOf, unreachable } from '../util/holder.ts';
import { inTime } from '../util/in-time.ts';
import { daemonSocket, projectPaths, runtimeFolder, runtimePath } from '../util/paths.ts';
import { VERSION } from '../util/version.ts';
import { isListening } from '../wire/socket.ts';
import { stopAll } from './agents/stop.ts';
import type { Context } from './context.ts';
import { watchIdle } from './idle.ts';
import { type Lock, takeLock } from './lock.ts';
import { createLog, type Log } from './log.ts';
import { daemonHandlers } from './methods.ts';
import { createServer } from './server.ts';
import { type Services, startServices } from './services.ts';

/** How long one that came second waits for the first one's socket, in milliseconds. */
const SECOND_MS = 10_000;
/** What is under way when it ends (answers, ends of agents) gets this long, in milliseconds. */
const LEAVE_MS = 100;
/** Clients of a daemon that cannot go on have so long to ask and be told why, in milliseconds. */
const TELL_MS = 2000;
/** So long (milliseconds) it waits for what ended agents printed to be kept, before their hosts may go. */
const COLLECT_MS = 5000;
/** Grace of children that outlived being stopped, when their hosts end; in milliseconds. */
const HOST_GRACE_MS = 2000;

/** The lock, or null when another daemon serves the project and can be reached. One that is just leaving is waited for. */
async function lockOrWait(root: string, onLost: () => void): Promise<Lock | null> {
  refuseOthers(root);
  ensureFolder(root);
  runtimeFolder(root);
  for (const end = performance.now() + SECOND_MS; ; await delay(20)) {
    const taken = await takeLock({ root, socket: daemonSocket(root), onLost });
    if ('lock' in taken) return taken.lock;
    const socket = socketOf(root, taken.holder);
    if (socket && (await isListening(socket))) {
      if (socket !== daemonSocket(root)) removeEmpty(runtimePath(root));
      return null;
    }
    if (performance.now() > end) throw unreachable(root, taken.holder);
  }
}

/** The log, which is also told of every defect: one of them must not take all agents' daemon away. */
function beginLog(root: string): Log {
  const log = createLog({ file: projectPaths(root).log, level: process.env.BOOCODE_LOG });
  process.on('uncaughtException', (error) => log.error(`defect: ${error.stack}`));
  process.on('unhandledRejection', (error) => log.error(`defect: ${error instanceof Error ? error.stack : error}`));
  log.info(`daemon ${VERSION} starts for ${root}, pid ${process.pid}, node ${process.versions.node}`);
  return log;
}

/** The daemon of one project, from the lock to its end. Resolves with the exit code. */
export async function runDaemon(root: string): Promise<number> {
  const lost = new AbortController();
  const lock = await lockOrWait(root, () => lost.abort()).catch((error: unknown) => {
    removeEmpty(runtimePath(root));
    throw error;
  });
  if (!lock) return 0;
  const closeLanes = useLanes();
  try {
    return await serve(root, lock, lost.signal);
  } finally {
    closeLanes();
    lock.release();
    // With the last socket in it; those of hosts that go on stay.
    removeEmpty(dirname(lock.socket));
  }
}

async function serve(root: string, lock: Lock, lost: AbortSignal): Promise<number> {
  const log = beginLog(root);
  const over = Promise.withResolvers<boolean>();
  const started = Promise.withResolvers<Context>();
  started.promise.catch(() => {});
  let services: Services | undefined;
  let leaving = false;
  const leave = async (agents: boolean, why: string) => {
    if (leaving) return;
    leaving = true;
    server.refuse();
    log.info(`leaving: ${why}${agents ? ', with all agents' : ''}`);
    server.publish('leaving', { agents });
    try {
      if (services) await (agents ? endAll : leaveLiving)(services.ctx);
    } finally {
      over.resolve(agents);
    }
  };
  const isBusy = () => !services || server.clients > 0 || isWorking(services.ctx);
  /** Hosts go first, so that the last one out leaves nothing behind. */
  const onIdle = async (): Promise<void> => {
    await services?.ctx.ends.collectAll();
    if (!isBusy()) await services?.ctx.hosts.emptied();
    // What has begun meanwhile may be over before anything is told of it.
    if (isBusy()) return idle.check();
    await leave(false, 'nothing lives and nobody is connected');
  };
  const idle = watchIdle({ isBusy, onIdle: () => void onIdle() });
  const server = createServer({
    log,
    onChange: idle.check,
    onRequest: () => services?.presence.look(),
    handlers: daemonHandlers({
      ready: started.promise,
      clients: () => server.clients,
      leave: (agents) => started.promise.then(() => leave(agents, 'asked to')),
    }),
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void leave(false, signal));
  lost.addEventListener('abort', () => void leave(false, 'another daemon has the project now'));

  try {
    await server.listen(daemonSocket(root), lock.move);
    const { publish } = server;
    services = await startServices({ root, lock, log, folders: lock.former, publish, onActivity: idle.check });
    started.resolve(services.ctx);
    idle.check();
    const alone = await over.promise;
    if (alone || !isWorking(services.ctx)) services.presence.end();
    await delay(LEAVE_MS);
  } catch (error) {
    log.error(messageOf(error));
    started.reject(error instanceof BooError ? error : new BooError('no_daemon', messageOf(error)));
    // Who is connected already asks, is told and leaves; who comes now is told by the next daemon.
    server.refuse();
    for (const end = performance.now() + TELL_MS; server.clients > 0 && performance.now() < end; ) await delay(20);
  }
  idle.close();
  await server.close();
  await services?.close();
  // After a failure its sentence is the last word: who started this daemon is told it (client/start).
  if (services) log.info('left');
  return services ? 0 : 1;
}

async function endAll(ctx: Context): Promise<void> {
  await stopAll(ctx, 'shutdown');
  await ctx.hosts.shutdown(HOST_GRACE_MS);
}

/** Hosts of nobody but the dead would wait for a daemon that may never come. */
async function leaveLiving(ctx: Context): Promise<void> {
  await inTime(ctx.ends.collectAll(), COLLECT_MS, null);
  // Hosts whose last agent has ended go first: their sockets would keep the folder.
  if (!isWorking(ctx)) await ctx.hosts.emptied();
}

const isWorking = ({ preparing, busy, store }: Context) =>
  preparing.size > 0 ||
  busy.size > 0 ||
  store.all().some((agent) => isLive(agent) || isDue(agent) || isChecking(agent));
