import type { Emulator } from '../emulator/emulator.ts';
import { screenAnsi } from './text.ts';

/** What, written to any terminal of the same size, shows the screen as it is, and puts the cursor there. Nothing scrolls. */
export function screenSnapshot(emulator: Emulator): string {
  const { cursor, modes } = emulator;
  const rows = screenAnsi(emulator).map((row, y) => (row ? `\x1b[${y + 1};1H${row}` : ''));
  const place = `\x1b[${cursor.y + 1};${cursor.x + 1}H\x1b[?25${cursor.visible ? 'h' : 'l'}`;
  return `\x1b[?1049${modes.alternate ? 'h' : 'l'}\x1b[0m\x1b[2J${rows.join('')}${place}`;
}
