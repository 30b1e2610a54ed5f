import { readFile } from 'node:fs/promises';

/** Stands before the module: a regular expression that is made when it is first used. */
const LAZY = `
const lazy = (make) => {
  let made;
  const get = () => (made ??= make());
  return {
    test: (text) => get().test(text),
    exec: (text) => get().exec(text),
    [Symbol.search]: (text) => get()[Symbol.search](text),
    [Symbol.match]: (text) => get()[Symbol.match](text),
    [Symbol.replace]: (text, by) => get()[Symbol.replace](text, by),
  };
};
`;

/**
 * esbuild plugin: string-width makes a grapheme segmenter and expressions over all emoji when it is loaded, which takes
 * 20 ms, as long as Node's own start. In the bundle they are made when the first text needs them: most never does.
 */
export const lazyWidth = {
  name: 'lazy-width',
  setup(build) {
    build.onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      let regexes = 0;
      const contents = source
        .replace(/^const (\w+Regex) = (.+);$/gm, (_, name, value) => {
          regexes += 1;
          return `const ${name} = lazy(() => ${value});`;
        })
        .replace(
          'const segmenter = new Intl.Segmenter();',
          'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };',
        );
      if (regexes < 4 || !contents.includes('made ??= new Intl.Segmenter')) {
        throw new Error(
          'string-width is not as scripts/lazy-width.mjs knows it: look whether it still costs 20 ms to load',
        );
      }
      return { contents: LAZY + contents };
    });
  },
};
