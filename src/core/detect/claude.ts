import { askingClaude as asking } from './asking.ts';
import type { RuleBook, Screen, Zone } from './types.ts';
import { asked, flat, lastRow, rowAbove, rowBelow, rowsAbove, withoutSidePanel } from './zones.ts';

/** A rule from edge to edge; the lower edge of what it draws itself has no other text. */
const EDGE = /^[─▔]{8}.*[─▔]$/;
const DASHES = /^╌{8,}$/;

/** ```text
 * ─────────────        ─────────────
 * ❯ typed text          Bash command
 * ─────────────         npm test
 *   footer              ❯ 1. Yes          the cursor is on the selected option
 *                       Esc to cancel     the last text on the screen; where nothing can be selected, the cursor is below it
 * ```
 * On wide terminals a panel of files may stand on the right of all of it.
 */
function zone(screen: Screen): Zone | null {
  const { cursor } = screen;
  const lines = withoutSidePanel(screen);
  const last = lastRow(screen);
  // Where there is nothing to select, the cursor is put away below the dialog, at the left.
  const away = cursor.x === 0 && cursor.y >= last;
  const top = rowAbove(lines, away ? last : cursor.y, EDGE);
  if (top < 0 || (cursor.y > last && !away)) return null;
  const bottom = rowBelow(lines, cursor.y, EDGE);
  if (bottom > 0 && /^[❯!] ?/.test(lines[top + 1]!) && !OPTION.test(lines[top + 1]!) && last - bottom <= 6) {
    return {
      kind: 'input',
      text: flat(lines.slice(top + 1, bottom)),
      foot: flat(lines.slice(bottom + 1, last + 1)),
      head: flat(rowsAbove(lines, top, 5)),
    };
  }
  const rows = lines.slice(top + 1, last + 1);
  const selects = /^ *❯ /.test(lines[cursor.y]!) || /^ *❯ /.test(lines[cursor.y]!.slice(cursor.x));
  if (!selects && !(KEYS.test(flat(rows.slice(-3))) && !/^[❯!]/.test(rows[0]!))) return null;
  const place = { rows, top: top + 1, bottom: last };
  const texts = { text: flat(rows), foot: flat(rows.slice(-3)), head: flat(rows.slice(0, 2)) };
  return { kind: 'dialog', ...texts, ...place, ...asks(rows) };
}
const OPTION = /^❯ \d+\. /;
/** What a dialog without a selection, or with the cursor where one searches, ends with. */
const KEYS = /\S to .* · Esc to (cancel|close|exit|go back|reject all)$/;

/** `Bash command: npm test`, `Edit file: hello.txt`, else the question before the options. */
function asks(rows: string[]): { asks?: string } {
  const head =
    rows
      .find((row) => row.trim() !== '')
      ?.trim()
      .replace(/:$/, '') ?? '';
  const dashes = rows.flatMap((row, y) => (DASHES.test(row) ? [y] : []));
  if (dashes.length === 0) {
    const question = rows.find((row) => row.trim().endsWith('?'));
    return asked(head, question === undefined || question.trim() === head ? '' : question.trim());
  }
  if (/command$/.test(head)) return asked(head, flat(rows.slice(dashes[0]! + 1, dashes[1])));
  return asked(head, flat(rows.slice(rows.findIndex((row) => row.trim() !== '') + 1, dashes[0])));
}

const BUSY = /^[◐◑◒◓]/;
const REST = /^✳/;

export const claude: RuleBook = {
  agent: 'claude',
  version: 2,
  seen: '2.1.329',
  asksBesideHook: true,
  zone,
  asking,
  rules: [
    {
      id: 'approval',
      in: 'dialog',
      text: /Do you want to |Would you like to proceed/,
      foot: /Esc to cancel( · .*)?$|to edit in/,
      // So end what it asks before a session begins, such as whether a key may be used.
      not: { foot: /Enter to confirm · Esc to cancel$/ },
      says: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks to allow',
    },
    {
      id: 'question',
      in: 'dialog',
      foot: /Enter to select · .*navigate/,
      says: 'waiting',
      waitingFor: 'question',
      detail: 'it asks',
    },
    {
      id: 'dialog',
      in: 'dialog',
      foot: /Esc to (cancel|close|exit|go back|reject all)|Enter to (confirm|continue)|Press Enter/,
      says: 'waiting',
      waitingFor: 'input',
      detail: 'a dialog of its own is open',
    },
    { id: 'busy-title', in: 'any', title: BUSY, says: 'running', detail: 'its title spins' },
    {
      id: 'busy-footer',
      in: 'input',
      foot: /esc to interrupt/,
      says: 'running',
      detail: 'its footer offers to interrupt',
    },
    { id: 'idle', in: 'input', title: REST, says: 'idle', detail: 'it rests at its empty input line', text: /^[❯!]$/ },
    { id: 'typed', in: 'input', title: REST, says: 'idle', detail: 'it rests; something is typed at its input line' },
  ],
};
