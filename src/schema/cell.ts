/*
 * A cell is three 32-bit words, laid out as xterm.js lays out its own (src/common/buffer/Constants.ts), so that the host
 * copies rows without touching cells:
 *
 *   content  bits 0-20 code point | 21 combined (text stands in extras) | 22-23 width (0 = right half of a wide one)
 *   fg       bits 0-23 colour | 24-25 colour mode | 26 inverse | 27 bold | 28 underline | 29 blink | 30 invisible | 31 strike
 *   bg       bits 0-23 colour | 24-25 colour mode | 26 italic | 27 dim | 28 has extended | 29 protected | 30 overline
 *
 * Colour mode: 0 default, 1 palette 0-15, 2 palette 0-255, 3 RGB.
 */
export const WORDS_PER_CELL = 3;
export const Content = { CODEPOINT: 0x1fffff, COMBINED: 0x200000, WIDTH_SHIFT: 22, WIDTH: 0xc00000 } as const;
export const Fg = {
  COLOR: 0xffffff,
  MODE: 0x3000000,
  INVERSE: 0x4000000,
  BOLD: 0x8000000,
  UNDERLINE: 0x10000000,
  BLINK: 0x20000000,
  INVISIBLE: 0x40000000,
  STRIKE: 0x80000000,
} as const;
export const Bg = {
  COLOR: 0xffffff,
  MODE: 0x3000000,
  ITALIC: 0x4000000,
  DIM: 0x8000000,
  EXTENDED: 0x10000000,
  PROTECTED: 0x20000000,
  OVERLINE: 0x40000000,
} as const;
export const ColorMode = { DEFAULT: 0, PALETTE16: 0x1000000, PALETTE256: 0x2000000, RGB: 0x3000000 } as const;
