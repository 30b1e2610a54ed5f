import type { IUnicodeVersionProvider } from '@xterm/headless';

/**
 * Wide and full-width code points of Unicode 17 (EastAsianWidth.txt: W and F, emoji presentation included), as
 * distances in base 36: `gap+length`, each gap counted from the end of the range before.
 */
const WIDE =
  '3cw+2n 3i3+1 e+1 5b+3 4 3 ei+1 m+1 r+7 h+b 18 b+5 4 e 9+1 i+1 6+1 9 6 m 8+1 2 5 3 8 5+1 t 10 2 5+2 2 1q+2 p f nw+1 1g 5 mj+p 2+2g d+5x r+26 3+2d 3+2u 6+16 2+2l 2+2d a+1b 2+13 9+mkc 4+1i wq+s hw+8mb 6l9+e7 lt+9 n+y 2+i 2+3 46+2n 3k+6 m4a+4 c+6 a+5p6 11+x 2o+36 e+pd f+1e 5y6+3 2+6 2+1 2+88 a u+2 3 f+4 8+az 6bp+2e a+m 5n2 5n 5b 3+9 k 2a+2 e+17 5+8 8+1 f+5 4b+w d+8 2+1x 2+l d+16 5+4 d+g 4 4+1y 2 2+56 3+1q e+3 2+n j r+1 e 2f+2c 1d+1x 7 4+2 3+4 3+3 c+1 8+8 66 6+b 5 7w+1a 2+9 2+54 35+c 4+1y 2 4+h 2+c 4+b zq+1ekd 3+1ekd';

/** Below this every printable character is one column wide, and soft hyphens are drawn. */
const FIRST_SPECIAL = 0x300;
/** Planes 0 and 1; beyond are wide ideographs and invisible tags. */
const TABLE_END = 0x20000;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;

let table: Uint8Array | undefined;
let wideBeyond: [number, number][] = [];

/** Built when the first such character comes: 20 ms that plain text never pays. */
function build(): Uint8Array {
  const widths = new Uint8Array(TABLE_END).fill(1);
  let end = 0;
  wideBeyond = [];
  for (const range of WIDE.split(' ')) {
    const [gap, length = '0'] = range.split('+') as [string, string?];
    const start = end + Number.parseInt(gap, 36);
    end = start + Number.parseInt(length, 36);
    if (start < TABLE_END) widths.fill(2, start, end + 1);
    else wideBeyond.push([start, end]);
  }
  for (let code = FIRST_SPECIAL; code < TABLE_END; code++) {
    if (ZERO.test(String.fromCodePoint(code))) widths[code] = 0;
  }
  return widths;
}

/** Columns that a code point takes in a terminal: 0 (joins the one before), 1 or 2. */
export function codePointWidth(code: number): 0 | 1 | 2 {
  if (code < FIRST_SPECIAL) return code < 32 || (code >= 0x7f && code < 0xa0) ? 0 : 1;
  table ??= build();
  if (code < TABLE_END) return table[code] as 0 | 1 | 2;
  if (wideBeyond.some(([start, end]) => code >= start && code <= end)) return 2;
  return ZERO.test(String.fromCodePoint(code)) ? 0 : 1;
}

/** xterm's packing of what it knows of the last character: bit 0 joins, bits 1-2 width. */
const pack = (width: number, joins: boolean) => (width << 1) | (joins ? 1 : 0);
/** What it knows of any character that is one column wide and joins nothing. */
export const SINGLE = pack(1, false);
const widthOf = (packed: number) => (packed >> 1) & 3;

/** Widths for xterm, whose own are those of Unicode 6: there emoji are one column wide, which no program expects today. */
export const unicodeProvider: IUnicodeVersionProvider = {
  version: '17',
  wcwidth: codePointWidth,
  charProperties(code, preceding) {
    const width = codePointWidth(code);
    const joins = width === 0 && preceding !== 0 && widthOf(preceding) !== 0;
    return pack(joins ? Math.max(width, widthOf(preceding)) : width, joins);
  },
};
