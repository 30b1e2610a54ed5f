import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A fresh folder of this test file's own. */
export const freshFolder = (name = 'f') => realpathSync(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, `${name}-`)));

/** git as a person would type it; gives its output. */
export const run = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 }).trimEnd();

export function put(root: string, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

export function commit(root: string, files: Record<string, string | Buffer>, message = 'change'): string {
  put(root, files);
  run(root, 'add', '-A');
  run(root, 'commit', '-q', '-m', message);
  return run(root, 'rev-parse', 'HEAD');
}

/** A repository with one commit: a.txt, dir/b.txt, .gitignore (ignores *.log and build/). */
export function newRepo(files: Record<string, string | Buffer> = {}): string {
  const root = freshFolder('repo');
  run(root, 'init', '-q');
  commit(
    root,
    { 'a.txt': 'one\ntwo\nthree\n', 'dir/b.txt': 'b\n', '.gitignore': '*.log\nbuild/\n', ...files },
    'first',
  );
  return root;
}

/** Every file below a folder but those in folders to be skipped: name (latin1, byte for byte) ▶ kind, permission bits and content. */
export function filesOf(root: string, skipped = ['.git']): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (folder: Buffer, prefix: string) => {
    for (const entry of readdirSync(folder, { encoding: 'buffer', withFileTypes: true }) as unknown as {
      name: Buffer;
    }[]) {
      const name = Buffer.from(entry.name);
      if (skipped.includes(name.toString())) continue;
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const key = prefix + name.toString('latin1');
      const stat = lstatSync(path);
      if (stat.isDirectory()) walk(path, `${key}/`);
      else if (stat.isSymbolicLink()) found[key] = `link ${readlinkSync(path, 'buffer').toString('latin1')}`;
      else found[key] = `${(stat.mode & 0o777).toString(8)} ${readFileSync(path).toString('base64')}`;
    }
  };
  walk(Buffer.from(root), '');
  return found;
}

/** What `git status` says, a line a file, sorted. */
export const statusOf = (worktree: string) =>
  run(worktree, 'status', '--porcelain', '-z', '--untracked-files=all', '--no-renames')
    .split('\0')
    .filter(Boolean)
    .sort();

/** All refs and the stash list: what must not change behind the person's back. */
export const refsOf = (root: string) => ({
  refs: run(root, 'for-each-ref', '--format=%(refname) %(objectname)')
    .split('\n')
    .filter((line) => !line.startsWith('refs/boocode/')),
  stash: run(root, 'stash', 'list'),
});
