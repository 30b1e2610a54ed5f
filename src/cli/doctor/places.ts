import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { plural } from '../../cockpit/views/numbers.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { removeEmpty } from '../../util/folders.ts';
import { hostSocket, MAX_SOCKET_PATH, projectPaths, runtimeFolder, runtimePath } from '../../util/paths.ts';
import { NO_ROOM } from '../agents.ts';
import type { Check, Finding } from './check.ts';

const answers = (path: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Where sockets are: it must be the user's own, and its path short. */
export const sockets: Check = async (context): Promise<Finding[]> => {
  if (process.platform === 'win32') return [];
  const base = { id: 'sockets', title: 'sockets' };
  try {
    const { root } = context.project();
    const there = existsSync(runtimePath(root, context.env));
    const folder = runtimeFolder(root, context.env);
    const length = Buffer.byteLength(hostSocket(root, 'x'.repeat(8), context.env));
    const dead: string[] = [];
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.sock'))) {
      if (!(await answers(join(folder, name)))) dead.push(name);
    }
    if (!there) removeEmpty(folder);
    const text = `${folder} (yours alone, ${length} of ${MAX_SOCKET_PATH} bytes)`;
    if (dead.length === 0) return [{ ...base, level: 'ok', text }];
    const hint = `${dead.join(', ')}: nobody answers there; the next daemon clears them away.`;
    return [{ ...base, level: 'warning', text, hint }];
  } catch (error) {
    const hint = error instanceof BooError ? error.hint : undefined;
    return [{ ...base, level: 'error', text: messageOf(error), ...(hint ? { hint } : {}) }];
  }
};

export const daemon: Check = async (context): Promise<Finding[]> => {
  const base = { id: 'daemon', title: 'daemon' };
  try {
    const client = await context.daemon({ start: false });
    const { pid, version, agents, hosts, unrecorded } = await client.call('status', {});
    const text = `runs (pid ${pid}, ${version}), ${plural(agents, 'agent')} on ${plural(hosts.length, 'host')}`;
    if (unrecorded.length === 0) return [{ ...base, level: 'ok', text }];
    const hint = `${unrecorded.join(', ')}: not recorded ${NO_ROOM}.`;
    return [{ ...base, level: 'warning', text, hint }];
  } catch (error) {
    if (error instanceof BooError && error.code === 'no_daemon') {
      return [{ ...base, level: 'ok', text: 'does not run; it starts with the first command that needs it' }];
    }
    const hint =
      error instanceof BooError && error.hint ? error.hint : `Its log: ${projectPaths(context.project().root).log}`;
    return [{ ...base, level: 'error', text: messageOf(error), hint }];
  }
};

export const project: Check = (context) => {
  const { root, git } = context.project();
  const text = git ? root : `${root} (no git repository)`;
  const hint = 'Agents run in the folder itself, without worktrees of their own: git init gives them some.';
  return [
    {
      id: 'project',
      title: `project ${basename(root)}`,
      level: git ? 'ok' : 'warning',
      text,
      ...(git ? {} : { hint }),
    },
  ];
};

export const config: Check = async (context): Promise<Finding[]> => {
  const { loadConfig } = await import('../../storage/config.ts');
  const { problemLine } = await import('../problems.ts');
  const { problemsOfSense } = await import('../config-sense.ts');
  const { problems, trusted, files } = loadConfig({ root: context.project().root, env: context.env });
  const base = { id: 'config', title: 'config' };
  const found: Finding[] = problems.map((problem) => ({ ...base, level: 'error', text: problemLine(problem) }));
  for (const problem of await problemsOfSense(context)) {
    found.push({ ...base, level: 'warning', text: problemLine(problem) });
  }
  if (found.length === 0) found.push({ ...base, level: 'ok', text: files.join(', ') || 'no file, the defaults hold' });
  if (!trusted) {
    const text = "this project's config has parts that run commands; they are left out";
    found.push({ id: 'trust', title: 'trust', level: 'warning', text, hint: 'Read it, then boocode config trust.' });
  }
  return found;
};
