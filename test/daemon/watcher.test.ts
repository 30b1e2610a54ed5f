import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isIgnored, rulesBelow, topRules } from '../../src/daemon/watcher/rules.ts';
import { Tree } from '../../src/daemon/watcher/tree.ts';
import { newRepo, put, run } from '../git/repo.ts';
import { createRandom } from '../support/random.ts';
import { until } from '../support/wait.ts';

const open: Tree[] = [];
afterEach(() => {
  for (const tree of open.splice(0)) tree.close();
});

async function watched(files: Record<string, string> = {}) {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'tree-'));
  put(root, files);
  const seen = new Set<string>();
  let all = 0;
  const trouble: string[] = [];
  const tree = new Tree({
    root,
    onPaths(paths) {
      if (paths === null) all++;
      else for (const path of paths) seen.add(path.toString());
    },
    onTrouble: (reason) => trouble.push(reason),
  });
  open.push(tree);
  await tree.open();
  const told = (path: string) => until(`${path} is told`, () => seen.has(path));
  return { root, tree, seen, told, trouble, all: () => all };
}

test('files are told by their paths: written, created, removed, moved, in new folders too', async () => {
  const { root, told, seen } = await watched({ 'a/b/one.txt': '1', 'top.txt': 't' });
  put(root, { 'a/b/one.txt': '2' });
  await told('a/b/one.txt');
  put(root, { 'new/deep/er/x.txt': 'x' });
  await told('new/deep/er/x.txt');
  seen.clear();
  put(root, { 'new/deep/er/y.txt': 'y' });
  await told('new/deep/er/y.txt');
  rmSync(join(root, 'top.txt'));
  await told('top.txt');
  renameSync(join(root, 'new/deep'), join(root, 'moved'));
  await told('moved');
  seen.clear();
  put(root, { 'moved/er/z.txt': 'z' });
  await told('moved/er/z.txt');
});

test('a folder that was removed and made again is watched again', async () => {
  const { root, told, seen } = await watched({ 'd/x.txt': '1' });
  for (let round = 0; round < 20; round++) {
    rmSync(join(root, 'd'), { recursive: true });
    mkdirSync(join(root, 'd'));
    seen.clear();
    await new Promise((next) => setImmediate(next));
    put(root, { [`d/${round}.txt`]: 'n' });
    await told(`d/${round}.txt`);
  }
});

test('what git ignores is neither told nor watched; new rules count at once', async () => {
  const { root, tree, told, seen, all } = await watched({
    '.gitignore': 'node_modules/\n*.log\n!keep.log\n',
    'src/a.ts': '',
  });
  const folders = tree.folders;
  put(root, { 'node_modules/p/index.js': '', 'x.log': '', 'src/y.log': '', 'keep.log': 'k' });
  await told('keep.log');
  expect(tree.folders).toBe(folders);
  expect([...seen].sort()).toEqual(['keep.log']);
  put(root, { '.gitignore': 'src/\n' });
  await until('everything is looked at again', () => all() > 0);
  put(root, { 'src/a.ts': 'changed', 'x.log': 'now told' });
  await told('x.log');
  expect(seen.has('src/a.ts')).toBe(false);
});

test('more than some hundred paths at once are told as everything', async () => {
  const { root, all } = await watched({ 'f/0': '' });
  for (let i = 0; i < 1500; i++) writeFileSync(join(root, `f/${i}`), 'x');
  await until('everything', () => all() > 0);
});

test('a folder that is not there is said, once', async () => {
  const trouble: string[] = [];
  const root = join(process.env.BOOCODE_TEST_ROOT!, 'never-there');
  const tree = new Tree({ root, onPaths() {}, onTrouble: (reason) => trouble.push(reason) });
  open.push(tree);
  await tree.open();
  expect(trouble).toEqual([expect.stringContaining('never-there')]);
});

test('rules are those of git, for nested files, negations and folders', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = createRandom(seed);
    const root = newRepo({ '.gitignore': '' });
    const names = ['a', 'b', 'build', 'x.log', 'keep.log', 'ü'];
    const rule = () =>
      random.pick([
        '*.log',
        '!keep.log',
        'build/',
        '/a',
        'a/b',
        'b',
        '!b/',
        '**/x.log',
        'ü',
        '# c',
        '\\!x',
        'a/**',
        '*.l?g',
      ]);
    const rules = () => Array.from({ length: random.below(4) }, rule).join('\n');
    const paths = names.flatMap((one) => names.map((two) => `${one}/${two}/f.log`));
    put(root, Object.fromEntries(paths.map((path) => [path, ''])));
    put(root, { '.gitignore': rules(), 'a/.gitignore': rules(), 'b/build/.gitignore': rules() });
    const ignored = new Set(
      run(root, '-c', 'core.quotePath=false', 'ls-files', '--others', '--ignored', '--exclude-standard').split('\n'),
    );
    const ours = (path: string) => {
      const parts = path.split('/');
      let at = topRules(root, []);
      let folder = root;
      for (const [index, part] of parts.entries()) {
        const isFolder = index < parts.length - 1;
        if (isIgnored(at, Buffer.from(part), isFolder)) return true;
        folder = join(folder, part);
        if (isFolder) at = rulesBelow(at, folder, part);
      }
      return false;
    };
    for (const path of paths) expect(ours(path), `seed ${seed}: ${path}`).toBe(ignored.has(path));
  }
});
