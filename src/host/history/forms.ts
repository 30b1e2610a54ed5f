import type { Access } from '../emulator/access.ts';
import type { Change } from './align.ts';
import { grownFrom } from './change.ts';
import { BLANK, type Look, readSight, type Sight } from './sight.ts';

/** What has stood this long (ms) is remembered: with the looks' spacing, all that could be read for half a second. */
export const STOOD_MS = 300;
/** A line's text is read once it has stood this long (ms), or when so few are new. */
const READ_MS = 80;
const FEW = 8;
/** Forms of a counter that are remembered: the first, one after this long (ms), one after four times as long, and so on, and the last. */
const COUNTER_MS = 60_000;
/** Forms that are remembered before a line that may be part of a page counts as a counter. */
const TURNS = 20;

/** It could be read: a line that changes by itself counts from when it first did. */
export const stood = (one: Sight) =>
  one !== BLANK && one.text !== undefined && one.until - (one.lineage?.since ?? one.since) >= STOOD_MS;

/** Reads what has stood for a while, and what is new where little is, or where something went that could be read. */
export function readLines(access: Access, { lines, gone, arrived }: Look, now: number): void {
  for (const one of lines) if (one.text === undefined && now - one.since >= READ_MS) readSight(access, one);
  if (arrived.length <= FEW || gone.some(stood)) for (const one of arrived) readSight(access, one);
}

/** As what it was last shown for long enough. The rest of a line that was longer is less than that line, unless it was written anew. */
export function lastForm(one: Sight): Sight | undefined {
  const isRest = one.cut && (one.was?.text ?? '').includes(one.text ?? '');
  return stood(one) && !isRest ? one : one.was;
}

/** Of lines that are no more: how each was last shown for long enough. */
export function lastForms(lines: Sight[]): Sight[] {
  const forms: Sight[] = [];
  for (const one of lines) {
    const form = lastForm(one);
    if (form && form !== one) Object.assign(one, { text: form.text, runs: form.runs, since: form.since });
    // Of a line whose rest was written anew both could be read.
    if (form === one && one.cut && one.was?.text && !grownFrom(one.was.text, one.text!)) forms.push(one.was);
    if (form) forms.push(one);
  }
  return forms;
}

/** Whether a line that is gone is to be remembered. What it has become goes on counting for it. */
export function wanted(one: Sight, change: Change | undefined, now: number): boolean {
  if (one.text === undefined || change?.kind === 'grown') return false;
  const lineage = change?.into.lineage ?? one.lineage;
  if (!lineage || !(change || lineage.named)) return true;
  if (one.until - one.since < STOOD_MS) return false;
  const due = lineage.kept === 0 || now - lineage.keptAt >= COUNTER_MS * 4 ** (lineage.kept - 1);
  if (!due && !(change?.kind === 'turned' && lineage.kept < TURNS)) return false;
  lineage.kept++;
  lineage.keptAt = now;
  return true;
}
