import type { Out } from './out.ts';

/** Where the terminal's cursor is, and the shortest way to where it shall be. */
export interface Caret {
  /** -1: not known. */
  readonly x: number;
  readonly y: number;
  move(out: Out, x: number, y: number): void;
  /** Text moved it by `width` columns. `sure` false: the terminal may think otherwise. */
  advanced(width: number, sure: boolean): void;
  /** It stands at the top left, as after a change of scroll region. */
  home(): void;
  forget(): void;
}

/** Bytes of a number in decimal, none for one that a sequence may leave out. */
const digits = (n: number) => (n === 1 ? 0 : n < 10 ? 1 : n < 100 ? 2 : 3);

/** `cols`: the last column's position is never relied on, since terminals differ in what they do after it. */
export function createCaret(cols: number): Caret {
  let x = -1;
  let y = -1;
  const alongRow = (out: Out, to: number) => {
    const absolute = 3 + digits(to + 1);
    const by = to - x;
    const relative = x < 0 ? Number.POSITIVE_INFINITY : 3 + digits(Math.abs(by));
    if (to === 0) out.byte(13);
    else if (by < 0 && by >= -2 && x > 0) for (let i = by; i < 0; i++) out.byte(8);
    else if (relative <= absolute) out.csi(Math.abs(by), by > 0 ? 'C' : 'D');
    else out.csi(to + 1, 'G');
  };
  return {
    get x() {
      return x;
    },
    get y() {
      return y;
    },
    move(out, toX, toY) {
      if (toX === x && toY === y) return;
      if (toY === y) alongRow(out, toX);
      else if (toX === 0 && y >= 0 && toY === y + 1) out.ascii('\r\n');
      else if (toX === x && y >= 0 && Math.abs(toY - y) < 10) out.csi(Math.abs(toY - y), toY > y ? 'B' : 'A');
      else {
        out.ascii('\x1b[');
        if (toY > 0 || toX > 0) out.ascii(toY > 0 ? String(toY + 1) : '');
        if (toX > 0) out.ascii(`;${toX + 1}`);
        out.ascii('H');
      }
      x = toX;
      y = toY;
    },
    advanced(width, sure) {
      x = x >= 0 && sure && x + width < cols ? x + width : -1;
    },
    home() {
      x = 0;
      y = 0;
    },
    forget() {
      x = -1;
      y = -1;
    },
  };
}
