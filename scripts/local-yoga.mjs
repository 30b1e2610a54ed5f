import { readFile } from 'node:fs/promises';

const FETCHES = /"function"!=typeof fetch/g;

/**
 * esbuild plugin: yoga, which Ink lays out with, carries its WebAssembly as text in its own file and fetches it from there. The
 * first use of `fetch` loads all of undici, which takes a tenth of the cockpit's start; without it yoga decodes the text itself.
 */
export const localYoga = {
  name: 'local-yoga',
  setup(build) {
    build.onLoad({ filter: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (source.match(FETCHES)?.length !== 2)
        throw new Error('yoga-layout is not as scripts/local-yoga.mjs knows it: look whether it still loads undici');
      return { contents: source.replace(FETCHES, 'true') };
    });
  },
};
