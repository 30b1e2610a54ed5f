// Every test file gets its own HOME, XDG and temp folders and git identity, so that nothing of the person's own machine is
// read or written, and what a test forgets is found in one place: folders are removed here, a process that is left is an error.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { endProcesses, removeFolder, unmountBelow } from './leftovers.ts';

const root = mkdtempSync(join(inject('run'), '/'));
for (const name of Object.keys(process.env)) {
  if (/^(CLAUDE|ANTHROPIC_|CODEX_|TMUX|BOOCODE_)/.test(name)) delete process.env[name];
}
const folders = {
  HOME: 'home',
  XDG_CONFIG_HOME: 'config',
  XDG_DATA_HOME: 'data',
  XDG_RUNTIME_DIR: 'run',
  TMPDIR: 'tmp',
  TMUX_TMPDIR: 'tmux',
};
for (const [name, folder] of Object.entries(folders)) {
  const path = join(root, folder);
  mkdirSync(path, { mode: 0o700 });
  process.env[name] = path;
}
// Compiled code is the same for all files, and making it anew is most of a first start.
process.env.XDG_CACHE_HOME = join(inject('run'), 'cache');
const gitConfig = join(root, 'gitconfig');
writeFileSync(
  gitConfig,
  '[user]\n\tname = Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n',
);
process.env.GIT_CONFIG_GLOBAL = gitConfig;
process.env.GIT_CONFIG_NOSYSTEM = '1';
// Whoever runs the tests may say there who they are to git.
for (const name of Object.keys(process.env)) if (/^GIT_(AUTHOR|COMMITTER)_/.test(name)) delete process.env[name];
process.env.BOOCODE_TEST_ROOT = root;

afterAll(async () => {
  const left = await endProcesses(root);
  const mounts = unmountBelow(root);
  removeFolder(root);
  if (left.length > 0) throw new Error(`this file left running: ${JSON.stringify(left, null, 1)}`);
  if (mounts.length > 0) throw new Error(`this file left mounted: ${mounts.join(', ')}`);
}, 60_000);
