import { describe, expect, test } from 'vitest';
import { encodeKey } from '../../../src/core/keys/encode.ts';
import type { InputEvent } from '../../../src/core/keys/event.ts';
import { emptyInput, flushAfter, type InputState, tokenize } from '../../../src/core/keys/tokenize.ts';
import { createRandom } from '../../support/random.ts';

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));

/** Everything that comes of these chunks, with a flush at the end. */
function read(...chunks: (string | Uint8Array)[]): InputEvent[] {
  let state: InputState = emptyInput;
  const events: InputEvent[] = [];
  for (const chunk of chunks) {
    const step = tokenize(state, typeof chunk === 'string' ? bytesOf(chunk) : chunk);
    state = step.state;
    events.push(...step.events);
  }
  return [...events, ...tokenize(state, new Uint8Array(0), true).events];
}
const names = (...chunks: string[]) => read(...chunks).map((event) => ('key' in event ? event.key : event.type));

describe('keys', () => {
  test.each([
    ['a', 'a'],
    ['A', 'A'],
    [' ', 'Space'],
    ['é', 'é'],
    ['漢', '漢'],
    ['\x18', 'C-x'],
    ['\x00', 'C-Space'],
    ['\x1d', 'C-]'],
    ['\t', 'Tab'],
    ['\r', 'Enter'],
    ['\x7f', 'BSpace'],
    ['\x1b', 'Escape'],
    ['\x1bx', 'M-x'],
    ['\x1b\x18', 'C-M-x'],
    ['\x1b\r', 'M-Enter'],
    ['\x1b[', 'M-['],
    ['\x1bO', 'M-O'],
    ['\x1b]', 'M-]'],
    ['\x1b[A', 'Up'],
    ['\x1bOA', 'Up'],
    ['\x1b[1;5A', 'C-Up'],
    ['\x1b[1;8D', 'C-M-S-Left'],
    ['\x1b\x1b[A', 'M-Up'],
    ['\x1b[Z', 'BTab'],
    ['\x1b[5~', 'PPage'],
    ['\x1b[3;5~', 'C-DC'],
    ['\x1b[15~', 'F5'],
    ['\x1b[15;2~', 'S-F5'],
    ['\x1bOP', 'F1'],
    ['\x1b[[C', 'F3'],
    ['\x1b[1;2R', 'S-F3'],
    ['\x1bOM', 'KPEnter'],
    ['\x1b[a', 'S-Up'],
    ['\x1bOc', 'C-Right'],
    ['\x1b[3$', 'S-DC'],
    ['\x1b[7^', 'C-Home'],
    ['\x1b[93;5u', 'C-]'],
    ['\x1b[27;5;93~', 'C-]'],
    ['\x1b[97;5u', 'C-a'],
    ['\x1b[97;6u', 'C-S-a'],
    ['\x1b[97:65;2u', 'A'],
    ['\x1b[27u', 'Escape'],
    ['\x1b[13;2u', 'S-Enter'],
    ['\x1b[9;2u', 'BTab'],
    ['\x1b[1092::97;5u', 'C-a'],
    ['\x1b[57417u', 'Left'],
    ['\x1b[97;9u', 'Super-a'],
    ['\x1b[57441u', 'unknown'],
    ['\x1b[97;1:3u', 'a'],
  ])('%j is %s', (input, name) => {
    expect(names(input)).toEqual([name]);
  });

  test('a key that goes up is no key', () => {
    expect(read('\x1b[97;1:3u')[0]!.type).toBe('release');
  });

  test('what types text says which', () => {
    expect(read('aé \x1bx\x18').map((event) => event.type === 'key' && event.text)).toEqual([
      'a',
      'é',
      ' ',
      null,
      null,
    ]);
    expect(read('\x1b[97;2;65u')[0]).toMatchObject({ key: 'A', text: 'A' });
  });

  test('Escape twice is two Escapes, and Escape before another key in the same read is Alt', () => {
    expect(names('\x1b\x1b')).toEqual(['Escape', 'Escape']);
    expect(names('\x1ba')).toEqual(['M-a']);
  });

  test('a lone ESC waits a moment, a cut sequence waits longer, other input does not wait', () => {
    expect(flushAfter(tokenize(emptyInput, bytesOf('\x1b')).state)).toBe(25);
    expect(flushAfter(tokenize(emptyInput, bytesOf('\x1b[1;')).state)).toBe(250);
    expect(flushAfter(tokenize(emptyInput, bytesOf('a')).state)).toBe(null);
  });
});

