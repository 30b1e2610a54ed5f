import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { build, stop } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { joinChunks } from '../../scripts/join-chunks.mjs';
import type { Output } from '../../scripts/put-out.mjs';

/** Two verbs and an entry; both have what is in `shared` and in `twin`, where one thing is called as in `shared`. */
const SOURCES = {
  'main.js': "import { early } from './early.js'; early(); const { run } = await import('./run.js'); await run();",
  'early.js': "export const early = () => console.log('early');",
  'run.js': `import { early } from './early.js'; import { more, name } from './shared.js';
    export const run = async () => { early(); console.log(name); for (const verb of [await import('./a.js'), await import('./b.js')]) verb.default(); console.log(await more()); };`,
  'a.js':
    "import { name, count } from './shared.js'; import * as twin from './twin.js'; import './loud.js'; export default () => console.log('a', name, count(), twin.name);",
  'b.js':
    "import { count } from './shared.js'; import { name as other } from './twin.js'; import { late } from './late.js'; export default () => console.log('b', other, count(), late);",
  'more.js': "export default 'more';",
  'shared.js':
    "export const name = 'shared'; export const more = async () => (await import('./more.js')).default; let n = 0; export const count = () => ++n;",
  'twin.js': "import { deep } from './deep.js'; export const name = 'twin ' + deep;",
  'deep.js': "export const deep = 'deep';",
  'loud.js': "console.log('loud');",
  'late.js': "import { deep } from './deep.js'; export const late = 'late ' + deep;",
  'c.js': "export { late } from './late.js'; import './loud.js'; export { name } from './twin.js';",
  'other.js':
    "import { more, name } from './shared.js'; const { late } = await import('./c.js'); console.log(name, late, await more());",
};

async function joined(change: Partial<typeof SOURCES> = {}, sources = ['src/run.js', 'src/a.js']) {
  const folder = mkdtempSync(join(tmpdir(), 'join-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries({ ...SOURCES, ...change })) writeFileSync(join(folder, 'src', name), text);
  const common = {
    absWorkingDir: folder,
    outdir: 'dist',
    write: false as const,
    bundle: true,
    format: 'esm' as const,
    platform: 'node' as const,
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: '/* first */' },
  };
  const entryPoints = ['src/main.js', 'src/other.js'];
  const built = await build({ ...common, entryPoints, splitting: true, metafile: true });
  const groups = [
    { name: 'plain', takes: (modules: string[]) => !modules.includes('src/deep.js') },
    { name: 'deep', takes: () => true },
  ];
  const outputs = await joinChunks(built, { common, entry: 'src/main.js', sources, groups });
  for (const { path, contents } of outputs) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  return { folder, outputs, before: built.outputFiles.length };
}

afterAll(() => stop());

const say = (folder: string, name: string) =>
  execFileSync(process.execPath, [join(folder, 'dist', name)], { encoding: 'utf8' });
const names = (outputs: Output[]) => outputs.map(({ path }) => basename(path)).sort();

test('a program whose chunks were joined does what it did, with one of each module', async () => {
  const { folder, outputs, before } = await joined();
  expect(outputs.length).toBeLessThan(before);
  // What is in a joined file begins with the first of it that is asked for.
  const said = say(folder, 'main.js').trimEnd().split('\n');
  expect(said).toEqual(['early', 'loud', 'early', 'shared', 'a shared 1 twin deep', 'b twin deep 2 late deep', 'more']);
  expect(say(folder, 'other.js')).toContain('shared late deep more');
  for (const { path } of outputs) expect(readFileSync(path, 'utf8')).toMatch(/^\/\* first \*\/\n/);
});

test('what the program begins with is not made to load what comes later', async () => {
  const { folder } = await joined();
  expect(readFileSync(join(folder, 'dist', 'main.js'), 'utf8')).not.toMatch(/"\.\/(plain|deep)-/);
});

// A cockpit that is open loads more files by their names: what they refer to must be what it has loaded already.
test('a file that refers to a joined one has another name when that one has', async () => {
  const first = names((await joined()).outputs);
  const second = names((await joined({ 'loud.js': "console.log('louder');" })).outputs);
  const kept = first.filter((name) => second.includes(name));
  expect(kept.filter((name) => name !== 'main.js' && name !== 'other.js')).toEqual([]);
  expect(names((await joined()).outputs)).toEqual(first);
});

test('a source that nothing loads is told', async () => {
  await expect(joined({}, ['src/gone.js'])).rejects.toThrow('names src/gone.js, which nothing loads any more');
});
