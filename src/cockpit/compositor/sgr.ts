import { Bg, ColorMode, Fg } from '../../schema/cell.ts';

/** What text is written with: the style words of a cell and, with Bg.EXTENDED, how it is underlined. */
export interface Style {
  fg: number;
  bg: number;
  /** 1 to 5 as in SGR 4:n; counts only with Fg.UNDERLINE. */
  underline: number;
  /** As fg bits 0-25; 0 is the text's own colour. */
  underlineColor: number;
}

export const plainStyle = (): Style => ({ fg: 0, bg: 0, underline: 1, underlineColor: 0 });

/** SGR parameter ▶ attribute bits to set and to clear. */
const FG_ON: Record<number, number> = {
  1: Fg.BOLD,
  5: Fg.BLINK,
  6: Fg.BLINK,
  7: Fg.INVERSE,
  8: Fg.INVISIBLE,
  9: Fg.STRIKE,
};
const FG_OFF: Record<number, number> = {
  22: Fg.BOLD,
  25: Fg.BLINK,
  27: Fg.INVERSE,
  28: Fg.INVISIBLE,
  29: Fg.STRIKE,
};
const BG_ON: Record<number, number> = { 2: Bg.DIM, 3: Bg.ITALIC, 53: Bg.OVERLINE };
const BG_OFF: Record<number, number> = { 22: Bg.DIM, 23: Bg.ITALIC, 55: Bg.OVERLINE };
const COLOR_BITS = Fg.COLOR | Fg.MODE;

/** The colour of `38;5;n`, `38;2;r;g;b` and their forms with colons, and how many parameters it took besides the 38. */
function extendedColor(params: (number | number[])[], at: number): { color: number; used: number } {
  const head = params[at]!;
  const list = Array.isArray(head) ? head : (params.slice(at, at + 5) as number[]);
  const used = (count: number) => (Array.isArray(head) ? 0 : count);
  if (list[1] === 5) return { color: ColorMode.PALETTE256 | (Number(list[2] ?? 0) & 255), used: used(2) };
  if (list[1] !== 2) return { color: -1, used: used(0) };
  // `38:2::r:g:b` has a colour space between; `38:2:r:g:b` has not.
  const [r, g, b] = Array.isArray(head) && head.length >= 6 ? list.slice(3, 6) : list.slice(2, 5);
  const byte = (value: number | undefined) => Math.min(255, Math.max(0, Number(value ?? 0) || 0));
  return { color: ColorMode.RGB | (byte(r) << 16) | (byte(g) << 8) | byte(b), used: used(4) };
}

function applyColor(style: Style, code: number, params: (number | number[])[], at: number): number {
  const { color, used } = extendedColor(params, at);
  if (color === -1) return used;
  if (code === 38) style.fg = (style.fg & ~COLOR_BITS) | color;
  else if (code === 48) style.bg = (style.bg & ~COLOR_BITS) | color;
  else style.underlineColor = color;
  return used;
}

function applyOne(style: Style, code: number): void {
  const setFg = (color: number) => {
    style.fg = (style.fg & ~COLOR_BITS) | color;
  };
  const setBg = (color: number) => {
    style.bg = (style.bg & ~COLOR_BITS) | color;
  };
  if (code === 0) Object.assign(style, plainStyle());
  else if (code >= 30 && code <= 37) setFg(ColorMode.PALETTE16 | (code - 30));
  else if (code >= 90 && code <= 97) setFg(ColorMode.PALETTE16 | (code - 82));
  else if (code >= 40 && code <= 47) setBg(ColorMode.PALETTE16 | (code - 40));
  else if (code >= 100 && code <= 107) setBg(ColorMode.PALETTE16 | (code - 92));
  else if (code === 39) setFg(0);
  else if (code === 49) setBg(0);
  else if (code === 59) style.underlineColor = 0;
  else if (code === 21) underline(style, 2);
  else if (code === 4) underline(style, 1);
  else if (code === 24) underline(style, 0);
  style.fg |= FG_ON[code] ?? 0;
  style.fg &= ~(FG_OFF[code] ?? 0);
  style.bg |= BG_ON[code] ?? 0;
  style.bg &= ~(BG_OFF[code] ?? 0);
}

function underline(style: Style, kind: number): void {
  style.fg = kind === 0 ? style.fg & ~Fg.UNDERLINE : style.fg | Fg.UNDERLINE;
  style.underline = kind === 0 ? 1 : Math.min(kind, 5);
}

/** Folds the parameters of one SGR sequence (what stands between `ESC [` and `m`) into a style. */
export function applySgr(style: Style, text: string): void {
  const params = text.split(';').map((part) => (part.includes(':') ? part.split(':').map(Number) : Number(part)));
  for (let at = 0; at < params.length; at++) {
    const param = params[at]!;
    const code = Array.isArray(param) ? param[0]! : param;
    if (code === 38 || code === 48 || code === 58) at += applyColor(style, code, params, at);
    else if (code === 4 && Array.isArray(param)) underline(style, param[1] ?? 1);
    else if (!Array.isArray(param)) applyOne(style, code);
  }
  style.fg >>>= 0;
  style.bg >>>= 0;
}
