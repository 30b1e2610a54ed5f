import { describe, expect, test } from 'vitest';
import { encodeKey } from '../../../src/core/keys/encode.ts';
import { encodeMouse } from '../../../src/core/keys/mouse.ts';
import { normalizeKey } from '../../../src/core/keys/names.ts';
import { encodePaste } from '../../../src/core/keys/paste.ts';

const plain = { applicationCursor: false, applicationKeypad: false, kittyKeyboard: 0 };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

test.each([
  ['^x', 'C-x'],
  ['c-X', 'C-x'],
  ['S-Tab', 'BTab'],
  ['PageUp', 'PPage'],
  ['pgdn', 'NPage'],
  ['Delete', 'DC'],
  ['esc', 'Escape'],
  ['S-a', 'A'],
  ['M-C-Left', 'C-M-Left'],
  ['hello', null],
  ['C-', null],
])('the key %s is %s', (name, canonical) => expect(normalizeKey(name)).toBe(canonical));

describe('keys', () => {
  test.each([
    ['Enter', plain, '\r'],
    ['C-c', plain, '\x03'],
    ['C-/', plain, '\x1f'],
    ['Up', plain, '\x1b[A'],
    ['Up', { ...plain, applicationCursor: true }, '\x1bOA'],
    ['C-Up', { ...plain, applicationCursor: true }, '\x1b[1;5A'],
    ['KP5', { ...plain, applicationKeypad: true }, '\x1bOu'],
    ['KP5', plain, '5'],
    ['hello', plain, 'hello'],
    ['Escape', { ...plain, kittyKeyboard: 1 }, '\x1b[27u'],
    ['Enter', { ...plain, kittyKeyboard: 1 }, '\r'],
    ['S-Enter', { ...plain, kittyKeyboard: 1 }, '\x1b[13;2u'],
    ['C-a', { ...plain, kittyKeyboard: 1 }, '\x1b[97;5u'],
    ['a', { ...plain, kittyKeyboard: 1 }, 'a'],
    ['a', { ...plain, kittyKeyboard: 8 }, '\x1b[97u'],
    ['A', { ...plain, kittyKeyboard: 8 | 16 }, '\x1b[97;2;65u'],
    ['F3', { ...plain, kittyKeyboard: 1 }, '\x1b[13~'],
  ])('%s in %j', (key, modes, bytes) => expect(text(encodeKey(key, modes))).toBe(bytes));
});

test('a paste cannot end itself or act as keys', () => {
  expect(text(encodePaste('a\nb\x1b[201~rm -rf\n', { bracketedPaste: true }))).toBe(
    '\x1b[200~a\rb[201~rm -rf\r\x1b[201~',
  );
  expect(text(encodePaste('a\r\nb', { bracketedPaste: false }))).toBe('a\rb');
});

describe('mouse', () => {
  const mods = { shift: false, alt: false, ctrl: false };
  const press = { kind: 'press', button: 'left', x: 4, y: 2, mods } as const;
  test.each([
    ['none', 'sgr', press, ''],
    ['vt200', 'sgr', press, '\x1b[<0;5;3M'],
    ['vt200', 'sgr', { ...press, kind: 'release' }, '\x1b[<0;5;3m'],
    ['vt200', 'sgr', { ...press, kind: 'move' }, ''],
    ['drag', 'sgr', { ...press, kind: 'move' }, '\x1b[<32;5;3M'],
    ['drag', 'sgr', { ...press, kind: 'move', button: 'none' }, ''],
    ['any', 'sgr', { ...press, kind: 'move', button: 'none' }, '\x1b[<35;5;3M'],
    ['vt200', 'default', press, '\x1b[M %#'],
    ['vt200', 'sgr', { ...press, button: 'wheelUp' }, '\x1b[<64;5;3M'],
    ['x10', 'sgr', { ...press, kind: 'release' }, ''],
  ] as const)('%s %s %j', (mouse, mouseEncoding, event, bytes) => {
    expect(text(encodeMouse(event, { mouse, mouseEncoding }))).toBe(bytes);
  });
});
