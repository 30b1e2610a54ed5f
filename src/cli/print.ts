import { TURNING } from '../util/signs.ts';
import { textWidth } from '../util/text.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta';
const SGR: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 };

/** Colours text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;
export const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour && text ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text;

/** SGR sequences, which stay, or what acts on a terminal and what turns around or hides what stands beside it. */
const ACTING = new RegExp(`(\\x1b\\[[\\d;:]*m)|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f${TURNING}]`, 'gu');

/** Text that holds words of others, for a terminal: with its colours and without anything else that it could act on, as the cockpit shows it. */
export const forTerminal = (text: string): string => text.replace(ACTING, '$1');

type Env = Record<string, string | undefined>;

/** Colour only on a terminal that has it, and never against NO_COLOR (https://no-color.org). */
export const wantsColour = (isTTY: boolean | undefined, env: Env): boolean =>
  !env.NO_COLOR && env.TERM !== 'dumb' && (isTTY === true || (env.FORCE_COLOR ?? '0') !== '0');

/** A cell: its text, and how it is painted. Widths are those of the text alone. */
export type Cell = string | { text: string; style: Style };

/** Rows as aligned columns, two spaces apart, without trailing spaces. */
export function table(rows: Cell[][], paint: Paint, indent = ''): string {
  const textOf = (cell: Cell | undefined) => (typeof cell === 'string' ? cell : (cell?.text ?? ''));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, x) => Math.max(...rows.map((row) => textWidth(textOf(row[x])))));
  return rows
    .map((row) => {
      const last = row.findLastIndex((cell) => textOf(cell) !== '');
      const cells = row.slice(0, last + 1).map((cell, x) => {
        const text = textOf(cell);
        const padding = x === last ? '' : ' '.repeat(widths[x]! - textWidth(text));
        return (typeof cell === 'string' ? text : paint(cell.style, text)) + padding;
      });
      return `${indent}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

/** Folds prose at a width in columns; a longer word stays whole. */
export function wrap(text: string, width = 80): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last] && lines[last]!.length + word.length >= width) lines.push(word);
    else lines[last] += (lines[last] ? ' ' : '') + word;
  }
  return lines.join('\n');
}

/** A first letter in capitals, for sentences made of clauses; one that begins with a command to type keeps it as it is. */
export const capital = (text: string) =>
  /^(boocode|git) /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
