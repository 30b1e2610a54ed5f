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
 * Characters that are one column each, whatever stands beside them: what the cockpit's own rows are made of. Strings of nothing
 * else need neither segmenter nor expressions, whose making took a tenth of the cockpit's start.
 */
export const NARROW =
  '\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u02FF\\u2010-\\u2027\\u2190-\\u22FF\\u232B\\u23CE\\u2500-\\u25FC\\u2713-\\u2718\\u2800-\\u28FF';
const IS_NARROW = `ambiguousIsNarrow && !/[^${NARROW}]/.test(string)`;
/** Before what asks whether there is ASCII alone, in version 8 and in 9. */
const ASCII_ALONE =
  /^(?=\tif \(\/\^\[\\u0020-\\u007E\]\*\$\/\.test\(string\)\)|\treturn nonAsciiOrControlRegex\.test\(string\))/m;

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
        .replace(ASCII_ALONE, `if (${IS_NARROW}) return string.length;\n`)
        .replace(
          'const segmenter = new Intl.Segmenter();',
          'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };',
        );
      if (regexes < 4 || !contents.includes(IS_NARROW) || !contents.includes('made ??= new Intl.Segmenter')) {
        throw new Error(
          'string-width is not as scripts/lazy-width.mjs knows it: look whether it still costs 20 ms to load',
        );
      }
      return { contents: LAZY + contents };
    });
  },
};
