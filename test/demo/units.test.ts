import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../src/demo/edits.ts';
import { type Key, readKeys } from '../../src/demo/input.ts';
import { readScenario } from '../../src/demo/scenario.ts';
import { cut, printable } from '../../src/demo/screen.ts';
import type { EditStep } from '../../src/schema/scenario.ts';
import { textWidth } from '../../src/util/text.ts';

const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'demo-units-'));
const text = (value: string): Key => ({ key: 'text', text: value });

describe('readKeys', () => {
  const input = 'hé🙂\x1b[A\x1bOB\x1b[1;5C\x1bx\x7f\x1b[200~a\r\nb\x1b[Ac\x1b[201~\r\x03\x04\x15\x17\n\x1b[<0;3;4Mz';
  const keys: Key[] = [
    text('hé🙂'),
    { key: 'backspace' },
    text('a\nb\x1b[Ac'),
    { key: 'enter' },
    { key: 'interrupt' },
    { key: 'end' },
    { key: 'clear' },
    { key: 'word' },
    { key: 'newline' },
    text('z'),
  ];
  const joined = (all: Key[]) => all.map((key) => (key.key === 'text' ? key.text : `<${key.key}>`)).join('');

  test('takes keys and pastes apart', () => {
    expect(readKeys(input)).toEqual({ keys, pending: '' });
  });

  test('wherever the bytes are cut', () => {
    for (let at = 1; at < input.length; at++) {
      const first = readKeys(input.slice(0, at));
      const second = readKeys(first.pending + input.slice(at));
      expect(joined([...first.keys, ...second.keys])).toBe(joined(keys));
    }
  });
});

describe('applyEdit', () => {
  const edit = (fields: Omit<EditStep, 'step'>) => applyEdit(root, { step: 'edit', ...fields });
  const read = (file: string) => readFileSync(join(root, file), 'utf8');

  test('writes, inserts, replaces, appends, deletes, and says what changed', () => {
    expect(edit({ file: 'a/b.txt', write: 'one\ntwo\n' })).toEqual({
      file: 'a/b.txt',
      removed: [],
      added: ['one', 'two'],
    });
    expect(edit({ file: 'a/b.txt', insert: { line: 2, text: 'half' } })).toMatchObject({
      removed: [],
      added: ['half'],
    });
    expect(edit({ file: 'a/b.txt', replace: { find: 'two', with: '$& 2' } })).toMatchObject({
      removed: ['two'],
      added: ['$& 2'],
    });
    expect(edit({ file: 'a/b.txt', append: 'end\n' })).toMatchObject({ added: ['end'] });
    expect(read('a/b.txt')).toBe('one\nhalf\n$& 2\nend\n');
    expect(edit({ file: 'a/b.txt', delete: true }).removed).toHaveLength(4);
    expect(existsSync(join(root, 'a/b.txt'))).toBe(false);
  });

  test('touches nothing outside its folder, not by .., an absolute path or a link, nor in .git', () => {
    const outside = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'outside-'));
    writeFileSync(join(outside, 'x'), 'safe');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync(join(outside, 'x'), join(root, 'file-link'));
    mkdirSync(join(root, '.git'));
    for (const file of [
      '../x',
      join(outside, 'x'),
      'link/x',
      'link/new/deep',
      'file-link',
      '.git/config',
      '.',
      'a/../..',
    ]) {
      expect(() => edit({ file, write: 'bad' }), file).toThrow('only files of its own folder');
    }
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('safe');
    expect(existsSync(join(outside, 'new'))).toBe(false);
  });

  test('says what it did not find', () => {
    expect(() => edit({ file: 'none', delete: true })).toThrow('there is no file none');
    writeFileSync(join(root, 'c'), 'x');
    expect(() => edit({ file: 'c', replace: { find: 'y', with: 'z' } })).toThrow('c does not contain "y"');
  });
});

describe('readScenario', () => {
  const scenario = (content: string) => {
    const file = join(root, 'scenario.json');
    writeFileSync(file, content);
    return file;
  };

  test.each([
    ['{', 'JSON'],
    ['[]', 'the file: '],
    ['{"steps":[{"step":"think"}]}', 'steps[0].ms: '],
    ['{"steps":[{"step":"dance"}]}', 'steps[0].step: '],
    ['{"steps":[{"step":"say","text":"x","tone":1}]}', 'tone'],
    ['{"steps":[{"step":"edit","file":"a"}]}', 'steps[0]: needs exactly one of write, insert, replace, append, delete'],
    ['{"steps":[{"step":"ask","question":"?","yes":[{"step":"exit","code":999}]}]}', 'steps[0].yes[0].code: '],
    ['{"steps":[],"prompts":[{"match":"(","steps":[]}]}', 'prompts: '],
  ])('%s is refused with the place', (content, place) => {
    expect(() => readScenario(scenario(content))).toThrow(place);
  });

  test('takes nested steps, and names a file that is not there', () => {
    const steps = [
      { step: 'loop', times: 2, steps: [{ step: 'ask', question: 'q', no: [{ step: 'fail', code: 1 }] }] },
    ];
    expect(readScenario(scenario(JSON.stringify({ steps }))).steps).toEqual(steps);
    expect(() => readScenario('/nowhere.json')).toThrow('/nowhere.json: ENOENT');
  });
});

test('cut and printable make a row that acts on nothing and fits', () => {
  expect(cut('hello', 5)).toBe('hello');
  expect(cut('hello!', 5)).toBe('hell…');
  for (let width = 1; width < 12; width++)
    expect(textWidth(cut('日本語👩‍👩‍👧 text', width))).toBeLessThanOrEqual(width);
  expect(printable('a\x1b]0;x\x07\tb\u009bc')).toBe('a]0;x  bc');
});
