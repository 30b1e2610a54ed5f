import type { WriteDialog } from '../../store/dialogs.ts';
import type { Reading } from '../../store/reading.ts';
import { fieldLine } from '../dialogs/text.ts';
import { exactTime, grouped, plural } from '../numbers.ts';
import { clean, type Row, type Span, takeCells } from '../span.ts';
import { type Area, atEnd, lineAt, linesInSight } from './place.ts';

/** The right end of the title: where one is and, unless it must be short, when that was printed. */
export function readingState(reading: Reading, area: Area, short: boolean): Row {
  if (reading.error) return [{ text: '✖ history', tone: 'bad' }];
  if (reading.loading) return [{ text: 'reading…', tone: 'dim' }];
  if (reading.total < reading.first) return [{ text: 'HISTORY · empty', tone: 'typing' }];
  const { first } = linesInSight(reading, reading.top, area);
  const line = Math.min(first, reading.total);
  const at = lineAt(reading, line)?.at;
  const where = `${grouped(line)} of ${grouped(reading.total)}`;
  const spans: Span[] = [{ text: `HISTORY ${short ? '' : 'line '}${where}`, tone: 'typing' }];
  if (at && !short) spans.push({ text: ` · ${exactTime(at)}`, tone: 'dim' });
  return spans;
}

/** The bottom border: what a jump has to say, what is selected or found, what is new below. */
export function readingFoot(reading: Reading, area: Area): Row {
  const parts: Row[] = [];
  const { error, note, selection, hits, first, total, seen } = reading;
  if (error) parts.push([{ text: `✖ ${clean(error)}`, tone: 'bad' }]);
  if (note) parts.push([{ text: clean(note), tone: 'wait' }]);
  if (selection) {
    const count = Math.abs(selection.to - selection.from) + 1;
    parts.push([{ text: `${plural(count, 'line')} selected`, tone: 'key' }]);
  }
  // One that has left the history is told of in the note: nothing of it is in sight.
  const gone = (hits?.matches[hits.at]?.line ?? first) < first;
  if (hits && !gone) parts.push([{ text: hitWords(hits.at, hits.matches.length, hits.total), tone: 'match' }]);
  if (total > seen && !atEnd(reading, area)) {
    parts.push([{ text: `▼ ${plural(total - seen, 'new line')} below`, tone: 'accent' }]);
  }
  return parts.flatMap((part, index) => (index ? [{ text: ' · ', tone: 'dim' as const }, ...part] : part));
}

function hitWords(at: number, shown: number, total: number): string {
  if (total === 0) return 'no match';
  const place =
    at >= 0 ? `match ${at + 1} of ${grouped(shown)}` : `${grouped(shown)} ${shown === 1 ? 'match' : 'matches'}`;
  return total > shown ? `${place}, the newest of ${grouped(total)}` : place;
}

/** The file that is asked for in one line, where nothing stands around the history; `_` is the cursor. */
export function writeFoot({ from, to, path, busy }: WriteDialog, width: number): Row {
  const ask = `Write ${plural(to - from + 1, 'line')} to: `;
  const { text, x } = fieldLine({ ...path, text: clean(path.text) }, Math.max(1, width - ask.length - 1));
  if (busy) return [{ text: `${ask}${text}…` }];
  const before = x > 0 ? takeCells(text, x) : '';
  return [{ text: `${ask}${before}_${text.slice(before.length)}` }];
}

/** Between what is history and the live screen. */
export function nowMark(width: number, text: string): Row {
  const label = ` ${text} `;
  const left = Math.max(0, Math.floor((width - label.length) / 2));
  const right = Math.max(0, width - label.length - left);
  return [{ text: `${'─'.repeat(left)}${label}${'─'.repeat(right)}`.slice(0, width), tone: 'accent' }];
}
