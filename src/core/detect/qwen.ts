import { askingQwen as asking } from './asking.ts';
import type { RuleBook, Screen, Zone } from './types.ts';
import { asked, flat, lastRow, questionIn, rowAbove, rowBelow, rowsAbove } from './zones.ts';

const EDGE = /^─{8,}/;
const OPTION = /^ *[›❯●] \d+\. /;
/** Stands in the last column once there is something to scroll to. */
const SCROLL_BAR = / *[│█]$/;
const WAITS = /^ *\S Waiting for user confirmation\.\.\.$/;

/** ```text
 *   ⠹ Thinking (0s · esc to cancel)          ? Shell npm test ←
 * ──────────────                             Allow execution of: 'npm'?
 * > typed text    the cursor is here         › 1. Yes, allow once
 * ──────────────
 *   footer                                   ⠏ Waiting for user confirmation...   the last text on the screen
 * ```
 */
function zone(screen: Screen): Zone | null {
  const { cursor } = screen;
  const lines = screen.lines.map((line) => line.replace(SCROLL_BAR, ''));
  const last = lastRow(screen);
  const top = rowAbove(lines, cursor.y, EDGE);
  const bottom = rowBelow(lines, cursor.y, EDGE);
  if (top >= 0 && bottom > 0 && /^[>!*] ?/.test(lines[top + 1]!) && last - bottom <= 6) {
    return {
      kind: 'input',
      text: flat(lines.slice(top + 1, bottom)),
      foot: flat(lines.slice(bottom + 1, last + 1)),
      head: flat(rowsAbove(lines, top, 2)),
    };
  }
  const boxed = inBox(lines, last);
  if (boxed) return boxed;
  const option = lines.findLastIndex((line) => OPTION.test(line));
  if (option < 0 || !WAITS.test(lines[last]!)) return null;
  const from = rowAbove(lines, option, /^ *\? \S/);
  const rows = lines.slice(Math.max(from, 0), last + 1);
  const place = { rows: rows.slice(0, -1), top: Math.max(from, 0), bottom: last - 1 };
  const texts = { text: flat(rows), foot: flat(rows.slice(-3)), head: flat(rows.slice(0, 2)) };
  return { kind: 'dialog', ...texts, ...place, ...asks(rows) };
}

/** A dialog of its own, such as which folder is trusted: a box at the end of the screen in which something is selected. */
function inBox(lines: readonly string[], last: number): Zone | null {
  const [, indent] = /^( *)[╰└]─{8,}[╯┘]?$/.exec(lines[last] ?? '') ?? [];
  if (indent === undefined) return null;
  const from = rowAbove(lines, last, new RegExp(`^${indent}[╭┌]─{8,}[╮┐]?$`));
  const rows = lines.slice(from + 1, last).map((row) => row.replace(/^ *│ ?/, '').replace(/ *│$/, ''));
  if (from < 0 || !rows.some((row) => /^ *[›●] +\S/.test(row))) return null;
  const heading = rows.find((row) => row.trim() !== '')?.trim() ?? '';
  const place = { rows, top: from + 1, bottom: last - 1 };
  const texts = { text: flat(rows), foot: '', head: flat(rows.slice(0, 2)) };
  return { kind: 'dialog', ...texts, ...place, ...asked(heading.replace(/^> /, '')) };
}

/** `Shell: npm test`, `WriteFile: Writing to hello.txt`, else the question before the options. */
function asks(rows: string[]): { asks?: string } {
  const end = rows.findIndex((row) => row.trim() === '');
  const [, name, what] = /^\? (\S+) (.*?) ?←?$/.exec(flat(rows.slice(0, Math.max(end, 1))).replace(/ ← ?/, ' ')) ?? [];
  if (name === 'AskUserQuestion' || name === undefined) return asked(questionIn(rows.slice(Math.max(end, 0))));
  return asked(name, (what ?? '').replace(/ \(.*$/, ''));
}

const BUSY = /^[◐◑◒◓]/;

export const qwen: RuleBook = {
  agent: 'qwen',
  version: 2,
  seen: '0.24.4',
  zone,
  asking,
  rules: [
    {
      id: 'question',
      in: 'dialog',
      head: /^\? AskUserQuestion/,
      says: 'waiting',
      waitingFor: 'question',
      detail: 'it asks',
    },
    {
      id: 'approval',
      in: 'dialog',
      foot: /Waiting for user confirmation\.\.\.$/,
      says: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks to allow',
    },
    {
      id: 'dialog',
      in: 'dialog',
      not: { title: BUSY },
      says: 'waiting',
      waitingFor: 'input',
      detail: 'a dialog of its own is open',
    },
    { id: 'busy-title', in: 'any', title: BUSY, says: 'running', detail: 'its title spins' },
    {
      id: 'busy-line',
      in: 'input',
      not: { title: /^Qwen\b/ },
      head: /\(\d.* · esc to cancel\)/,
      says: 'running',
      detail: 'it offers to cancel above its input line',
    },
    {
      id: 'busy-footer',
      in: 'input',
      foot: /\bEnter to( |$)|Ctrl\+Q to queue/,
      says: 'running',
      detail: 'its footer offers to steer it',
    },
    {
      id: 'idle',
      in: 'input',
      title: /^Qwen\b/,
      not: { head: /esc to cancel\)$/ },
      says: 'idle',
      detail: 'it rests at its input line',
    },
  ],
};
