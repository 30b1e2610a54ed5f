import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolders } from '../../src/util/folders.ts';
import { privateFolder } from '../../src/util/paths.ts';

test('makes what is missing, private, and is content with what is there', () => {
  const path = join(process.env.BOOCODE_TEST_ROOT!, 'one', 'two');
  makeFolders(path, 0o700);
  makeFolders(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.runIf(existsSync('/proc/self'))('fails, and does not turn in a circle, where no folder can be made', () => {
  expect(() => makeFolders('/proc/none/a/b', 0o700)).toThrow(/ENOENT|EACCES|EPERM/);
  expect(() => privateFolder('/proc/none/boocode')).toThrow(/could not be made/);
});
