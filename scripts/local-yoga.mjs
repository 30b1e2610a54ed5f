import { readFile } from 'node:fs/promises';

const FETCHES = /"function"!=typeof fetch/g;
const DECODES =
  'var b=xa(a.slice(37)),c=new Uint8Array(b.length);for(a=0;a<b.length;++a)c[a]=b.charCodeAt(a);var d=c}catch';

/**
 * esbuild plugin: yoga, which Ink lays out with, carries its WebAssembly as text in its own file and fetches it from there. The
 * first use of `fetch` loads all of undici, which takes a tenth of the cockpit's start; without it yoga decodes the text itself,
 * here at once instead of byte by byte.
 */
export const localYoga = {
  name: 'local-yoga',
  setup(build) {
    build.onLoad({ filter: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (source.match(FETCHES)?.length !== 2 || !source.includes(DECODES))
        throw new Error('yoga-layout is not as scripts/local-yoga.mjs knows it: look whether it still loads undici');
      const contents = source
        .replace(FETCHES, 'true')
        .replace(DECODES, "var d=Buffer.from(a.slice(37),'base64')}catch");
      return { contents };
    });
  },
};
