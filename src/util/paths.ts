import { chmodSync, lstatSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { BooError, messageOf } from './errors.ts';
import { makeFolders } from './folders.ts';

type Env = Record<string, string | undefined>;

/** Creates a folder for this user alone (0700) and refuses one that belongs to somebody else or is a link. */
export function privateFolder(path: string): string {
  try {
    makeFolders(path, 0o700);
  } catch (error) {
    const hint = 'Set XDG_RUNTIME_DIR to a folder of your own.';
    throw new BooError('failed', `${path} could not be made: ${messageOf(error)}`, hint, { cause: error });
  }
  const stat = lstatSync(path);
  if (!stat.isDirectory() || (process.getuid && stat.uid !== process.getuid())) {
    throw new BooError(
      'failed',
      `${path} is not a folder of yours`,
      'Remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
    );
  }
  if (stat.mode & 0o077) chmodSync(path, 0o700);
  return path;
}

/** Not imported: an import also evaluates the lazy half of the module (webcrypto), a tenth of the time that `ls` takes. */
const { createHash } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');

/** Twelve hex digits that stand for a project's real path in socket and folder names (socket paths end at about 100 bytes). */
export const projectHash = (root: string) => createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);

/** Folder of a project's sockets: `$XDG_RUNTIME_DIR/boocode/<hash>`, else `<tmp>/boocode-<uid>/<hash>`. */
export function runtimeFolder(root: string, env: Env = process.env): string {
  const parent = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'boocode')
    : join(tmpdir(), `boocode-${process.getuid?.() ?? userInfo().username}`);
  privateFolder(parent);
  return privateFolder(join(parent, projectHash(root)));
}

/** The daemon's socket. On Windows a named pipe of the same hash. */
export const daemonSocket = (root: string, env: Env = process.env): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\boocode-${projectHash(root)}-daemon`
    : join(runtimeFolder(root, env), 'd.sock');

/** A host's socket: `h-<id>.sock` beside the daemon's. */
export const hostSocket = (root: string, id: string, env: Env = process.env): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\boocode-${projectHash(root)}-${id}`
    : join(runtimeFolder(root, env), `h-${id}.sock`);

/** The user's own data: `$XDG_DATA_HOME/boocode` (default `~/.local/share/boocode`). Not created. */
export const dataFolder = (env: Env = process.env) =>
  join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'boocode');

/** The user's own config: `$XDG_CONFIG_HOME/boocode/config.json` (default `~/.config/…`). */
export const userConfigPath = (env: Env = process.env) =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'boocode', 'config.json');

/** What BooCode keeps inside a project. Every path it writes there is one of these. */
export const projectPaths = (root: string) => {
  const folder = join(root, '.boocode');
  return {
    folder,
    config: join(folder, 'config.json'),
    state: join(folder, 'state.json'),
    previousState: join(folder, 'state.previous.json'),
    sessions: join(folder, 'sessions'),
    recordings: join(folder, 'recordings'),
    history: join(folder, 'history'),
    log: join(folder, 'log', 'daemon.log'),
    gitignore: join(folder, '.gitignore'),
    /** Says whose state this is (storage/owner). */
    owner: join(folder, 'owner'),
  };
};

/** Where a project's worktrees are unless configured: outside the checkout, so that its tools find no copies of themselves. */
export const worktreesFolder = (root: string, env: Env = process.env) =>
  join(dataFolder(env), 'worktrees', `${basename(root) || 'root'}-${projectHash(root).slice(0, 8)}`);
