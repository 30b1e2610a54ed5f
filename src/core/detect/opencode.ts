import { askingOpencode as asking } from './asking.ts';
import type { RuleBook, Screen, Zone } from './types.ts';
import { asked, flat, lastRow, questionIn, rowBelow } from './zones.ts';

const BAR = /^ *┃/;
const inner = (row: string) => row.replace(/^ *┃ ?/, '');

/** ```text
 *   ┃                                      ┃  △ Permission required
 *   ┃  typed text    the cursor is here    ┃    # Shell command
 *   ┃  Build · model                       ┃  $ npm test
 *   ╹▀▀▀▀▀▀▀▀▀▀▀▀                          ┃   Allow once   Allow always   Reject
 *    ■■■⬝⬝⬝⬝⬝  esc interrupt               ┃                                         the last text on the screen
 * ```
 * Wide terminals have a side bar on the right of all of it.
 */
function zone(screen: Screen): Zone | null {
  const { lines, cursor } = screen;
  const last = lastRow(screen);
  const bottom = rowBelow(lines, cursor.y, /^ *╹▀{8,}/);
  const bars = (from: number, to: number) => lines.slice(from, to).every((row) => BAR.test(row));
  if (bottom > 0 && bottom - cursor.y <= 12 && cursor.x >= 3 && bars(cursor.y, bottom)) {
    const foot = lines.slice(bottom + 1, last + 1);
    const text = flat(lines.slice(cursor.y, bottom - 1).map(inner));
    return { kind: 'input', text, foot: foot.find((row) => row.trim() !== '') ?? '', head: '' };
  }
  if (rowBelow(lines, -1, /^ *╹▀{8,}/) > 0 || last < 2) return null;
  const end = lines.findLastIndex((row) => BAR.test(row));
  if (end < lines.length - 3 || end < last - 1) return null;
  const from = lines.findLastIndex((row, y) => y < end && !BAR.test(row)) + 1;
  const rows = lines.slice(from, end + 1).map(inner);
  const hint = flat(rows.slice(-5));
  const place = { rows, top: from, bottom: end };
  return { kind: 'dialog', text: flat(rows), foot: hint, head: flat(rows.slice(0, 3)), ...place, ...asks(rows) };
}

/** `Shell command: npm test`, `Edit hello.txt`, else the question. */
function asks(rows: string[]): { asks?: string } {
  const texts = rows.map((row) => row.trim()).filter((row) => row !== '');
  if (!/^△ /.test(texts[0] ?? '')) return asked(questionIn(rows));
  const tool = (texts[1] ?? '').replace(/^[#→←] /, '');
  const dollar = rows.findIndex((row) => /^ *\$ /.test(row));
  if (dollar < 0) return asked(tool);
  const end = rows.findIndex((row, y) => y > dollar && row.trim() === '');
  return asked(tool, flat(rows.slice(dollar, end)).replace(/^\$ /, ''));
}

const WORKS = /^ *[⬝■]{4}|esc (again to )?interrupt/;

export const opencode: RuleBook = {
  agent: 'opencode',
  version: 2,
  seen: '1.18.33',
  zone,
  asking,
  rules: [
    {
      id: 'approval',
      in: 'dialog',
      head: /^△ Permission required/,
      foot: /Allow once|Reject|Confirm/,
      says: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks to allow',
    },
    {
      id: 'question',
      in: 'dialog',
      foot: /\benter .*\besc .*dismiss/,
      says: 'waiting',
      waitingFor: 'question',
      detail: 'it asks',
    },
    { id: 'busy', in: 'input', foot: WORKS, says: 'running', detail: 'its footer offers to interrupt' },
    {
      id: 'idle',
      in: 'input',
      title: /^OC \|/,
      foot: /^ *[/~]\S.*\(\d+%/,
      says: 'idle',
      detail: 'it rests at its input line',
    },
    { id: 'fresh', in: 'input', text: /^Ask anything…/, says: 'idle', detail: 'it waits for its first prompt' },
    {
      // After Enter it stays so for a while, with this title: only keys that were echoed just now tell that it rests.
      id: 'typing',
      in: 'input',
      title: /^OpenCode$/,
      foot: /^ *tab agents +ctrl\+p commands *$/,
      says: 'idle',
      forMs: 800,
      detail: 'its first prompt is being typed',
    },
  ],
};
