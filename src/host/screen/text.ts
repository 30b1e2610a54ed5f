import { createHash } from 'node:crypto';
import type { Emulator } from '../emulator/emulator.ts';
import { lineExtras, lineText, textCells } from '../emulator/line.ts';
import { styledCells, styledText } from '../history/style.ts';

/** Rows of the screen as text, right-trimmed. */
export function screenLines(emulator: Emulator): string[] {
  return Array.from({ length: emulator.size.rows }, (_, y) => {
    const line = emulator.line(y);
    return lineText(line, textCells(line)).trimEnd();
  });
}

/** The rows as text, which of them go on with the line of the row before, and what of the first one's line has left the screen; with `ansi` both in colours as well. */
export function screenText(emulator: Emulator, history: { open: string; openAnsi: string }, ansi: boolean) {
  const { modes, size } = emulator;
  return {
    open: modes.alternate ? '' : history.open,
    ...(ansi && !modes.alternate && { openAnsi: history.openAnsi }),
    lines: screenLines(emulator),
    wrapped: Array.from({ length: size.rows }, (_, y) => emulator.line(y).isWrapped),
  };
}

/** Rows of the screen with SGR sequences and nothing else. */
export function screenAnsi(emulator: Emulator): string[] {
  return Array.from({ length: emulator.size.rows }, (_, y) => {
    const line = emulator.line(y);
    const { text, runs } = styledCells(line, line._data.length / 3);
    // Blank cells at the end in default looks are no part of the picture.
    const last = runs.at(-1);
    if (last && last.fg === 0 && last.bg === 0) {
      const kept = text.slice(text.length - last.units).trimEnd().length;
      return styledText(text.slice(0, text.length - last.units + kept), [
        ...runs.slice(0, -1),
        { ...last, units: kept },
      ]);
    }
    return styledText(text, runs);
  });
}

/** Hash of text and looks of a region of rows (null: all), 32 hex digits. Rows outside the screen count as absent. */
export function screenHash(emulator: Emulator, region: { top: number; bottom: number } | null): string {
  const { cols, rows } = emulator.size;
  const hash = createHash('sha256').update(`${cols}`);
  for (let y = region?.top ?? 0; y <= Math.min(region?.bottom ?? rows - 1, rows - 1); y++) {
    const line = emulator.line(y);
    hash.update(Buffer.from(line._data.buffer, line._data.byteOffset, line._data.byteLength));
    const extras = lineExtras(line, cols);
    if (extras) hash.update(JSON.stringify(extras));
  }
  return hash.digest('hex').slice(0, 32);
}
