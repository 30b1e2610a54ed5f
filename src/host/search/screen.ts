import type { Child } from '../children/child.ts';
import { type Line, lineCells, lineText } from '../emulator/line.ts';
import type { Lines } from './pieces.ts';

/**
 * The logical lines that a child's screen shows, with the numbers that they are about to get behind the `total` lines of
 * its history; while a full-screen program runs the screen that it covers comes first. Empty lines at the end are none.
 */
export function screenOf(child: Child, total: number): Lines {
  const { emulator, history } = child;
  const { access, size, modes } = emulator;
  const rows = (read: (y: number) => Line) => Array.from({ length: size.rows }, (_, y) => read(y));
  const shown = rows((y) => emulator.line(y));
  const above = access.scrollbackRows();
  const normal = modes.alternate ? rows((y) => access.scrollbackLine(above + y)) : shown;
  const texts = logicalLines(normal);
  // The first one may have begun above.
  if (texts.length > 0) texts[0] = history.open + texts[0];
  if (modes.alternate) texts.push(...logicalLines(shown));
  const { outputAt, startedAt } = child.info();
  return { first: total + 1, texts, at: texts.map(() => outputAt ?? startedAt) };
}

function logicalLines(rows: Line[]): string[] {
  const texts: string[] = [];
  for (const [y, row] of rows.entries()) {
    const text = lineText(row, lineCells(row, rows[y + 1]));
    if (row.isWrapped && texts.length > 0) texts.push(texts.pop()! + text);
    else texts.push(text);
  }
  return texts.slice(0, texts.findLastIndex((text) => text.trimEnd() !== '') + 1);
}
