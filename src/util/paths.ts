import { chmodSync, lstatSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { BooError } from './errors.ts';
import { makeFolders } from './folders.ts';
import { reasonOf } from './reason.ts';
import { sha256Hex } from './sha256.ts';

type Env = Record<string, string | undefined>;

/** Makes a folder below that of the user's data, for this user alone. Throws BooError. */
export function makeDataFolder(path: string): void {
  try {
    makeFolders(path, 0o700);
  } catch (error) {
    const hint = 'Give yourself the right to write there, or set XDG_DATA_HOME to a folder of your own.';
    throw new BooError('failed', `${path} could not be made: ${reasonOf(error)}`, hint, { cause: error });
  }
}

/** Creates a folder for this user alone (0700) and refuses one that belongs to somebody else or is a link. */
export function privateFolder(path: string): string {
  try {
    makeFolders(path, 0o700);
  } catch (error) {
    const hint = 'Set XDG_RUNTIME_DIR to a folder of your own.';
    throw new BooError('failed', `${path} could not be made: ${reasonOf(error)}`, hint, { cause: error });
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

/** Twelve hex digits that stand for a project's real path in socket and folder names (socket paths end at about 100 bytes). */
export const projectHash = (root: string) => sha256Hex(realpathSync(root)).slice(0, 12);

/** The system's limit of a socket's path in bytes: 108 with its closing zero on Linux, 104 on macOS and the BSDs. */
export const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;
/** Ids of hosts are six hex digits: theirs are the longest socket paths. */
const LONGEST_NAME = 'h-000000.sock';

const ownTempFolder = () => join(tmpdir(), `boocode-${process.getuid?.() ?? userInfo().username}`);

/**
 * Folder of a project's sockets: `$XDG_RUNTIME_DIR/boocode/<hash>`, else `<tmp>/boocode-<uid>/<hash>`. Not made, not looked at.
 * A relative XDG_RUNTIME_DIR counts as none (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function runtimePath(root: string, { XDG_RUNTIME_DIR: given }: Env = process.env): string {
  const parent = given && isAbsolute(given) ? join(given, 'boocode') : ownTempFolder();
  return join(parent, projectHash(root));
}

/** The same folder, made for this user alone. Throws BooError, and makes nothing, where sockets cannot be in it. */
export function runtimeFolder(root: string, env: Env = process.env): string {
  const folder = runtimePath(root, env);
  const bytes = Buffer.byteLength(join(folder, LONGEST_NAME));
  if (process.platform !== 'win32' && bytes > MAX_SOCKET_PATH) {
    throw new BooError(
      'failed',
      `the folder ${dirname(dirname(folder))} is too long for sockets: their paths would have ${bytes} bytes, the system allows ${MAX_SOCKET_PATH}`,
      'Set XDG_RUNTIME_DIR to a folder of your own with a short path.',
    );
  }
  privateFolder(dirname(folder));
  return privateFolder(folder);
}

/** Where a socket goes whose own folder is gone and cannot be made again (a logout took it away): below the temp folder. */
export const refugeOf = (socket: string) => join(ownTempFolder(), basename(dirname(socket)), basename(socket));

/** A socket of this user's in a folder that is this user's alone: nobody else can have put it there. */
export function isOwnSocket(path: string): boolean {
  if (process.platform === 'win32') return path.startsWith('\\\\.\\pipe\\boocode-');
  const uid = process.getuid?.();
  try {
    const folder = lstatSync(dirname(path));
    if (!folder.isDirectory() || folder.uid !== uid || (folder.mode & 0o077) !== 0) return false;
    const socket = lstatSync(path);
    return socket.isSocket() && socket.uid === uid;
  } catch {
    return false;
  }
}

/** The daemon's socket; its folder is not made. On Windows a named pipe of the same hash. */
export const daemonSocket = (root: string, env: Env = process.env): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\boocode-${projectHash(root)}-daemon`
    : join(runtimePath(root, env), 'd.sock');

/** A host's socket: `h-<id>.sock` beside the daemon's. */
export const hostSocket = (root: string, id: string, env: Env = process.env): string =>
  process.platform === 'win32'
    ? `\\\\.\\pipe\\boocode-${projectHash(root)}-${id}`
    : join(runtimePath(root, env), `h-${id}.sock`);

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
    /** What was written to checkouts, and what had been there. */
    operations: join(folder, 'operations'),
    /** What runs were started with. */
    runs: join(folder, 'runs'),
    /** Results of calls that are kept from run to run. */
    cache: join(folder, 'cache'),
    /** How far saved searches have looked. */
    looked: join(folder, 'looked.json'),
    /** Who was in whose way when that was last told. */
    collisions: join(folder, 'collisions.json'),
    /** Reports of hooks that no daemon was there for. */
    hooks: join(folder, 'hooks'),
    log: join(folder, 'log', 'daemon.log'),
    gitignore: join(folder, '.gitignore'),
    /** Who serves the project (util/holder). */
    locks: join(folder, 'run'),
    /** Says whose state this is (storage/owner). */
    owner: join(folder, 'owner'),
  };
};

/** Where a project's worktrees are unless configured: outside the checkout, so that its tools find no copies of themselves. */
export const worktreesFolder = (root: string, env: Env = process.env) =>
  join(dataFolder(env), 'worktrees', `${basename(root) || 'root'}-${projectHash(root).slice(0, 8)}`);
