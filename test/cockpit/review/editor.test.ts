import { expect, test } from 'vitest';
import { editorCommand } from '../../../src/cockpit/control/review/editor.ts';

test.each([
  ['vi', ['vi', '+12', '/w/a b.ts']],
  ['/usr/bin/nvim -R', ['/usr/bin/nvim', '-R', '+12', '/w/a b.ts']],
  ['code -n', ['code', '-n', '--wait', '--goto', '/w/a b.ts:12']],
  ['hx', ['hx', '/w/a b.ts:12']],
  ['my-editor', ['my-editor', '/w/a b.ts']],
])('%s opens the file at the line', (editor, words) => {
  expect(editorCommand(editor, '/w/a b.ts', 12)).toEqual(words);
});
