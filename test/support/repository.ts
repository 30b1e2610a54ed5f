import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const sh = (cwd: string, ...argv: string[]) => execFileSync(argv[0]!, argv.slice(1), { cwd, encoding: 'utf8' });

/** An empty folder below this test file's own temp root. */
export const tempFolder = (name: string) => mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, `${name}-`));

/** A committed repository with the given files; with `many`, that many more small ones in folders of fifty. */
export function makeRepository(
  files: Record<string, string> = { 'README.md': '# sample\n' },
  { many = 0, name = 'repo' } = {},
): string {
  const root = tempFolder(name);
  const all = { ...files };
  for (let n = 0; n < many; n++) all[`src/part${Math.floor(n / 50)}/file${n}.ts`] = `export const value${n} = ${n};\n`;
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  sh(root, 'git', 'init', '-q');
  sh(root, 'git', 'add', '-A');
  sh(root, 'git', 'commit', '-qm', 'start');
  return root;
}
