import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NARROW } from './lazy-width.mjs';

const ROW_OUTPUT = JSON.stringify(join(import.meta.dirname, 'row-output.mjs'));
const PLAIN = `import { plainRow, withRows } from ${ROW_OUTPUT};\nconst isPlain = (text) => PLAIN.test(text);\nconst PLAIN = plainRow(${JSON.stringify(NARROW)});\n`;

/** File of a package ▶ what is replaced in it, and by what. */
const CHANGES = [
  {
    filter: /ink\/build\/output\.js$/,
    from: /^export default class Output \{/m,
    to: `${PLAIN}export { RowOutput as default };\nclass Output {`,
    after: 'const RowOutput = withRows(Output, isPlain);\n',
  },
  {
    // It gives such a text back as it is, but takes it apart for that.
    filter: /ink\/build\/sanitize-ansi\.js$/,
    from: /^export default sanitizeAnsi;$/m,
    to: `${PLAIN}export default (text) => (isPlain(text) ? text : sanitizeAnsi(text));`,
  },
  {
    // The first segmenter takes 5 ms to make; texts of such rows need none.
    filter:
      /(?:wrap-ansi\/index|slice-ansi\/tokenize-ansi|ansi-tokenize\/build\/tokenize|ink\/build\/line-update)\.js$/,
    from: /^const (\w+) = (new Intl\.Segmenter\(.*\));$/m,
    to: 'let made;\nconst $1 = { segment: (text) => (made ??= $2).segment(text) };',
  },
];

/**
 * esbuild plugin: what Ink does with every text of every frame is done the short way for texts that are rows of the cockpit's
 * painter, which is all but those with wide characters. It took a tenth of the cockpit's start and most of a render.
 */
export const quickInk = {
  name: 'quick-ink',
  setup(build) {
    for (const { filter, from, to, after = '' } of CHANGES) {
      build.onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!from.test(source)) throw new Error(`${path} is not as scripts/quick-ink.mjs knows it`);
        return { contents: `${source.replace(from, to)}\n${after}` };
      });
    }
  },
};
