import { textWidth } from '../util/text.ts';

/** A screen as hosts and daemons give it (schema/host, `screen`). */
export interface ScreenRows {
  lines: string[];
  ansi: string[] | null;
  wrapped?: boolean[] | undefined;
  open?: string | undefined;
  openAnsi?: string | undefined;
  size: { cols: number };
}

export interface ScreenLine {
  text: string;
  /** With SGR sequences where the screen came with them, else the text. */
  styled: string;
}

/** The first `end` rows as logical lines, the first one with what of it has left the screen. */
export function screenLines(screen: ScreenRows, end: number): ScreenLine[] {
  const { lines: rows, ansi, wrapped = [], size } = screen;
  const lines: ScreenLine[] = [];
  for (let y = 0; y < end; y++) {
    const row = { text: rows[y]!, styled: ansi?.[y] ?? rows[y]! };
    const last = lines.at(-1);
    if (!wrapped[y] || !last) {
      lines.push(row);
      continue;
    }
    // Blanks at a row's end were cut off; all but a hole before a wide character belong to the line.
    const missing = size.cols - textWidth(rows[y - 1]!);
    const blanks = missing > 1 ? ' '.repeat(missing) : '';
    last.text += blanks + row.text;
    last.styled += blanks + row.styled;
  }
  const { open = '', openAnsi = open } = screen;
  if (lines[0]) lines[0] = { text: open + lines[0].text, styled: (ansi ? openAnsi : open) + lines[0].styled };
  return lines;
}

/** Those above the cursor's row that no later row goes on with. */
export function completeLines(screen: ScreenRows, cursorRow: number): ScreenLine[] {
  const lines = screenLines(screen, cursorRow);
  return screen.wrapped?.[cursorRow] ? lines.slice(0, -1) : lines;
}
