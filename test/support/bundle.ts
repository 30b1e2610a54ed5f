import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, stop } from 'esbuild';

const project = resolve(import.meta.dirname, '../..');

/** One script of the project, with all that it imports, as one file that Node starts quickly; `script` and what is given are paths. */
export async function bundle(script: string): Promise<string> {
  const folder = process.env.BOOCODE_TEST_ROOT!;
  const outfile = join(folder, `${script.replaceAll(/\W/g, '-')}.mjs`);
  await build({
    entryPoints: [join(project, script)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['node-pty'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  // Or its process would outlive the test.
  await stop();
  // Where Node looks for what is not in the bundle.
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return outfile;
}
