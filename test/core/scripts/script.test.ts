import { describe, expect, test } from 'vitest';
import { readScript, ScriptError } from '../../../src/core/scripts/script.ts';

const refusal = (source: string) => {
  try {
    readScript(source);
  } catch (error) {
    if (error instanceof ScriptError) return `${error.line}:${error.column} ${error.message}`;
    throw error;
  }
  return null;
};
const META = `export const meta = { name: 'a', description: 'b' };`;

describe('a script is read without being run', () => {
  test('as a module, with phases and args', () => {
    const source = `export const meta = {
      name: 'fan-out', description: \`two at once\`,
      phases: [{ title: 'ask' }, { title: 'judge', detail: 'by a third' }],
      args: { files: { type: 'number', required: true, default: -1 } },
    };
    throw new Error('run');
    export default async function main(args) {}`;
    const { meta, module } = readScript(source);
    expect(meta.args).toEqual({ files: { type: 'number', required: true, default: -1 } });
    expect(meta.phases?.[1]).toEqual({ title: 'judge', detail: 'by a third' });
    expect(module).toBe(source);
  });

  test('as module.exports: an object, or a function with a meta; lines stay where they were', () => {
    const object = readScript(`module.exports = { meta: { name: 'a', description: 'b' }, async main(args) {} };`);
    expect(object.module.split('\n').at(-1)).toBe('export default module.exports.main;');
    const both = readScript(`module.exports = async () => 1;\nmodule.exports.meta = { name: 'a', description: 'b' };`);
    expect(both.module.split('\n')[1]).toBe(`module.exports.meta = { name: 'a', description: 'b' };`);
  });

  test.each([
    ['nothing', '', '1:1 it exports no main: export default async function main(args) { … }'],
    ['no meta', 'export default () => {};', `1:1 it has no meta: export const meta = { name: '…', description: '…' }`],
    ['a syntax error', `${META}\nexport default async function main( {`, '2:38 Unexpected token'],
    [
      'an import',
      `import fs from 'fs';\n${META} export default () => {}`,
      '1:1 a script can import nothing: all it may use is in scope',
    ],
    [
      'a computed meta',
      `export const meta = { name: 'a', description: 'b' + 'c' }; export default () => {}`,
      '1:47 meta must be written out: texts, numbers, true, false, lists and objects of them',
    ],
    [
      'a wrong name',
      `export const meta = { name: 'A b', description: 'b' }; export default () => {}`,
      '1:21 meta.name: small letters, digits and "-", a letter first',
    ],
    [
      'both forms',
      `${META} export default () => {};\nmodule.exports = {};`,
      '2:1 it has both export default and module.exports: leave one of them out',
    ],
    [
      'an object without main',
      `module.exports = { meta: { name: 'a', description: 'b' } };`,
      '1:1 module.exports has no main: module.exports = { meta, main }',
    ],
  ])('%s is told with its place', (_what, source, wanted) => {
    expect(refusal(source)).toBe(wanted);
  });
});
