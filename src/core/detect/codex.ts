import { askingCodex as asking } from './asking.ts';
import type { RuleBook, Screen, Zone } from './types.ts';
import { asked, flat, lastRow, rowAbove, rowsAbove } from './zones.ts';

const HEADING = /^ {2}\S/;
const OPTION = /^ *[›>] \d+\. /;
/** The most rows that a footer takes, in a narrow terminal. */
const FOOT_ROWS = 5;

/** ```text
 * › typed text           the cursor is here      Would you like to run the following command?
 *                                                $ npm test
 *   footer                                     › 1. Yes, proceed (y)
 *                                                Press enter to confirm or esc to cancel   the last text on the screen
 * ```
 */
function zone(screen: Screen): Zone | null {
  const { lines, cursor } = screen;
  const last = lastRow(screen);
  const prompt = lines.findLastIndex((line) => /^[›!]( |$)/.test(line) && !OPTION.test(line));
  const gap = lines.findIndex((line, y) => y > cursor.y && line.trim() === '');
  const below = lines.slice(gap + 1, last + 1);
  const typed = prompt >= 0 && cursor.x >= 2 && cursor.y >= prompt && cursor.y < last;
  if (typed && gap > 0 && below.length <= FOOT_ROWS && below.every((row) => /^ {2}/.test(row))) {
    const head = flat(rowsAbove(lines, prompt, 3));
    return { kind: 'input', text: flat(lines.slice(prompt, gap)), foot: flat(below), head };
  }
  const option = lines.findLastIndex((line) => OPTION.test(line));
  if (option < 0 || prompt > option) return null;
  const from = rowAbove(lines, option, /^( {2}Question \d| {2}Would you like to|[•■✔›] )/);
  const rows = lines.slice(Math.max(from, 0), last + 1);
  const hint = rows.findLastIndex((row) => row.trim() === '');
  const foot = flat(rows.slice(hint + 1));
  const heading = rows.findIndex((row) => HEADING.test(row));
  const place = { rows, top: Math.max(from, 0), bottom: last };
  return { kind: 'dialog', text: flat(rows), foot, head: rows[heading]?.trim() ?? '', ...place, ...asks(rows) };
}

/** A path is cut where the row ends. */
const wrapped = (rows: string[]) => rows.map((row) => row.trim()).join('');

/** The command after its `$`, the file of an edit, else the question. */
function asks(rows: string[]): { asks?: string } {
  const option = rows.findIndex((row) => OPTION.test(row));
  const before = rows.slice(0, option);
  const dollar = before.findIndex((row) => /^ {2}\$ /.test(row));
  if (dollar >= 0) return asked('command', flat(before.slice(dollar)).replace(/^\$ /, ''));
  const file = before.findIndex((row) => /^ {2}Destination:/.test(row));
  if (file >= 0) return asked('edit', wrapped(before.slice(file)).replace(/^Destination: ?/, ''));
  const text = before.filter((row) => row.trim() !== '' && !/^ {2}Question \d|^[•■✔›] /.test(row));
  return asked(flat(text));
}

const SPINS = /^[⠁-⣿] /;

export const codex: RuleBook = {
  agent: 'codex',
  version: 2,
  seen: '0.169.0',
  zone,
  asking,
  rules: [
    {
      id: 'approval',
      in: 'dialog',
      text: /Would you like to |Do you want to /,
      foot: /Press enter to confirm or esc to cancel$/,
      says: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks to allow',
    },
    {
      id: 'question',
      in: 'dialog',
      foot: /enter to submit (answer|all)( \|)?( esc to \w+)?$/,
      says: 'waiting',
      waitingFor: 'question',
      detail: 'it asks',
    },
    {
      id: 'dialog',
      in: 'dialog',
      foot: /(esc( to)? (go back|back|cancel|close|skip)|\^c quit|(enter|esc)( to)? (continue|confirm|select))$/i,
      says: 'waiting',
      waitingFor: 'input',
      detail: 'a dialog of its own is open',
    },
    { id: 'busy-title', in: 'any', title: SPINS, says: 'running', detail: 'its title spins' },
    {
      id: 'busy-line',
      in: 'input',
      title: /^$/,
      head: /• [^•]*\(\d[\dhms ]* • esc to interrupt\)/,
      says: 'running',
      detail: 'it offers to interrupt above its input line',
    },
    {
      id: 'idle',
      in: 'input',
      title: /^\S/,
      not: { title: /Action Required/ },
      says: 'idle',
      detail: 'it rests at its input line, and its title does not spin',
    },
  ],
};
