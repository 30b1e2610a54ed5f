import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';

const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
const OPTIONS =
  '--bundle --splitting --format=esm --platform=node --jsx=automatic --packages=external --log-level=error';

/** Files and packages that one of our modules brings with it: all but what it loads later. */
function loadedWith(entry: string): Set<string> {
  const out = mkdtempSync(join(tmpdir(), 'loaded-'));
  const meta = join(out, 'meta.json');
  execFileSync(esbuild, [entry, ...OPTIONS.split(' '), `--outdir=${out}`, `--metafile=${meta}`], {
    cwd: join(import.meta.dirname, '..', '..'),
  });
  const { outputs } = JSON.parse(readFileSync(meta, 'utf8')) as Metafile;
  const all = new Set<string>();
  const visit = (path: string) => {
    if (all.has(path)) return;
    all.add(path);
    for (const next of outputs[path]?.imports ?? []) if (next.kind === 'import-statement') visit(next.path);
  };
  visit(Object.keys(outputs).find((path) => outputs[path]!.entryPoint === entry)!);
  return all;
}

// To make the shapes takes as long as half of all that the cockpit does until it takes keys.
test.each([
  'src/cli/run.ts',
  'src/cli/verbs/open.ts',
  'src/cli/verbs/ls.ts',
  'src/cockpit/tty/open.ts',
  'src/cockpit/views/first-frame.ts',
  'components/mount.tsx',
])('%s is loaded without making any shape', (entry) => {
  const loaded = loadedWith(entry);
  expect(loaded.size).toBeGreaterThan(1);
  expect([...loaded]).not.toContain('zod');
});
