import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { git } from './run.ts';

const pack = promisify(deflate);
/** The same tree on the same commit is the same object: no clock and no person in it. */
const WHEN = { GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_DATE: '@0 +0000' };
export const WHO = ['-c', 'user.name=BooCode', '-c', 'user.email=boocode@localhost', '-c', 'commit.gpgSign=false'];
const NAME = 'BooCode <boocode@localhost> 0 +0000';

export interface PlainCommits {
  /** A commit by BooCode at the beginning of time that nothing names: the same tree and parents give the same one. */
  write(tree: string, parents: readonly string[]): Promise<string>;
}

/**
 * Commits without a process for each: hundreds of them lend trees a place in history for a forecast. Written as git does
 * (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), a new file renamed into place; by git where that is not possible.
 */
export async function openPlainCommits(root: string): Promise<PlainCommits> {
  const { stdout } = await git(
    ['rev-parse', '--path-format=absolute', '--show-object-format', '--git-path', 'objects'],
    { cwd: root },
  );
  const [format = '', objects = ''] = stdout.split('\n');
  return {
    async write(tree, parents) {
      try {
        return await writeLoose({ format, objects }, contentOf(tree, parents));
      } catch {
        const args = [...WHO, 'commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', MESSAGE];
        return (await git(args, { cwd: root, env: WHEN })).stdout.trim();
      }
    },
  };
}

const MESSAGE = 'boocode: a place in history';
const contentOf = (tree: string, parents: readonly string[]) =>
  `tree ${tree}\n${parents.map((one) => `parent ${one}\n`).join('')}author ${NAME}\ncommitter ${NAME}\n\n${MESSAGE}\n`;

async function writeLoose({ format, objects }: { format: string; objects: string }, content: string): Promise<string> {
  const bytes = Buffer.from(`commit ${Buffer.byteLength(content)}\0${content}`);
  const oid = createHash(format).update(bytes).digest('hex');
  const folder = join(objects, oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return oid;
  await mkdir(folder, { recursive: true });
  // git sweeps files of this name away should we be killed here.
  const temp = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(temp, await pack(bytes), { mode: 0o444, flag: 'wx' });
    await rename(temp, file);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
  return oid;
}
