import { Bg, ColorMode, Fg } from '../../schema/cell.ts';
import type { CellExtra } from '../../schema/screen.ts';
import { BG_COLOR_BITS } from './colors.ts';
import type { Out } from './out.ts';

const FG_COLOR_BITS = (Fg.COLOR | Fg.MODE) >>> 0;
/** Attributes a space cannot be written with when it is to look plain. */
const SPOILS_SPACE = (Fg.INVERSE | Fg.UNDERLINE | Fg.STRIKE) >>> 0;

/** Style words ▶ on, off. Bold and dim go off together with 22. */
const ATTRIBUTES = [
  { word: 'fg', bit: Fg.BOLD, on: '1', off: '22' },
  { word: 'bg', bit: Bg.DIM, on: '2', off: '22' },
  { word: 'bg', bit: Bg.ITALIC, on: '3', off: '23' },
  { word: 'fg', bit: Fg.BLINK, on: '5', off: '25' },
  { word: 'fg', bit: Fg.INVERSE, on: '7', off: '27' },
  { word: 'fg', bit: Fg.INVISIBLE, on: '8', off: '28' },
  { word: 'fg', bit: Fg.STRIKE, on: '9', off: '29' },
  { word: 'bg', bit: Bg.OVERLINE, on: '53', off: '55' },
] as const;

/** One way of writing text, known once and compared by identity. */
interface PenStyle {
  fg: number;
  bg: number;
  underline: number;
  underlineColor: number;
  /** SGR sequences that lead from this style to others. */
  to: Map<PenStyle, string>;
}

function colorParams(color: number, base: 30 | 40): string {
  const value = color & Fg.COLOR;
  const mode = color & Fg.MODE;
  if (mode === ColorMode.DEFAULT) return String(base + 9);
  if (mode === ColorMode.PALETTE16) return String(value < 8 ? base + value : base + 52 + value);
  if (mode === ColorMode.PALETTE256) return `${base + 8};5;${value & 255}`;
  return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
}

/** Colons: terminals that know no underline colours skip it whole, instead of reading `5` as blink. */
function underlineColorParams(color: number): string {
  const value = color & Fg.COLOR;
  if ((color & Fg.MODE) === ColorMode.DEFAULT) return '59';
  if ((color & Fg.MODE) === ColorMode.RGB) return `58:2::${value >> 16}:${(value >> 8) & 255}:${value & 255}`;
  return `58:5:${value & 255}`;
}

/** Parameters that lead from `a`, where `off` says if attributes may have to be taken away, to `b`. */
function params(a: PenStyle, b: PenStyle): string[] {
  const list: string[] = [];
  const dropsWeight = (a.fg & ~b.fg & Fg.BOLD) !== 0 || (a.bg & ~b.bg & Bg.DIM) !== 0;
  for (const { word, bit, on, off } of ATTRIBUTES) {
    const was = (a[word] & bit) !== 0;
    const is = (b[word] & bit) !== 0;
    if (was && !is && !list.includes(off)) list.unshift(off);
    if (is && (!was || (dropsWeight && off === '22'))) list.push(on);
  }
  if (a.underline !== b.underline) {
    list.push(b.underline === 0 ? '24' : b.underline === 1 ? '4' : `4:${b.underline}`);
  }
  if (a.underlineColor !== b.underlineColor) list.push(underlineColorParams(b.underlineColor));
  if ((a.fg & FG_COLOR_BITS) !== (b.fg & FG_COLOR_BITS)) list.push(colorParams(b.fg & FG_COLOR_BITS, 30));
  if ((a.bg & BG_COLOR_BITS) !== (b.bg & BG_COLOR_BITS)) list.push(colorParams(b.bg & BG_COLOR_BITS, 40));
  return list;
}

const styleOf = (fg: number, bg: number, extra?: CellExtra): PenStyle => ({
  fg: fg >>> 0,
  bg: (bg & ~Bg.EXTENDED) >>> 0,
  underline: fg & Fg.UNDERLINE ? (extra?.underline ?? 1) : 0,
  underlineColor: fg & Fg.UNDERLINE ? (extra?.underlineColor ?? 0) : 0,
  to: new Map(),
});

/** The shorter of: change what differs; reset and set all. */
function transition(a: PenStyle, b: PenStyle): string {
  const change = params(a, b).join(';');
  const anew = ['', ...params(styleOf(0, 0), b)].join(';');
  const best = anew.length < change.length ? anew : change;
  return change === '' ? '' : `\x1b[${best}m`;
}

/** Styles that are remembered; a gradient of true colours goes through more, and the table begins anew. */
const MAX_STYLES = 4096;

/** The terminal's present style, and the shortest way from it to the next. */
export interface Pen {
  /** Makes the style that of a cell. `extra` only where Bg.EXTENDED is set. */
  set(out: Out, fg: number, bg: number, extra?: CellExtra): void;
  /** Makes a space, an erased cell or a new row come out plain on this background. */
  setBackground(out: Out, bg: number): void;
  /** True when a plain space on this background can be written as things are. */
  suitsSpace(bg: number): boolean;
  /** True when a cell of these words can be written as things are. */
  suits(fg: number, bg: number): boolean;
  /** The terminal's style is not known: the next text begins with a reset. */
  forget(): void;
}

export function createPen(): Pen {
  let known = new Map<number, Map<number, PenStyle>>();
  let count = 0;
  let now: PenStyle | null = null;
  const find = (fg: number, bg: number): PenStyle => {
    let row = known.get(fg);
    if (!row) known.set(fg, (row = new Map()));
    let style = row.get(bg);
    if (!style) {
      if (++count > MAX_STYLES) {
        known = new Map([[fg, (row = new Map())]]);
        count = 1;
      }
      row.set(bg, (style = styleOf(fg, bg)));
    }
    return style;
  };
  const change = (out: Out, next: PenStyle, interned: boolean) => {
    if (next === now) return;
    if (now === null) {
      out.ascii('\x1b[m');
      now = find(0, 0);
    }
    if (!interned) {
      out.ascii(transition(now, next));
      now = next;
      return;
    }
    let sequence = now.to.get(next);
    if (sequence === undefined) {
      if (now.to.size > MAX_STYLES) now.to.clear();
      now.to.set(next, (sequence = transition(now, next)));
    }
    out.ascii(sequence);
    now = next;
  };
  const suitsSpace = (bg: number) =>
    now !== null &&
    (now.fg & SPOILS_SPACE) === 0 &&
    (now.bg & Bg.OVERLINE) === 0 &&
    (now.bg & BG_COLOR_BITS) >>> 0 === (bg & BG_COLOR_BITS) >>> 0;
  return {
    set: (out, fg, bg, extra) =>
      change(out, extra ? styleOf(fg, bg, extra) : find(fg, bg & ~Bg.EXTENDED), extra === undefined),
    setBackground(out, bg) {
      if (!suitsSpace(bg)) change(out, find(0, bg & BG_COLOR_BITS), true);
    },
    suitsSpace,
    suits: (fg, bg) => now !== null && now.fg === fg && now.bg === bg && now.underline <= 1 && now.underlineColor === 0,
    forget() {
      now = null;
    },
  };
}
