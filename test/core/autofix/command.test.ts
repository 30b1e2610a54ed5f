import { describe, expect, test } from 'vitest';
import { chooseCommand, type Folder } from '../../../src/core/autofix/command.ts';

const folder = (path: string, manifest: object | string | null, ...names: string[]): Folder => ({
  path,
  manifest: typeof manifest === 'object' && manifest !== null ? JSON.stringify(manifest) : manifest,
  names,
});
const scripts = (...names: string[]) => ({ scripts: Object.fromEntries(names.map((name) => [name, 'x'])) });
const choose = (folders: Folder[], configured?: string) => chooseCommand({ configured, folders });

describe('the command that checks edits', () => {
  test('is the script that says most, by the package manager of the lock file', () => {
    for (const [lock, manager] of [
      ['pnpm-lock.yaml', 'pnpm'],
      ['yarn.lock', 'yarn'],
      ['package-lock.json', 'npm'],
      ['npm-shrinkwrap.json', 'npm'],
      ['README.md', 'npm'],
    ] as const) {
      expect(choose([folder('/p', scripts('typecheck', 'test', 'compile', 'build'), lock)])).toEqual({
        command: `${manager} run build`,
        folder: '/p',
        bare: false,
      });
    }
    expect(choose([folder('/p', scripts('typecheck', 'compile'))])).toMatchObject({ command: 'npm run compile' });
    expect(choose([folder('/p', scripts('test', 'typecheck'))])).toMatchObject({ command: 'npm run typecheck' });
  });

  test('where several lock files lie, or none, packageManager decides', () => {
    const locks = ['package-lock.json', 'yarn.lock'];
    const said = { ...scripts('build'), packageManager: 'yarn@4.1.0' };
    expect(choose([folder('/p', said, ...locks)])).toMatchObject({ command: 'yarn run build' });
    expect(choose([folder('/p', said)])).toMatchObject({ command: 'yarn run build' });
    expect(choose([folder('/p', said, 'pnpm-lock.yaml')])).toMatchObject({ command: 'pnpm run build' });
    expect(choose([folder('/p', { ...said, packageManager: 'rm -rf@1' })])).toMatchObject({ command: 'npm run build' });
  });

  test('is of the nearest package that has one; its lock file may lie above', () => {
    const top = folder('/p', scripts('build'), 'pnpm-lock.yaml');
    expect(choose([folder('/p/a', scripts('typecheck')), top])).toMatchObject({
      command: 'pnpm run typecheck',
      folder: '/p/a',
    });
    expect(choose([folder('/p/a', scripts('test')), folder('/p/b', null), top])).toMatchObject({ folder: '/p' });
  });

  test('is the configured one at the top, whatever package.json says', () => {
    const folders = [folder('/p/a', scripts('build')), folder('/p', 'no json')];
    expect(choose(folders, 'make check')).toEqual({ command: 'make check', folder: '/p', bare: false });
  });

  test('says why there is none', () => {
    expect(choose([folder('/p', null)])).toEqual({ why: 'there is no package.json, and no command is configured' });
    expect(choose([folder('/p', scripts('test'))])).toMatchObject({ why: expect.stringContaining('no script build') });
    for (const odd of ['{', '[]', '3', 'null'])
      expect(choose([folder('/p', odd)])).toEqual({ why: '/p/package.json is no JSON object' });
    expect(choose([folder('/p', { scripts: { build: 3 } })])).toMatchObject({ why: expect.any(String) });
    expect(choose([folder('/p', { scripts: [] })])).toMatchObject({ why: expect.any(String) });
  });

  test('knows a package whose dependencies are not installed', () => {
    const needs = { ...scripts('build'), devDependencies: { typescript: '^5' } };
    expect(choose([folder('/p', needs)])).toMatchObject({ bare: true });
    expect(choose([folder('/p', needs, 'node_modules')])).toMatchObject({ bare: false });
    expect(choose([folder('/p', needs, '.pnp.cjs')])).toMatchObject({ bare: false });
    expect(choose([folder('/p/a', needs), folder('/p', null, 'node_modules')])).toMatchObject({ bare: false });
  });
});
