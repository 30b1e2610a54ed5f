import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { completionAt, editorKey } from '../../../src/cockpit/control/talk/editor.ts';
import { imagesIn } from '../../../src/cockpit/control/talk/images.ts';
import { eraseName, expanded, pasteInto } from '../../../src/cockpit/control/talk/paste.ts';
import { field } from '../../../src/cockpit/store/dialogs.ts';
import { initialTalk } from '../../../src/cockpit/store/talk.ts';

const HEADS: Record<string, Buffer> = {
  '.png': Buffer.from('\x89PNG', 'latin1'),
  '.jpg': Buffer.from('\xff\xd8\xff', 'latin1'),
  '.webp': Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'),
};

describe('images', () => {
  const folder = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'images-'));
  const file = (name: string, bytes = 10) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat([HEADS[extname(name).toLowerCase()]!, Buffer.alloc(bytes)]));
    return path;
  };
  /** An image by its name alone: its provider would refuse it, and all that comes after it. */
  writeFileSync(join(folder, 'called.png'), '<html>');
  const shot = file('shot.png');
  const spaced = file('my shot.JPG');
  const large = file('large.webp', 20 * 1024 * 1024 + 1);
  mkdirSync(join(folder, 'folder.gif'));

  test.each([
    ['a path, relative or not', `see shot.png and ${shot}.`, [shot]],
    ['named as files are', 'look at @shot.png, please', [shot]],
    ['dropped with escaped blanks', `${spaced.replaceAll(' ', '\\ ')} what is this`, [spaced]],
    ['in quotes', `'${spaced}' and "${shot}"`, [spaced, shot]],
    ['as an address of a file', `${pathToFileURL(shot)} here`, [shot]],
    [
      'what is not there, no image or elsewhere',
      'gone.png notes.md folder.gif called.png https://example.org/a.png',
      [],
    ],
  ])('%s', (_, text, paths) => {
    expect(imagesIn(text, folder)).toEqual({ paths, tooLarge: [] });
  });

  test('too large ones are told, not sent', () => {
    expect(imagesIn(large, folder)).toEqual({ paths: [], tooLarge: [large] });
  });
});

describe('pastes', () => {
  test('short ones are text, long ones are named and sent whole', () => {
    const long = 'line\r\n'.repeat(30);
    const ui = { ...initialTalk(), ...pasteInto(initialTalk(), 'a\r\nb') };
    expect(ui.field.text).toBe('a\nb');
    const named = { ...ui, ...pasteInto(ui, long) };
    expect(named.field.text).toBe('a\nb[paste 1: 31 lines]');
    expect(expanded(named)).toBe(`a\nb${'line\n'.repeat(30)}`);
    expect(eraseName(named.field)).toEqual({ text: 'a\nb', cursor: 3 });
  });

  test('a name that somebody has written himself stays what it is', () => {
    expect(expanded({ field: field('[paste 7: 3 lines]'), pastes: [] })).toBe('[paste 7: 3 lines]');
  });

  test('what is pasted is not looked at for names of pastes again', () => {
    const ui = { field: field('[paste 1: 2 lines]'), pastes: ['[paste 2: x]', 'second'] };
    expect(expanded(ui)).toBe('[paste 2: x]');
  });
});

describe('the editor', () => {
  const context = { working: false, past: () => ['second', 'first'], queue: [] };
  const press = (ui: ReturnType<typeof initialTalk>, key: string, more = {}) =>
    editorKey(ui, { key, text: [...key].length === 1 ? key : null }, { ...context, ...more });

  test('a name of a file is completed where a word begins with @', () => {
    expect(completionAt(field('look at @src/a'), null)).toMatchObject({ from: 8, query: 'src/a' });
    expect(completionAt(field('me@example'), null)).toBeNull();
    expect(completionAt(field('@a b'), null)).toBeNull();
    expect(completionAt({ text: '@src and more', cursor: 4 }, null)).toMatchObject({ from: 0, query: 'src' });
  });

  test('up goes within the lines of the text before it goes to prompts of before', () => {
    const ui = { ...initialTalk(), field: field('one\ntwo') };
    expect(press(ui, 'Up').ui.field).toEqual({ text: 'one\ntwo', cursor: 3 });
    expect(press({ ...ui, field: { text: 'one\ntwo', cursor: 0 } }, 'Up').ui.field?.text).toBe('second');
  });

  test('the newest queued prompt comes before those of before', () => {
    const queue = [
      { id: 'a', text: 'x' },
      { id: 'b', text: 'y' },
    ];
    expect(press(initialTalk(), 'Up', { queue }).effect).toEqual({ type: 'unqueue', id: 'b', text: 'y' });
  });

  test('one Escape at a time: files, text, turn', () => {
    const ui = { ...initialTalk(), field: field('@a'), completion: { from: 0, query: 'a', items: ['a.ts'], index: 0 } };
    const first = { ...ui, ...press(ui, 'Escape', { working: true }).ui };
    expect([first.completion, first.field.text]).toEqual([null, '@a']);
    const second = { ...first, ...press(first, 'Escape', { working: true }).ui };
    expect(second.field.text).toBe('');
    expect(press(second, 'Escape', { working: true }).effect).toEqual({ type: 'interrupt' });
    expect(press(second, 'Up').ui.field?.text).toBe('@a');
  });

  test('Enter sends what is written, and nothing of nothing', () => {
    expect(press(initialTalk(), 'Enter')).toEqual({ ui: {} });
    expect(press({ ...initialTalk(), field: field('go') }, 'Enter').effect).toEqual({ type: 'send' });
  });
});
