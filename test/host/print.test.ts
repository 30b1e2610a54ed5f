import headless from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { type Printing, printPlain } from '../../src/host/emulator/print.ts';
import { unicodeProvider } from '../../src/host/emulator/width.ts';
import { noise } from './noise.ts';

interface Inside {
  _core: {
    _inputHandler: Printing & { parse(bytes: Uint8Array): void; _parser?: { reset(): void } };
    _bufferService: {
      buffer: { lines: { length: number; get(y: number): { _data: Uint32Array; isWrapped: boolean } } };
    };
  };
}

function open(plain: boolean) {
  const terminal = new headless.Terminal({ cols: 40, rows: 12, scrollback: 30, allowProposedApi: true });
  terminal.unicode.register(unicodeProvider);
  terminal.unicode.activeVersion = unicodeProvider.version;
  const { _inputHandler: input, _bufferService: service } = (terminal as unknown as Inside)._core;
  if (plain) printPlain(input);
  return {
    write(text: string) {
      try {
        input.parse(Buffer.from(text));
      } catch {
        // As access.ts does it: a sequence that xterm cannot take.
        input._parser!.reset();
      }
    },
    resize: (cols: number, rows: number) => terminal.resize(cols, rows),
    looks: () => ({
      rows: Array.from({ length: service.buffer.lines.length }, (_, y) => {
        const { _data, isWrapped } = service.buffer.lines.get(y);
        return { words: Array.from(_data), isWrapped };
      }),
      cursor: [terminal.buffer.active.cursorX, terminal.buffer.active.cursorY],
      joins: input._parser!.precedingJoinState,
    }),
  };
}

describe('plain printing', () => {
  test('is in use: the pinned xterm has all that it needs', () => {
    const { _inputHandler: input } = (new headless.Terminal({ allowProposedApi: true }) as unknown as Inside)._core;
    const own = input.print;
    printPlain(input);
    expect(own).toBeTypeOf('function');
    expect(input.print).not.toBe(own);
  });

  test.each([
    ['over both halves of wide characters', '日本語日本語\x1b[1;2Ha\x1b[1;5Hbc\x1b[1;8Hd'],
    ['up to the very last column, and on', `${'x'.repeat(40)}y\r${'z'.repeat(39)}\x1b[b`],
    ['without wrapping', `\x1b[?7l${'abcdefghij'.repeat(5)}`],
    ['inserting', 'abcdef\x1b[4h\x1b[1;3Hxyz\x1b[4l12'],
    ['line drawing and back', 'ab\x1b(0lqqk\x1b(Bcd'],
    ['links and underlines', '\x1b]8;;http://x\x1b\\li\x1b[0mnk\x1b]8;;\x1b\\ \x1b[4:3;58;5;9mcurly\x1b[0m plain'],
    ['before what joins', 'e\u0301a\u200db❤️x\ufe0f'],
    ['before other characters', 'plain text — “quoted” ｗｉｄｅ and on'],
    ['repeated', 'ab\x1b[5b日\x1b[2bc\x1b[3b'],
  ])('gives what xterm gives: %s', (_, text) => {
    const [plain, own] = [open(true), open(false)];
    for (const one of [plain, own]) one.write(text);
    expect(plain.looks()).toEqual(own.looks());
  });

  test.each(Array.from({ length: 12 }, (_, n) => n + 1))('gives what xterm gives, whatever comes (seed %i)', (seed) => {
    const [plain, own] = [open(true), open(false)];
    const { piece, random } = noise(seed * 7919);
    for (let step = 0; step < 150; step++) {
      const text = piece();
      const size: [number, number] | undefined = random(20) === 0 ? [2 + random(60), 1 + random(20)] : undefined;
      for (const one of [plain, own]) {
        if (size) one.resize(...size);
        one.write(text);
      }
      expect(plain.looks(), `step ${step}: ${JSON.stringify(text)}`).toEqual(own.looks());
    }
  });
});
