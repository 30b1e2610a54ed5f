import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProject, PROJECT_MARK } from '../../src/util/project.ts';
import { makeRepository, sh, tempFolder } from '../support/repository.ts';

test('the top of the checkout, from anywhere below it', () => {
  const root = makeRepository({ 'a/b/c.txt': '' });
  expect(findProject(join(root, 'a', 'b'))).toEqual({ root: realpathSync(root), git: true });
});

test("a worktree made for an agent belongs to the agent's project, any other is its own", () => {
  const root = makeRepository();
  const [own, agents] = [join(tempFolder('w'), 'own'), join(tempFolder('w'), 'agents')];
  sh(root, 'git', 'worktree', 'add', '-q', own);
  sh(root, 'git', 'worktree', 'add', '-q', agents);
  writeFileSync(join(root, '.git', 'worktrees', 'agents', PROJECT_MARK), `${root}\n`);
  expect(findProject(own).root).toBe(realpathSync(own));
  expect(findProject(agents).root).toBe(root);
});

test('a bare repository, and a folder without git', () => {
  const bare = join(tempFolder('bare'), 'x.git');
  sh(tempFolder('x'), 'git', 'init', '-q', '--bare', bare);
  expect(findProject(bare)).toEqual({ root: realpathSync(bare), git: true });
  const plain = tempFolder('plain');
  mkdirSync(join(plain, 'below'));
  expect(findProject(plain)).toEqual({ root: realpathSync(plain), git: false });
  // A sandbox may leave such a one behind; git passes over it.
  mkdirSync(join(plain, '.git'));
  expect(findProject(join(plain, 'below'))).toEqual({ root: realpathSync(join(plain, 'below')), git: false });
  expect(() => findProject(join(plain, 'absent'))).toThrow(/no folder/);
});
