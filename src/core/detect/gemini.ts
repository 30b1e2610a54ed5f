import { askingGemini as asking } from './asking.ts';
import type { RuleBook, Screen, Zone } from './types.ts';
import { asked, flat, lastRow, questionIn, rowAbove, rowBelow, rowsAbove } from './zones.ts';

const inner = (row: string) => row.replace(/^\s*│ ?/, '').replace(/ ?│\s*$/, '');

/** ```text
 *  ⠴ Thinking... (esc to cancel, 1s)      ╭───────────────────────────────╮
 * ──────────────                          │ ? Shell  npm test             │
 * ▄▄▄▄▄▄▄▄▄▄▄▄▄▄                          │ Allow execution of [Shell]?   │
 *  > typed text    the cursor is here     │ ● 1. Allow once               │
 * ▀▀▀▀▀▀▀▀▀▀▀▀▀▀                          ╰───────────────────────────────╯  the last text on the screen
 *  footer
 * ```
 */
function zone(screen: Screen): Zone | null {
  const { lines, cursor } = screen;
  const last = lastRow(screen);
  const top = rowAbove(lines, cursor.y, /^▄{8,}$/);
  const bottom = rowBelow(lines, cursor.y, /^▀{8,}$/);
  if (top >= 0 && bottom > 0 && bottom - top <= 12 && /^ [>!*] /.test(`${lines[top + 1]} `) && last - bottom <= 8) {
    const rule = rowAbove(lines, top, /^─{8,}$/);
    return {
      kind: 'input',
      text: flat(lines.slice(top + 1, bottom)),
      foot: flat(lines.slice(bottom + 1, last + 1)),
      head: flat(rowsAbove(lines, rule < 0 ? top : rule, 2)),
    };
  }
  const plain = withoutFrame(screen, last);
  if (plain) return plain;
  if (last < 0 || !/^ ?╰─{8,}╯$/.test(lines[last]!)) return null;
  const indent = /^ ?/.exec(lines[last]!)![0];
  const from = rowAbove(lines, last, new RegExp(`^${indent}╭─{8,}╮$`));
  const rows = lines.slice(from + 1, last).map(inner);
  if (!rows.some((row) => /^● +\d*\.? ?\S/.test(row.trim()))) return null;
  const place = { rows, top: from + 1, bottom: last - 1 };
  const texts = { text: flat(rows), foot: flat(rows.slice(-3)), head: flat(rows.slice(0, 2)) };
  return { kind: 'dialog', ...texts, ...place, ...asks(rows) };
}

/** Without true colour its input line has empty rows where its frame was. */
function withoutFrame({ lines, cursor }: Screen, last: number): Zone | null {
  const prompt = lines.findLastIndex((row, y) => y <= cursor.y && /^ [>!*] /.test(`${row} `));
  const gap = lines.findIndex((row, y) => y > cursor.y && row.trim() === '');
  const rule = rowAbove(lines, prompt, /^─{8,}$/);
  const framed = prompt > 0 && lines[prompt - 1]!.trim() === '' && rule >= 0 && prompt - rule <= 4;
  if (!framed || cursor.y - prompt > 12 || gap < 0 || last - gap > 8) return null;
  return {
    kind: 'input',
    text: flat(lines.slice(prompt, gap)),
    foot: flat(lines.slice(gap + 1, last + 1)),
    head: flat(rowsAbove(lines, rule, 2)),
  };
}

/** `Shell: npm test`, `WriteFile: Writing to hello.txt`, else the question before the options. */
function asks(rows: string[]): { asks?: string } {
  const tool = rows.findIndex((row) => /^\? \S/.test(row));
  if (tool < 0) return asked(questionIn(rows));
  const named = /Allow execution of \[([^\]]+)\]/.exec(flat(rows))?.[1];
  const box = rows.findIndex((row) => /^╭─+╮$/.test(row));
  const end = rows.findIndex((row) => /^╰─+╯$/.test(row));
  if (named !== undefined && box >= 0 && end > box) return asked(named, flat(rows.slice(box + 1, end).map(inner)));
  const [, name, what] = /^\? (\S+) *(.*)$/.exec(flat(rows.slice(tool, box > tool ? box : tool + 1))) ?? [];
  return asked(name ?? '', what ?? '');
}

const APPROVAL = /Allow execution|Apply this change\?|Allow .*\?|Do you want to proceed\?/;
/** How to log in is chosen with `(Use Enter to select)`. */
const QUESTION = /^Answer Questions|(?<!Use )Enter to select/;
/** Its title changes before its screen does: an answered dialog that still stands is none any more. Empty: titles are off. */
const ASKS = /^✋|^$/;

export const gemini: RuleBook = {
  agent: 'gemini',
  version: 3,
  seen: '0.61.0',
  zone,
  asking,
  rules: [
    {
      id: 'approval',
      in: 'dialog',
      title: ASKS,
      text: APPROVAL,
      says: 'waiting',
      waitingFor: 'approval',
      detail: 'it asks to allow',
    },
    {
      id: 'question',
      in: 'dialog',
      title: ASKS,
      text: QUESTION,
      says: 'waiting',
      waitingFor: 'question',
      detail: 'it asks',
    },
    {
      id: 'dialog',
      in: 'dialog',
      not: { title: /^✦/, text: new RegExp(`${APPROVAL.source}|${QUESTION.source}`) },
      says: 'waiting',
      waitingFor: 'input',
      detail: 'a dialog of its own is open',
    },
    { id: 'busy-title', in: 'any', title: /^[✦⏲]/, says: 'running', detail: 'its title says that it works' },
    {
      id: 'busy-line',
      in: 'input',
      title: /^[^◇]|^$/,
      head: /\(esc to cancel, \d/,
      says: 'running',
      detail: 'it offers to cancel above its input line',
    },
    { id: 'idle', in: 'input', title: /^◇/, says: 'idle', detail: 'it rests at its input line' },
  ],
};
