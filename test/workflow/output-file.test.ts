import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { writeOutput } from '../../src/workflow/flow/output-file.ts';
import { tempFolder } from '../support/repository.ts';

let root: string;
let outside: string;
beforeEach(() => {
  root = tempFolder('project');
  outside = tempFolder('outside');
  symlinkSync(outside, join(root, 'link'));
  symlinkSync(join(outside, 'file'), join(root, 'link.txt'));
  mkdirSync(join(root, 'folder'));
});

test.each([
  ['', 'it is no name of a file'],
  ['../out.json', 'its name leads outside the project'],
  ['/tmp/out.json', 'its name leads outside the project'],
  ['a/../../out.json', 'its name leads outside the project'],
  ['.git/hooks/post-commit', "its name leads into git's own folder"],
  ['.boocode/state.json', "its name leads into BooCode's own state"],
  ['link/out.json', 'link is a link there'],
  ['link.txt', 'there is a link at link.txt'],
  ['folder', 'there is a folder at folder'],
])('a result is not written at %j', async (path, why) => {
  await expect(writeOutput(root, 'r', path, 'x')).rejects.toThrow(`outputFile ${path} was not written: ${why}`);
  expect([readdirSync(outside), readdirSync(root).toSorted()]).toEqual([[], ['folder', 'link', 'link.txt']]);
});

test('a result is written whole, with its folders, over what was there, and with its permissions', async () => {
  await writeOutput(root, 'r', 'new/deep/out.json', { a: [1] });
  expect(readFileSync(join(root, 'new/deep/out.json'), 'utf8')).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  const script = join(root, 'out.sh');
  writeFileSync(script, 'old', { mode: 0o755 });
  // What a run that was killed left behind.
  writeFileSync(join(root, '.boocode-r-output'), 'half');
  await writeOutput(root, 'r', 'out.sh', 'text');
  expect([readFileSync(script, 'utf8'), statSync(script).mode & 0o777]).toEqual(['text', 0o755]);
  expect(readdirSync(root).toSorted()).toEqual(['folder', 'link', 'link.txt', 'new', 'out.sh']);
});
