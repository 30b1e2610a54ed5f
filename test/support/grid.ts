import { EMPTY_CELL } from '../../src/host/emulator/line.ts';
import { type CellExtra, type ScreenFrame, WORDS_PER_CELL } from '../../src/schema/screen.ts';

/** The screen as a receiver rebuilds it from frames: the plainest code that follows schema/screen. */
export function createGrid() {
  let rows: Uint32Array[] = [];
  let extras: (CellExtra[] | undefined)[] = [];
  let header: ScreenFrame['header'] | undefined;
  const blank = (cols: number) => {
    const words = new Uint32Array(cols * WORDS_PER_CELL);
    for (let i = 0; i < words.length; i += WORDS_PER_CELL) words[i] = EMPTY_CELL;
    return words;
  };
  return {
    apply(frame: ScreenFrame) {
      header = frame.header;
      const { cols, rows: height, full, scroll, changed } = header;
      if (full) {
        rows = Array.from({ length: height }, () => blank(cols));
        extras = new Array<undefined>(height).fill(undefined);
      }
      for (let i = 0; i < scroll; i++) {
        rows.shift();
        rows.push(blank(cols));
        extras.shift();
        extras.push(undefined);
      }
      let at = 0;
      for (const { y, cells, extras: more } of changed) {
        rows[y] = blank(cols);
        rows[y]!.set(frame.words.subarray(at, (at += cells * WORDS_PER_CELL)));
        extras[y] = more;
      }
    },
    get rows() {
      return rows;
    },
    get extras() {
      return extras;
    },
    get header() {
      return header;
    },
    text: () =>
      rows
        .map((row) => {
          let text = '';
          for (let i = 0; i < row.length; i += WORDS_PER_CELL) text += String.fromCodePoint(row[i]! & 0x1fffff || 32);
          return text.trimEnd();
        })
        .join('\n')
        .trimEnd(),
  };
}
