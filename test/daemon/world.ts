import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ConnectOptions, connectDaemon, type DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { daemonSocket, runtimeFolder } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';

export const env = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined));

export interface World {
  root: string;
  connect(options?: Partial<ConnectOptions>): Promise<DaemonClient>;
  /** Starts `argv` (default: a shell that waits) as an agent and gives it. */
  start(client: DaemonClient, name: string, argv?: string[], more?: object): Promise<Agent>;
  daemonPid(client: DaemonClient): Promise<number>;
  /** Pids of every process that was started for this project: daemons and hosts. */
  processes(): number[];
  end(): Promise<void>;
}

/** A project of its own with a daemon of its own; `end` ends every process of it and checks that none is left. */
export function createWorld({
  git = true,
  daemonEnv = {},
  within = process.env.BOOCODE_TEST_ROOT!,
}: {
  git?: boolean;
  daemonEnv?: Record<string, string>;
  /** The folder the project is made in. */
  within?: string;
} = {}): World {
  const root = mkdtempSync(join(within, 'p-'));
  if (git) {
    const run = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
    run('init', '-q');
    writeFileSync(join(root, 'file.txt'), 'first\n');
    run('add', '.');
    run('commit', '-qm', 'first');
  }
  const run = runtimeFolder(root);
  const clients: DaemonClient[] = [];
  const connect: World['connect'] = async (options = {}) => {
    const client = await connectDaemon({ root, start: true, env: { ...process.env, ...daemonEnv }, ...options });
    clients.push(client);
    return client;
  };
  const processes = () =>
    readdirSync('/proc').flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const ours = words.includes(root) || words.includes(run);
        return /^\d+$/.test(pid) && ours && processStart(Number(pid)) !== null ? [Number(pid)] : [];
      } catch {
        return [];
      }
    });
  return {
    root,
    connect,
    processes,
    start: async (client, name, argv = ['sh', '-c', 'echo ready; exec cat'], more = {}) =>
      (await client.call('agent.new', { name, argv, cwd: root, env: env(), worktree: false, ...more })).agent,
    daemonPid: async (client) => (await client.call('status', {})).pid,
    async end() {
      const client = await connect();
      await client.call('stop', { agents: true });
      for (const one of clients) one.close();
      await until('no process of the project is left', () => processes().length === 0, { seen: processes });
      const log = readFileSync(join(root, '.boocode', 'log', 'daemon.log'), 'utf8');
      expect(log.split('\n').filter((line) => / error (defect|\w+\.)/.test(line))).toEqual([]);
      rmSync(root, { recursive: true, force: true });
      mkdirSync(run, { recursive: true });
      rmSync(run, { recursive: true, force: true });
    },
  };
}

/** SIGKILL, and gone. */
export async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(`process ${pid} is gone`, () => processStart(pid) === null);
}

export const isSocketThere = (root: string) => {
  try {
    return readdirSync(join(daemonSocket(root), '..')).length > 0;
  } catch {
    return false;
  }
};
