import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

let root: string;
let cockpit: TestTerminal;

afterEach(() => {
  cockpit?.kill();
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

test('a megabyte pasted into an agent arrives whole, and the cockpit still answers', async () => {
  root = realpathSync(makeRepository());
  const { worktree } = json<{ worktree: string }>(
    root,
    'new',
    'reader',
    '--',
    'sh',
    '-c',
    'cat > pasted.txt; echo all of it',
  );
  cockpit = openTerminal([process.execPath, program], { cwd: root });
  await cockpit.shows('reader');
  cockpit.type('\r');
  await cockpit.shows('TYPING');
  // Lines stay below the 4,095 bytes that a terminal keeps of one, and carry every kind of character.
  const line = `${'0123456789 héllo 世界 👻 '.repeat(40)}\r`;
  const text = line.repeat(Math.ceil(1_048_576 / Buffer.byteLength(line)));
  cockpit.type(`\x1b[200~${text}\x1b[201~`);
  const file = join(worktree, 'pasted.txt');
  const wanted = text.replaceAll('\r', '\n');
  const size = () => (existsSync(file) ? readFileSync(file).length : 0);
  await until('all of it is in the file', () => size() === Buffer.byteLength(wanted), { seen: size });
  expect(readFileSync(file, 'utf8') === wanted).toBe(true);
  cockpit.type('\x04');
  await cockpit.shows('all of it');
  cockpit.type('\x1d');
  await cockpit.hides('TYPING');
});