describe('other input', () => {
  test('mouse reports', () => {
    expect(read('\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<32;1;1M\x1b[<65;3;4M\x1b[<16;1;1M\x1b[<35;2;2M')).toMatchObject([
      { kind: 'press', button: 'left', x: 9, y: 4 },
      { kind: 'release', button: 'left', x: 9, y: 4 },
      { kind: 'move', button: 'left', x: 0, y: 0 },
      { kind: 'press', button: 'wheelDown', x: 2, y: 3 },
      { kind: 'press', button: 'left', mods: { ctrl: true, alt: false, shift: false } },
      { kind: 'move', button: 'none', x: 1, y: 1 },
    ]);
    expect(read('\x1b[M !!')).toMatchObject([{ type: 'mouse', kind: 'press', button: 'left', x: 0, y: 0 }]);
  });

  test('focus', () => {
    expect(read('\x1b[I\x1b[O')).toMatchObject([{ focused: true }, { focused: false }]);
  });

  test.each([
    ['\x1b[?62;22c', 'attributes', '?62;22c'],
    ['\x1b[>0;276;0c', 'attributes', '>0;276;0c'],
    ['\x1b[?2026;2$y', 'mode', '?2026;2$y'],
    ['\x1b[?1u', 'keyboard', '?1u'],
    ['\x1b[12;40R', 'cursor', '12;40R'],
    ['\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\', 'color', '11;rgb:1e1e/1e1e/2e2e'],
    ['\x1b]11;rgb:1e1e/1e1e/2e2e\x07', 'color', '11;rgb:1e1e/1e1e/2e2e'],
    ['\x1bP>|xterm(380)\x1b\\', 'string', '>|xterm(380)'],
  ])('the answer %j is no key', (input, name, text) => {
    expect(read(`a${input}b`)).toMatchObject([{ key: 'a' }, { type: 'reply', name, text }, { key: 'b' }]);
  });

  test('a paste: line ends, control bytes and the leave key in it are text', () => {
    const events = read('x\x1b[200~one\rtwo\r\n\x1d\x03é\x1b[Aend\x1b[201~y');
    expect(events).toMatchObject([
      { key: 'x' },
      { type: 'paste', text: 'one\ntwo\n\x1d\x03é\x1b[Aend', first: true, last: true },
      { key: 'y' },
    ]);
  });

  test('a paste of a megabyte in small chunks costs no more than its size', () => {
    const text = 'héllo wörld 漢字\n'.repeat(50_000);
    const all = bytesOf(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += 1000) chunks.push(all.subarray(at, at + 1000));
    const before = process.cpuUsage();
    const events = read(...chunks);
    expect(process.cpuUsage(before).user).toBeLessThan(2e6);
    expect(events.map((event) => (event.type === 'paste' ? event.text : '?')).join('')).toBe(text);
    expect(events.map((event) => event.type === 'paste' && event.first).filter(Boolean)).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'paste', last: true });
  });
});

describe('chunks', () => {
  const pieces = [
    'a',
    'é',
    '漢',
    '😀',
    '\x18',
    '\x1b[A',
    '\x1b[1;5C',
    '\x1bOP',
    '\x1b[<0;10;5M',
    '\x1b[200~pâste\r\x1b[201~',
    '\x1b[93;5u',
    '\x1b]11;rgb:0/0/0\x07',
    '\x1b[I',
    '\x1b[5~',
    '\xff',
    '\x1bx',
  ];
  test.each(Array.from({ length: 60 }, (_, i) => i))(
    'split anywhere, nothing is lost and keys are the same (seed %i)',
    (seed) => {
      const random = createRandom(seed);
      const text = Array.from({ length: 40 }, () => random.pick(pieces)).join('');
      const all = bytesOf(text);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < all.length; ) {
        const to = Math.min(all.length, at + 1 + random.below(6));
        chunks.push(all.subarray(at, to));
        at = to;
      }
      const events = read(...chunks);
      expect(Buffer.concat(events.map((event) => event.bytes)).equals(Buffer.from(all))).toBe(true);
      const summary = (list: InputEvent[]) =>
        list.filter((e) => e.type !== 'paste').map((e) => ('key' in e ? e.key : e.type));
      expect(summary(events)).toEqual(summary(read(all)));
    },
  );

  test('any bytes at all come out again, in order', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round++) {
      const all = Uint8Array.from({ length: 1 + random.below(80) }, () =>
        random.chance(0.3) ? random.pick([27, 91, 79, 93, 80, 50, 48, 126, 59]) : random.below(256),
      );
      const state = tokenize(emptyInput, all);
      const last = tokenize(state.state, new Uint8Array(0), true);
      const out = Buffer.concat([...state.events, ...last.events].map((event) => event.bytes));
      // Bytes of a paste without an end are still waited for.
      expect(Buffer.concat([out, last.state.pending]).equals(Buffer.from(all))).toBe(true);
    }
  });
});

describe('round trip', () => {
  const plain = { applicationCursor: false, applicationKeypad: false, kittyKeyboard: 0 };
  const keys = [
    'a',
    'Z',
    'é',
    'Space',
    'Enter',
    'Tab',
    'BTab',
    'Escape',
    'BSpace',
    'Up',
    'C-Up',
    'M-Left',
    'S-Right',
    'Home',
    'End',
    'PPage',
    'NPage',
    'IC',
    'DC',
    'F1',
    'F4',
    'F5',
    'F12',
    'S-F5',
    'C-a',
    'C-]',
    'C-Space',
    'C-\\',
    'M-x',
    'C-M-x',
    'M-Enter',
    'C-DC',
    'F20',
  ];
  test.each(keys)('%s, legacy, application and kitty', (key) => {
    for (const modes of [
      plain,
      { ...plain, applicationCursor: true },
      { ...plain, kittyKeyboard: 1 },
      { ...plain, kittyKeyboard: 31 },
    ]) {
      const events = read(encodeKey(key, modes));
      expect(
        events.map((event) => ('key' in event ? event.key : event.type)),
        JSON.stringify(modes),
      ).toEqual([key]);
    }
  });
});
