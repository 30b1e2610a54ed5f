import { textWidth } from '../util/text.ts';

/** What stands in the last rows; the footer's first word is read by core/detect/demo. */
export interface Block {
  mood: 'ready' | 'working' | 'asks' | 'waits';
  /** The row above the input: a spinner with what it does, or a question; empty: no such row. */
  note: string;
  input: string;
}

/** Of the log, what is kept to draw the alternate screen again, in lines. */
const KEPT = 500;
const ESC = '\x1b[';

/** A row cut to `width` columns, by whole characters. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let out = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (textWidth(out + segment) > width - 1) return `${out}…`;
    out += segment;
  }
  return out;
}

/** Control characters of what is only to be shown would act. */
export const printable = (text: string): string => text.replace(/\t/g, '  ').replace(/[\x00-\x1f\x7f-\x9f]/g, '');

export interface Output {
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/**
 * The demo's screen: a log that scrolls away like any program's, and below it a block of two or three rows that is drawn
 * over itself. With `alt` it takes the alternate screen instead, as full-screen agents do.
 */
export function createScreen(out: Output, { alt }: { alt: boolean }) {
  const log: string[] = [];
  let block: Block = { mood: 'working', note: '', input: '' };
  let drawn: string[] = [];
  const width = () => Math.max(8, out.columns ?? 80) - 1;

  const rows = (): string[] => {
    const note = block.note === '' ? [] : [cut(block.note, width())];
    const typed = block.input.replaceAll('\n', '⏎');
    let tail = typed;
    while (textWidth(tail) > width() - 3) tail = [...tail].slice(1).join('');
    return [...note, `> ${tail}`, cut(`${block.mood} · demo agent — scripted, no model · ctrl-d leaves`, width())];
  };
  /** Terminals fold rows that no longer fit after a resize. */
  const height = (row: string) => Math.max(1, Math.ceil(textWidth(row) / Math.max(1, out.columns ?? 80)));
  const erase = () => {
    const above = drawn.slice(0, -1).reduce((sum, row) => sum + height(row), 0) - 1;
    return drawn.length === 0 ? '' : `\r${above > 0 ? `${ESC}${above}A` : ''}${ESC}J`;
  };
  /** Leaves the cursor at the end of the input, one row above the footer. */
  const place = (now: string[]) => `${ESC}1A\r${ESC}${textWidth(now.at(-2)!)}C`;
  const style = (row: string) =>
    row.startsWith('> ') ? row : `${row.startsWith('? ') ? `${ESC}1;33m` : `${ESC}2m`}${row}${ESC}0m`;

  const drawInline = (text = '') => {
    const now = rows();
    out.write(`${ESC}?2026h${erase()}${text}${now.map(style).join('\r\n')}${place(now)}${ESC}?2026l`);
    drawn = now;
  };
  const drawWhole = () => {
    const now = rows();
    const lines = log.slice(-Math.max(1, (out.rows ?? 24) - now.length)).map((line) => cut(line, width()));
    out.write(`${ESC}?2026h${ESC}H${ESC}2J${[...lines, ...now.map(style)].join('\r\n')}${place(now)}${ESC}?2026l`);
  };
  const draw = () => (alt ? drawWhole() : drawInline());

  out.write(`${alt ? `${ESC}?1049h` : ''}${ESC}?2004h`);
  return {
    /** Adds lines to the log. `raw` may carry colours of ours. */
    print(raw: string) {
      log.push(...raw.split('\n'));
      log.splice(0, Math.max(0, log.length - KEPT));
      if (alt) drawWhole();
      else drawInline(`${raw.replaceAll('\n', '\r\n')}\r\n`);
    },
    show(next: Partial<Block>) {
      block = { ...block, ...next };
      draw();
    },
    get block() {
      return block;
    },
    redraw: draw,
    title: (text: string) => out.write(`\x1b]0;${printable(text)}\x07`),
    bell: () => out.write('\x07'),
    /** OSC 9;4: percent, `busy` for work of unknown length, null for none. */
    progress: (value: number | 'busy' | null) =>
      out.write(`\x1b]9;4;${value === null ? '0;0' : value === 'busy' ? '3;0' : `1;${Math.round(value)}`}\x07`),
    /** Puts every mode back. What was printed stays (the alternate screen's does not). */
    close() {
      const leave = alt ? `${ESC}?1049l` : `${ESC}1B\r\n`;
      out.write(`\x1b]9;4;0;0\x07${ESC}?2004l${leave}\x1b]0;\x07`);
    },
  };
}
export type Screen = ReturnType<typeof createScreen>;
