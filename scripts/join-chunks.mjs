// Puts chunks together that are loaded one after the other anyway: each file costs half a millisecond to find, read and link, and
// esbuild makes one of nearly every module that two verbs share.
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/** How one file takes names from another, as esbuild writes it when it leaves no blanks. */
const IMPORT = /\bimport(?:\{([^{}"]*)\}from)?"\.\/(chunk-[0-9A-Z]{8}\.js)"/g;

/** Paths of the outputs that are loaded with those of `paths`, themselves too: all but what is loaded later. */
function loadedWith(outputs, paths) {
  const all = new Set();
  const visit = (path) => {
    if (all.has(path)) return;
    all.add(path);
    for (const next of outputs[path].imports) if (next.kind === 'import-statement' && !next.external) visit(next.path);
  };
  paths.forEach(visit);
  return all;
}

/** Two chunks may call different things by one name: in the file that has both, names carry their chunk. */
const nameIn = (chunk, name) => `${name}_${chunk.slice(-11, -3)}`;
const namesOf = (list = '') => list.split(',').filter(Boolean);

/** The same code, with what it took from chunks that were joined taken from the joined file: `home` tells which, by the chunk's name. */
function redirect(code, home) {
  const moved = code.replace(IMPORT, (whole, list, chunk) => {
    const file = home.get(chunk);
    if (!file) return whole;
    const names = namesOf(list).map((one) => {
      const [name, alias = name] = one.split(' as ');
      return `${nameIn(chunk, name)} as ${alias}`;
    });
    return names.length > 0 ? `import{${names}}from"./${file}"` : `import"./${file}"`;
  });
  const left = [...home.keys()].find((chunk) => moved.includes(chunk));
  if (left) throw new Error(`esbuild refers to ${left} in a way that scripts/join-chunks.mjs does not know`);
  return moved;
}

const NAMED = /"\.\/([\w.-]+-[0-9A-Z]{8}\.js)"/g;
/** A name tells what is in a file and in all that it loads: one that refers to joined files (`seed`) has another name when those have. */
const renamed = (name, seed) =>
  name.replace(/-([0-9A-Z]{8})\.js$/, (_, hash) => {
    const digest = createHash('sha256')
      .update(hash + seed)
      .digest('hex');
    return `-${digest.slice(0, 8).toUpperCase()}.js`;
  });

/** One file of several chunks, with all that they export. What it takes from elsewhere is taken as before. */
async function joinOne(name, chunks, { text, exportsOf, common }) {
  const contents = chunks.map((chunk) => {
    const names = exportsOf(chunk).map((one) => `${one} as ${nameIn(chunk, one)}`);
    return names.length > 0 ? `export {${names}} from './${chunk}';` : `import './${chunk}';`;
  });
  const inside = new Set(chunks);
  const { outputFiles } = await build({
    ...common,
    banner: {},
    plugins: [
      {
        name: 'join-chunks',
        setup(one) {
          one.onResolve({ filter: /^\.\// }, ({ path }) =>
            inside.has(path.slice(2)) ? { path: path.slice(2), namespace: 'chunk' } : { path, external: true },
          );
          one.onLoad({ filter: /./, namespace: 'chunk' }, ({ path }) => ({ contents: text(path) }));
        },
      },
    ],
    stdin: { contents: contents.join('\n'), sourcefile: `${name}.js` },
    entryNames: `${name}-[hash]`,
  });
  return outputFiles[0];
}

/**
 * The files of a build with `splitting`, where those chunks that are loaded with the modules in `sources`, later than `entry`, are one
 * file for each of `groups`, in this order: `{ name, takes }`, where `takes` gets the paths of all modules that a chunk brings with it.
 */
export async function joinChunks({ outputFiles, metafile: { outputs } }, { common, entry, sources, groups }) {
  const pathOf = (source) => {
    const path = Object.keys(outputs).find((one) => outputs[one].entryPoint === source);
    if (!path) throw new Error(`scripts/build.mjs names ${source}, which nothing loads any more`);
    return path;
  };
  const texts = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
  const banner = common.banner.js;
  const exportsOf = (chunk) => outputs[join(common.outdir, chunk)].exports;
  const home = new Map();
  const joined = [];
  const early = loadedWith(outputs, [pathOf(entry)]);
  const later = [...loadedWith(outputs, sources.map(pathOf))].filter((path) => !early.has(path));
  const open = later.filter((path) => !outputs[path].entryPoint);
  for (const { name, takes } of groups) {
    const brings = (path) => [...loadedWith(outputs, [path])].flatMap((one) => Object.keys(outputs[one].inputs));
    const chunks = open
      .filter((path) => !home.has(basename(path)) && takes(brings(path)))
      .map((path) => basename(path));
    const text = (chunk) => redirect(texts.get(chunk).replace(banner, ''), home);
    const file = await joinOne(name, chunks, { text, exportsOf, common });
    joined.push({ path: file.path, text: `${banner}\n${file.text}` });
    for (const chunk of chunks) home.set(chunk, basename(file.path));
  }
  const others = outputFiles.filter(({ path }) => !home.has(basename(path)));
  const seed = joined.map(({ path }) => basename(path)).join();
  const all = [...joined, ...others.map(({ path, text }) => ({ path, text: redirect(text, home) }))];
  const names = new Map(all.map(({ path }) => [basename(path), renamed(basename(path), seed)]));
  return all.map(({ path, text }) => ({
    path: join(dirname(path), names.get(basename(path))),
    contents: Buffer.from(text.replace(NAMED, (whole, name) => (names.has(name) ? `"./${names.get(name)}"` : whole))),
  }));
}
