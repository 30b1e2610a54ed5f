import { type DiffRow, unifiedRows } from '../../../core/diff/rows.ts';
import { parseFiles } from '../../../core/patch/files.ts';
import { headerOf } from '../../../core/patch/pieces.ts';
import { reveal } from '../review/code.ts';
import { lineRow } from '../review/lines.ts';
import { counts } from '../review/marks.ts';
import type { Painted } from '../review/painted.ts';
import { clean, fitRow, line, type Row } from '../span.ts';
import { exactRows } from './fold.ts';
import type { Part } from './parts.ts';

interface FileDiff extends Painted {
  rows: DiffRow[];
  headers: string[];
  added: number;
  removed: number;
}

const known = new Map<string, FileDiff[]>();
/** So many diffs are kept taken apart: the one that is seen, and the list's counts beside it. */
const KEPT = 64;

function filesOf(diff: string): FileDiff[] {
  let files = known.get(diff);
  if (!files) {
    files = parseFiles(diff).map(({ file, hunks }) => {
      const lines = hunks.map((hunk) =>
        hunk.lines.map(({ type, bytes }) => ({
          type,
          text: bytes.replace(/\n$/, ''),
          ...(!bytes.endsWith('\n') && { noEol: true }),
        })),
      );
      const headers = hunks.map(headerOf);
      const laid = lines.map((own, index) => ({ hunk: { header: headers[index]!, pieces: [] }, lines: own }));
      const count = (type: string) => lines.flat().filter((one) => one.type === type).length;
      const rows = unifiedRows(laid as never);
      return { file, hunks: laid, rows, headers, added: count('added'), removed: count('removed') };
    });
    known.set(diff, files);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
  }
  return files;
}

/** Lines that a diff adds and removes; null: it cannot be read as a diff. */
export function diffCounts(diff: string): { added: number; removed: number } | null {
  const files = filesOf(diff);
  if (files.length === 0) return null;
  return {
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
  };
}

/** A diff in the colours of the review; one that cannot be read as a diff as the text that it is. */
export function diffParts(diff: string, width: number, shift: number): Part[] {
  const files = filesOf(diff);
  if (files.length === 0) return [{ count: 1, row: () => line('Diff, as it was given', 'dim') }, rawPart(diff, width)];
  return files.flatMap((file): Part[] => {
    const title: Row = [
      { text: '─ ', tone: 'border' },
      { text: `${clean(file.file) || 'the file'} `, tone: 'strong' },
      ...counts(file.added, file.removed),
    ];
    return [
      { count: 1, row: () => title },
      { count: file.rows.length, row: (at) => diffRow(file, file.rows[at]!, width, shift) },
      { count: 1, row: () => [] },
    ];
  });
}

function diffRow(file: FileDiff, row: DiffRow, width: number, shift: number): Row {
  if (row.kind === 'head') return fitRow([{ text: reveal(file.headers[row.hunk]!), tone: 'accent' }], width);
  if (row.kind === 'pair') return [];
  const digits = digitsOf(file);
  const number = (value: number | null) => (value === null ? '' : String(value)).padStart(digits);
  const numbers = `${number(row.old)} ${number(row.new)} `;
  const code = lineRow({ diff: file, row, width: Math.max(1, width - numbers.length), shift, hits: [] });
  return [{ text: numbers, tone: 'dim' }, ...code];
}

const digitsOf = ({ rows }: FileDiff): number =>
  String(Math.max(1, ...rows.slice(-1).flatMap((row) => (row.kind === 'line' ? [row.old ?? 0, row.new ?? 0] : []))))
    .length;

function rawPart(diff: string, width: number): Part {
  const rows = diff
    .split('\n')
    .flatMap((text) => exactRows(text, width, text[0] === '+' ? 'good' : text[0] === '-' ? 'bad' : 'plain'));
  return { count: rows.length, row: (at) => rows[at]! };
}
