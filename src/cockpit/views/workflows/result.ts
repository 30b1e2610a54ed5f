import type { Run } from '../../../schema/run.ts';
import { exactTime } from '../numbers.ts';
import { clean, line, type Row, type Span, wrap } from '../span.ts';
import { markdownRows } from '../talk/markdown/blocks.ts';
import { codeRows } from '../talk/markdown/code.ts';

const TIME = 9;
const TONES: Record<Run['log'][number]['level'], Span['tone']> = { log: 'plain', warn: 'wait', error: 'bad' };

/** The log, `back` lines back from its end; of all of it only what is seen is folded. */
export function logRows(
  { log }: Pick<Run, 'log'>,
  { width, height, back }: { width: number; height: number; back: number },
  now: number,
): Row[] {
  if (log.length === 0) return [line(' Nothing was logged.', 'dim')];
  const rows: Row[] = [];
  for (let at = log.length - 1 - back; at >= 0 && rows.length < height; at--)
    rows.unshift(...lineRows(log[at]!, width, now));
  return rows.slice(-height);
}

function lineRows({ at, level, text }: Run['log'][number], width: number, now: number): Row[] {
  const time = ` ${exactTime(at, now)} `;
  const room = Math.max(TIME, width - time.length - 1);
  const lines = text.split('\n').flatMap((part) => wrap(clean(part), room));
  return lines.map(
    (part, index): Row => [
      { text: index === 0 ? time : ' '.repeat(time.length), tone: 'dim' },
      { text: part, tone: TONES[level] },
    ],
  );
}

const known = new WeakMap<Run, { key: string; rows: Row[] }>();

/** The result: Markdown where it is a text, else JSON; why there is none. */
export function resultRows(run: Run, width: number): Row[] {
  const key = `${width} ${run.outcome} ${run.result?.length}`;
  const kept = known.get(run);
  if (kept?.key === key) return kept.rows;
  const rows = madeRows(run, Math.max(1, width - 2)).map((row): Row => [{ text: ' ' }, ...row]);
  known.set(run, { key, rows });
  return rows;
}

function madeRows({ result, outcome, error }: Run, width: number): Row[] {
  if (result === null) {
    const words =
      outcome === null ? 'The result stands here when the run has ended.' : (error ?? 'It ended without a result.');
    return wrap(clean(words), width).map((text) => line(text, 'dim'));
  }
  const value = parsed(result);
  if (typeof value === 'string') return markdownRows(value, width);
  const text = reportOf(value);
  if (text !== null) return markdownRows(text, width);
  return codeRows(JSON.stringify(value, null, 2).split('\n'), 'json', width);
}

/** What the result is as a text that can be copied. */
export function resultText(result: string): string {
  const value = parsed(result);
  return typeof value === 'string' ? value : (reportOf(value) ?? JSON.stringify(value, null, 2));
}

/** A result with a `report` in Markdown is read as that. */
const reportOf = (value: unknown): string | null =>
  value !== null && typeof value === 'object' && 'report' in value && typeof value.report === 'string'
    ? value.report
    : null;

/** What is no JSON is taken as the text that it is. */
function parsed(result: string): unknown {
  try {
    return JSON.parse(result);
  } catch {
    return result;
  }
}
