import { describe, expect, test } from 'vitest';
import { edit, insert } from '../../src/cockpit/control/edit.ts';
import { fieldLine, fieldLines } from '../../src/cockpit/views/dialogs/text.ts';

/** `|` is the cursor. */
const read = (text: string) => ({ text: text.replace('|', ''), cursor: text.indexOf('|') });
const write = ({ text, cursor }: { text: string; cursor: number }) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test.each([
  ['ab|c', 'Left', 'a|bc'],
  ['a👩‍👩‍👧|c', 'BSpace', 'a|c'],
  ['a|👩‍👩‍👧c', 'DC', 'a|c'],
  ['one two|', 'C-w', 'one |'],
  ['one two|', 'M-b', 'one |two'],
  ['one| two', 'M-f', 'one two|'],
  ['one|', 'C-a', '|one'],
  ['x\none|two', 'C-u', 'x\n|two'],
  ['x\none|two', 'C-k', 'x\none|'],
  ['|', 'BSpace', '|'],
  ['a|', 'F5', 'a|'],
])('%j with %s is %j', (before, key, after) => expect(write(edit(read(before), key, true))).toBe(after));

describe('lines', () => {
  test('up and down keep the column where they can', () => {
    expect(write(edit(read('long line\nab\nlong| line'), 'Up', true))).toBe('long line\nab|\nlong line');
    expect(write(edit(read('lo|ng'), 'Up', true))).toBe('|long');
    expect(write(edit(read('lo|ng\nx'), 'Down', true))).toBe('long\nx|');
  });

  test('a paste keeps its lines only where there are lines, and no control characters', () => {
    expect(write(insert(read('a|b'), '1\r\n2\x1b[0m\x00', true))).toBe('a1\n2[0m|b');
    expect(write(insert(read('a|b'), '1\n2', false))).toBe('a1 2|b');
  });

  test('the cursor is where its character is, folded lines and wide characters too', () => {
    const { rows, x, y } = fieldLines(read('日本語の\nab|c'), 4);
    expect(rows.map((row) => row[0]!.text)).toEqual(['日本', '語の', 'abc']);
    expect([x, y]).toEqual([2, 2]);
    expect(fieldLine(read('abcdefgh|'), 5)).toEqual({ text: 'efgh', x: 4 });
  });
});
