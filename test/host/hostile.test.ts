import { StringDecoder } from 'node:string_decoder';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { codePointWidth } from '../../src/host/emulator/width.ts';
import { screenAnsi, screenHash, screenLines } from '../../src/host/screen/text.ts';
import type { HostEvent } from '../../src/schema/host.ts';
import { createRandom } from '../support/random.ts';

function terminal() {
  const events: HostEvent[] = [];
  let replies = '';
  const emulator = createEmulator({
    size: { cols: 80, rows: 24 },
    background: 'dark',
    historyLines: 1000,
    onReply: (text) => {
      replies += text;
    },
    onEvent: (event) => events.push(event),
  });
  return {
    emulator,
    events,
    write: (text: string | Uint8Array) => emulator.write(Buffer.from(text as string)),
    takeReplies: () => {
      const text = replies;
      replies = '';
      return text;
    },
    text: () => screenLines(emulator).join('\n').trimEnd(),
  };
}

describe('the emulator answers by itself', () => {
  test.each([
    ['primary attributes', '\x1b[c', /^\x1b\[\?[\d;]+c$/],
    ['secondary attributes', '\x1b[>c', /^\x1b\[>[\d;]+c$/],
    ['cursor position', '\x1b[3;4H\x1b[6n', /^\x1b\[3;4R$/],
    ['mode', '\x1b[?2004h\x1b[?2004$p', /^\x1b\[\?2004;1\$y$/],
    ['version', '\x1b[>q', /^\x1bP>\|boocode\(.+\)\x1b\\$/],
    ['background', '\x1b]11;?\x07', /^\x1b\]11;rgb:1818\/1818\/1818\x1b\\$/],
    ['palette', '\x1b]4;196;?\x07', /^\x1b\]4;196;rgb:ffff\/0000\/0000\x1b\\$/],
    ['keyboard flags', '\x1b[>5u\x1b[?u', /^\x1b\[\?5u$/],
    ['keyboard flags of the other screen', '\x1b[>5u\x1b[?1049h\x1b[?u', /^\x1b\[\?0u$/],
    ['popped keyboard flags', '\x1b[>5u\x1b[>7u\x1b[<1u\x1b[?u', /^\x1b\[\?5u$/],
    ['size', '\x1b[18t', /^\x1b\[8;24;80t$/],
  ])('%s', (_what, query, answer) => {
    const { write, takeReplies } = terminal();
    write(query);
    expect(takeReplies()).toMatch(answer);
  });

  test('but never what stands in the clipboard', () => {
    const { write, takeReplies, events } = terminal();
    write('\x1b]52;c;?\x07');
    expect([takeReplies(), events]).toEqual(['', []]);
    write(`\x1b]52;c;${Buffer.from('über').toString('base64')}\x07`);
    expect(events).toEqual([{ type: 'clipboard', text: 'über' }]);
  });
});

describe('garbage', () => {
  test('endless OSC and DCS strings take no memory and do not reach the screen', () => {
    const { write, text } = terminal();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const junk = Buffer.alloc(1024 * 1024, 'x');
    for (const start of ['\x1b]0;', '\x1b]52;c;', '\x1b]999;', '\x1bP$q', '\x1bPz', '\x1b_', '\x1b^']) {
      write(start);
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 20; i++) write(junk);
      collect();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(4e6);
      write('\x1b\\');
    }
    write('\r\nalive');
    expect(text().trim()).toBe('alive');
  });

  test('titles are short, of one line, without control characters', () => {
    const { write, events } = terminal();
    write(`\x1b]2;${'long '.repeat(500)}\x07\x1b]2;a\u202eb\u2067c\x07`);
    const titles = events.map((event) => (event.type === 'title' ? event.title : ''));
    expect(titles[0]!.length).toBeLessThanOrEqual(256);
    expect(titles[1]).toBe('a b c');
  });

  test('invalid UTF-8 and a line of 10 MB leave a working screen', () => {
    const { write, text } = terminal();
    write(Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5, 0xe2, 0x82]));
    write(Buffer.alloc(10 * 1024 * 1024, 'y'));
    write('\r\n\x1b[2J\x1b[Hfine');
    expect(text()).toBe('fine');
  });

  test('bytes that are no UTF-8 are shown as U+FFFD, in pieces as well, and nothing waits behind a byte that begins none', () => {
    const { write, text } = terminal();
    write(Buffer.from('gr\xfc\xdfe, ca\xff', 'latin1'));
    expect(text()).toBe('gr\ufffd\ufffde, ca\ufffd');
    write(Buffer.from([0x0d, 0xe2, 0x82]));
    write('x');
    expect(text()).toBe('\ufffdx\ufffd\ufffde, ca\ufffd');
  });

  test('what is recorded of bytes that are no UTF-8 shows the same screen', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const bytes = Uint8Array.from({ length: 60 }, () =>
        random.pick([0x41, 0x80, 0x9f, 0xbf, 0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff]),
      );
      const live = terminal();
      const played = terminal();
      const recorded = new StringDecoder('utf8');
      for (let from = 0; from < bytes.length; ) {
        const to = from + 1 + random.below(5);
        live.write(bytes.subarray(from, to));
        played.write(recorded.write(Buffer.from(bytes.subarray(from, to))));
        from = to;
      }
      live.write('|');
      played.write(recorded.write(Buffer.from('|')));
      expect(live.text(), `seed ${seed}`).toBe(played.text());
    }
  });

  test('characters split anywhere arrive whole', () => {
    for (const sample of ['…“”•–', 'a\u0301🙂日本', '👩‍💻\u{10fffd}']) {
      const whole = terminal();
      whole.write(sample);
      const split = terminal();
      for (const byte of Buffer.from(sample)) split.write(Buffer.from([byte]));
      expect(split.text()).toBe(whole.text());
      expect(whole.text()).toBe(sample);
    }
  });

  test('erasing up to the last cell of a screen that never scrolled', () => {
    const { write, text } = terminal();
    write('one\x1b[24;80H\x1b[1Jdone');
    expect(text()).toMatch(/^\n*\s*d/);
  });
});

test('widths are those of today', () => {
  expect([...'a€ü日한🙂🇩ｗ\u0301\u200d\ufe0f\u{20000}\u{e0100}'].map((c) => codePointWidth(c.codePointAt(0)!))).toEqual(
    [1, 1, 1, 2, 2, 2, 1, 2, 0, 0, 0, 2, 0],
  );
});

test('a screen as text with SGR alone gives the same screen again', () => {
  const a = terminal();
  a.write('\x1b[1;31mred\x1b[0m plain \x1b[48;5;20m  \x1b[0m\r\n\x1b[38;2;1;2;3;4mx\x1b[0m 日本 é');
  const ansi = screenAnsi(a.emulator);
  expect(ansi.join('').replace(/\x1b\[[\d;]*m/g, '')).not.toContain('\x1b');
  const b = terminal();
  b.write(ansi.map((line, y) => `\x1b[${y + 1};1H${line}`).join(''));
  expect(screenAnsi(b.emulator)).toEqual(ansi);
  expect(screenHash(a.emulator, { top: 1, bottom: 3 })).not.toBe(screenHash(a.emulator, { top: 0, bottom: 3 }));
});
