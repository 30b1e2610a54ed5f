/*
 * Which characters every terminal gives the same width? After any other one the cursor is placed anew, so that a
 * terminal that disagrees with the agent's emulator shows one odd cell, and not a row that is pushed aside.
 */

/** One column: Latin, Greek, Cyrillic, Armenian, Hebrew, general punctuation up to U+2027, box drawing, blocks, braille. */
const isNarrow = (code: number) =>
  code < 0x300 ? code !== 0xad : code < 0x2010 ? code >= 0x370 && code < 0x483 : code < 0x2028 || isDrawing(code);
const isDrawing = (code: number) => (code >= 0x2500 && code < 0x25a0) || (code >= 0x2800 && code < 0x2900);
/** Two columns: CJK, kana, Hangul syllables, full-width forms. */
const isWide = (code: number) =>
  (code >= 0x3041 && code < 0x3097) ||
  (code >= 0x30a0 && code < 0x3100) ||
  (code >= 0x3400 && code < 0x4dc0) ||
  (code >= 0x4e00 && code < 0xa000) ||
  (code >= 0xac00 && code < 0xd7a4) ||
  (code >= 0xff01 && code < 0xff61);

export const isSure = (code: number, width: number): boolean => (width === 2 ? isWide(code) : isNarrow(code));
