// Bundles the program into dist/: one file per process plus shared chunks.
// Unbundled, importing Ink alone takes 0.5 to 1.2 s; bundled, a verb like `ls` never loads it.
import { copyFile, cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { joinChunks } from './join-chunks.mjs';
import { lazyWidth } from './lazy-width.mjs';
import { localYoga } from './local-yoga.mjs';
import { putOut } from './put-out.mjs';
import { quickInk } from './quick-ink.mjs';

/** What all bundles have in common. */
const common = {
  outdir: 'dist',
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // jsonc-parser's main is UMD, whose requires no bundler can follow.
  mainFields: ['module', 'main'],
  target: 'node22',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['node-pty', 'react-devtools-core'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [lazyWidth, localYoga, quickInk],
  logLevel: 'warning',
};

// Alone: a module that the other programs use too would be a chunk of its own here.
const cli = await build({ ...common, splitting: true, metafile: true, entryPoints: { main: 'src/main.ts' } });
const isShape = (path) => path.startsWith('node_modules/zod/');
const joined = await joinChunks(cli, {
  common,
  entry: 'src/main.ts',
  // What a verb loads that asks the daemon for something.
  sources: ['src/cli/run.ts', 'src/cli/verbs/ls.ts', 'src/client/daemon.ts'],
  // The cockpit paints its first frame without any shape.
  groups: [
    { name: 'base', takes: (modules) => !modules.some(isShape) },
    { name: 'shapes', takes: () => true },
  ],
});
const split = await build({
  ...common,
  splitting: true,
  entryPoints: {
    daemon: 'src/daemon/main.ts',
    host: 'src/host/main.ts',
    starter: 'src/host/starter/main.ts',
    rebuild: 'src/host/rebuild.ts',
    search: 'src/host/search/worker.ts',
    archive: 'src/daemon/search/archive-worker.ts',
    demo: 'src/demo/main.ts',
    hook: 'src/hook/main.ts',
    bridge: 'src/bridge/main.ts',
    workflow: 'src/workflow/main.ts',
  },
});
// A thread reads one file in less time than the chunks it would share.
const whole = await build({ ...common, entryPoints: { sandbox: 'src/sandbox/worker.ts' } });
// What is published holds this build alone.
const keep = !['pack', 'publish'].includes(process.env.npm_command ?? '');
await putOut('dist', [...joined, ...split.outputFiles, ...whole.outputFiles], { now: Date.now(), keep });
for (const name of ['workflows', 'templates', 'settings'])
  await rm(join('dist', name), { recursive: true, force: true });

// Its loader would look for it beside a file that is in no bundle.
const wasm = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
await copyFile(wasm, 'dist/quickjs.wasm');

// The built-in workflows are data, read like anybody's.
await cp('workflows', 'dist/workflows', { recursive: true });
// What `boocode workflow new` writes: templates, and the types that they refer to.
await cp('templates', 'dist/templates', { recursive: true });
// Settings with which programs are started.
await cp('settings', 'dist/settings', { recursive: true });
await copyFile('types/workflow.d.ts', 'dist/templates/workflow.d.ts');
await copyFile('schema/flow.schema.json', 'dist/templates/flow.schema.json');
