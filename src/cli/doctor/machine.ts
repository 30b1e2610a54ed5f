import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Check, Finding } from './check.ts';

const MIN_NODE = 22;
const MIN_TMUX = 3.2;

export const nodeVersion: Check = () => {
  const { node } = process.versions;
  const fine = Number(node.split('.')[0]) >= MIN_NODE;
  return [{ id: 'node', title: 'Node', level: fine ? 'ok' : 'error', text: `${node} (${process.execPath})` }];
};

export const gitVersion: Check = async (context) => {
  const title = 'git';
  try {
    const { requireGit } = await import('../../git/refs.ts');
    await requireGit();
    const version = spawnSync('git', ['--version'], { encoding: 'utf8', env: context.env }).stdout.trim();
    return [{ id: 'git', title, level: 'ok', text: version.replace(/^git version /, '') }];
  } catch (error) {
    const hint = error instanceof BooError ? error.hint : undefined;
    return [{ id: 'git', title, level: 'error', text: messageOf(error), ...(hint ? { hint } : {}) }];
  }
};

export const tmuxVersion: Check = ({ env }) => {
  const done = spawnSync('tmux', ['-V'], { encoding: 'utf8', env });
  const base = { id: 'tmux', title: 'tmux' };
  if (done.error || done.status !== 0) {
    return [{ ...base, level: 'absent', text: 'not installed', hint: 'Only boocode tmux needs it.' }];
  }
  const version = done.stdout.trim().replace(/^tmux /, '');
  const old = Number.parseFloat(version.replace(/^\D+/, '')) < MIN_TMUX;
  return [
    {
      ...base,
      level: old ? 'warning' : 'ok',
      text: version,
      ...(old ? { hint: 'boocode tmux needs 3.2 or newer.' } : {}),
    },
  ];
};

export const terminal: Check = ({ env, io }) => {
  const { columns, rows, isTTY } = io.stdout;
  const text = `TERM=${env.TERM ?? ''} COLORTERM=${env.COLORTERM ?? ''} ${isTTY ? `${columns}×${rows}` : '(output is no terminal)'}`;
  const poor = !env.TERM || env.TERM === 'dumb';
  const small = isTTY && (columns < 40 || rows < 10);
  const hint = poor
    ? 'The cockpit needs a terminal that understands xterm sequences: set TERM.'
    : small
      ? 'The cockpit needs at least 40 columns and 10 rows.'
      : undefined;
  return [{ id: 'terminal', title: 'terminal', level: hint ? 'warning' : 'ok', text, ...(hint ? { hint } : {}) }];
};

const READ = (path: string) => Number(readFileSync(path, 'utf8'));
/** Watches that twenty worktrees of a repository with a thousand folders take, one for each folder. */
const ENOUGH_WATCHES = 20_000;

export const inotify: Check = () => {
  if (process.platform !== 'linux') return [];
  const title = 'file watches';
  try {
    const watches = READ('/proc/sys/fs/inotify/max_user_watches');
    const instances = READ('/proc/sys/fs/inotify/max_user_instances');
    const text = `${watches} watches, ${instances} instances a user`;
    if (watches >= ENOUGH_WATCHES) return [{ id: 'inotify', title, level: 'ok', text }];
    return [
      {
        id: 'inotify',
        title,
        level: 'warning',
        text,
        hint: 'Raise it: sudo sysctl fs.inotify.max_user_watches=262144.',
      },
    ];
  } catch (error) {
    return [{ id: 'inotify', title, level: 'warning', text: `could not be read: ${messageOf(error)}` }];
  }
};

/** Opens a PTY for real, as every agent's is opened, and asks what it is called. */
export const pty: Check = async ({ env }): Promise<Finding[]> => {
  const base = { id: 'pty', title: 'terminals for agents' };
  try {
    const { openPty } = await import('../../host/children/pty.ts');
    const name = await new Promise<string>((resolve, reject) => {
      let output = '';
      const size = { cols: 80, rows: 24 };
      void openPty(
        { file: '/bin/sh', argv: ['sh', '-c', 'tty'], cwd: '/', env, size, stdin: null },
        {
          onOutput: (bytes) => void (output += bytes.toString('utf8')),
          onEnd() {},
          onExit: () => resolve(output.trim()),
        },
      ).catch(reject);
    });
    return [{ ...base, level: 'ok', text: `can be opened (${name})` }];
  } catch (error) {
    const hint = 'Look whether /dev/pts is mounted, and whether npm ci installed node-pty for this platform.';
    return [{ ...base, level: 'error', text: messageOf(error), hint }];
  }
};
