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
  /** Rows of the block as it stands; the cursor is in the last but one. */
  let drawn = 0;
  const width = () => Math.max(8, out.columns ?? 80) - 1;

  const rows = (): string[] => {
    const note = block.note === '' ? [] : [cut(block.note, width())];
    const chars = [...block.input.slice(-2 * width()).replaceAll('\n', '⏎')];
    while (textWidth(chars.join('')) > width() - 3) chars.shift();
    const tail = chars.join('');
    return [...note, `> ${tail}`, cut(`${block.mood} · demo agent — scripted, no model · ctrl-d leaves`, width())];
  };
  const erase = () => (drawn === 0 ? '' : `\r${drawn > 2 ? `${ESC}${drawn - 2}A` : ''}${ESC}J`);
  /** Leaves the cursor at the end of the input, one row above the footer. */
  const place = (now: string[]) => `${ESC}1A\r${ESC}${textWidth(now.at(-2)!)}C`;
  const style = (row: string) =>
    row.startsWith('> ') ? row : `${row.startsWith('? ') ? `${ESC}1;33m` : `${ESC}2m`}${row}${ESC}0m`;

  const drawInline = (text = '') => {
    const now = rows();
    out.write(`${ESC}?2026h${erase()}${text}${now.map(style).join('\r\n')}${place(now)}${ESC}?2026l`);
    drawn = now.length;
  };
  /** The end of the log and the block on an empty screen: after a resize too, since where a terminal folds rows to is its own. */
  const drawWhole = () => {
    const now = rows();
    const room = Math.max(1, (out.rows ?? 24) - now.length);
    const lines = log.slice(-room).map((line) => `${cut(line, width())}${ESC}0m`);
    const blank = alt ? Array<string>(room - lines.length).fill('') : [];
    const all = [...blank, ...lines, ...now.map(style)].join('\r\n');
    out.write(`${ESC}?2026h${ESC}H${ESC}2J${all}${place(now)}${ESC}?2026l`);
    drawn = now.length;
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
    redraw: drawWhole,
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
