// Every test file gets its own HOME, XDG folders and git identity, so that nothing of the person's own machine is read
// or written, and what a test forgets to remove is found in one place and removed here.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'boo-t-'));
const folders = { HOME: 'home', XDG_CONFIG_HOME: 'config', XDG_DATA_HOME: 'data', XDG_RUNTIME_DIR: 'run' };
for (const [name, folder] of Object.entries(folders)) {
  const path = join(root, folder);
  mkdirSync(path, { mode: 0o700 });
  process.env[name] = path;
}
const gitConfig = join(root, 'gitconfig');
writeFileSync(
  gitConfig,
  '[user]\n\tname = Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n',
);
process.env.GIT_CONFIG_GLOBAL = gitConfig;
process.env.GIT_CONFIG_NOSYSTEM = '1';
process.env.BOOCODE_TEST_ROOT = root;
for (const name of Object.keys(process.env)) {
  if (/^(CLAUDE|ANTHROPIC_|CODEX_|TMUX|BOOCODE_(?!TEST_ROOT))/.test(name)) delete process.env[name];
}

afterAll(() => {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});
