import { expect, test } from 'vitest';
import { seen } from '../../src/cli/approval-text.ts';
import { visible } from '../../src/cli/patch-text.ts';
import { forTerminal } from '../../src/cli/print.ts';
import { safeText } from '../../src/cockpit/grid/clean.ts';
import { reveal } from '../../src/cockpit/views/review/code.ts';
import { clean } from '../../src/cockpit/views/span.ts';
import { commandParts } from '../../src/core/approvals/shell.ts';

/** What turns text around or hides in it, and what merely is not seen. */
const TURNING = [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe0001];
const UNSEEN = [0xad, 0x34f, 0x115f, 0x180e, 0x200b, 0x2060, 0x206f, 0x3164, 0xffa0, 0xfff9, 0xe0020];
const around = (code: number) => `a${String.fromCodePoint(code)}b`;

test('nothing that turns text around reaches the terminal by any way', () => {
  for (const write of [forTerminal, safeText, clean])
    expect(TURNING.filter((code) => write(around(code)) !== 'ab')).toEqual([]);
});

test('where a person is to judge a text, nothing in it is hidden', () => {
  for (const show of [visible, seen, reveal]) {
    for (const code of [...TURNING, ...UNSEEN])
      expect(show(around(code))).toMatch(/^a[^\p{Cf}]*[0-9a-f]{2,5}[^\p{Cf}]*b$/u);
  }
  // Joiners make words and pictures in a file; in a command that is to be allowed they are nothing but hidden.
  expect(visible(around(0x200d))).toBe(around(0x200d));
  expect(seen(around(0x200d))).toBe('a\\u{200d}b');
  for (const code of [...TURNING, ...UNSEEN, 0x200d]) expect(commandParts(`echo ${around(code)}`)).toBeNull();
});
