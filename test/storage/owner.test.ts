import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { tempFolder } from '../support/repository.ts';

const now = Date.UTC(2026, 10, 21, 5, 0, 0);

function project(files: Record<string, string> = {}) {
  const root = tempFolder('p');
  for (const folder of ['sessions', 'runs']) mkdirSync(join(root, '.boocode', folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, '.boocode', name), text);
  ensureFolder(root);
  return { root, paths: projectPaths(root) };
}

test('state and records that somebody else made are set aside whole and named', () => {
  const { root, paths } = project({
    'state.json': '{"evil":1}',
    'sessions/running-x.jsonl': '{}\n',
    'runs/x.json': '{}\n',
    owner: 'a guess\n',
  });
  const [notice] = claimFolder({ root, now });
  expect(notice).toMatch(/state\.json, sessions, runs .* did not carry your mark/);
  expect(existsSync(paths.state)).toBe(false);
  expect(readdirSync(paths.sessions)).toEqual([]);
  const aside = readdirSync(paths.folder).find((name) => name.startsWith('foreign-'))!;
  expect(readFileSync(join(paths.folder, aside, 'state.json'), 'utf8')).toBe('{"evil":1}');
  expect(readdirSync(join(paths.folder, aside, 'sessions'))).toEqual(['running-x.jsonl']);
});

test('what is our own stays, also after the project was moved', () => {
  const { root, paths } = project();
  expect(claimFolder({ root, now })).toEqual([]);
  writeFileSync(paths.state, '{}');
  expect(claimFolder({ root, now })).toEqual([]);
  expect(existsSync(paths.state)).toBe(true);
  expect(statSync(paths.owner).mode & 0o777).toBe(0o600);
  const other = project({ 'state.json': '{}', owner: readFileSync(paths.owner, 'utf8') });
  expect(claimFolder({ root: other.root, now })).toEqual([]);
});

test('a link to the very word is no proof: what came with it is set aside', () => {
  const own = project();
  claimFolder({ root: own.root, now });
  const { root, paths } = project({ 'state.json': '{"evil":1}' });
  symlinkSync(join(process.env.XDG_DATA_HOME!, 'boocode', 'owner'), paths.owner);
  expect(claimFolder({ root, now })).toHaveLength(1);
  expect(existsSync(paths.state)).toBe(false);
  expect(lstatSync(paths.owner).isFile()).toBe(true);
  expect(claimFolder({ root: own.root, now })).toEqual([]);
});
