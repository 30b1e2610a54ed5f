import { unifiedRows } from '../../../core/diff/rows.ts';
import { type PatchHunk, parseHunks } from '../../../core/patch/parse.ts';
import type { DiffLine } from '../../../schema/change.ts';
import type { FetchedDiff } from '../../store/review.ts';
import { codeRow } from '../review/code.ts';
import { hasMixedEnds, marksAt, tokensAt } from '../review/painted.ts';
import { clean, cut, type Row, type Span } from '../span.ts';
import { leftOut, SHOWN } from './lines.ts';
import { relative } from './words.ts';

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;

/** Lines that a unified diff adds and takes away. */
export function diffCounts(diff: string): { added: number; removed: number } {
  let [added, removed] = [0, 0];
  let inHunk = false;
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@')) inHunk = true;
    else if (line.startsWith('diff --git ') || line.startsWith('--- ')) inHunk = false;
    else if (inHunk && line[0] === '+') added++;
    else if (inHunk && line[0] === '-') removed++;
  }
  return { added, removed };
}

/** A unified diff of any number of files, coloured as in the review. */
export function diffRows(diff: string, width: number, { how, root }: { how: keyof typeof SHOWN; root: string }): Row[] {
  const most = SHOWN[how].head + SHOWN[how].tail;
  const out: Row[] = [];
  let all = 0;
  for (const file of filesOf(diff)) {
    const rows = unifiedRows(file.hunks);
    all += rows.length + 1;
    if (out.length >= most) continue;
    if (file.file !== '') out.push([{ text: cut(clean(nameOf(file.file, root)), width), tone: 'strong' }]);
    const digits = String(
      Math.max(0, ...rows.map((row) => (row.kind === 'line' ? (row.new ?? row.old ?? 0) : 0))),
    ).length;
    for (const row of rows.slice(0, most - out.length)) {
      if (row.kind === 'head') {
        out.push([{ text: cut(clean(file.hunks[row.hunk]!.hunk.header), width), tone: 'accent' }]);
        continue;
      }
      const { type, text, noEol = false } = file.hunks[row.hunk]!.lines[row.line]!;
      const number: Span = { text: `${String(row.new ?? row.old ?? '').padStart(digits)} `, tone: 'dim' };
      const ground = type === 'context' ? null : type;
      const sign: Span = { text: SIGNS[type], ...(ground && { ground, tone: ground === 'added' ? 'good' : 'bad' }) };
      const marks = row.mate === null ? null : marksAt(file, row.hunk, row.line, row.mate);
      const code = codeRow({
        ...{ text, shift: 0, hits: [], blanks: marks?.blanks ? marks.ranges : [], ground, noEol },
        width: Math.max(1, width - digits - 2),
        tokens: tokensAt(file, row.hunk, row.line),
        marks: marks?.ranges ?? [],
        showsReturn: ground !== null && hasMixedEnds(file, row.hunk),
      });
      out.push([number, sign, ...code]);
    }
  }
  return [...out, ...leftOut(all - out.length, how)];
}

/** Absolute ones stand in a diff without their first slash. */
const nameOf = (file: string, root: string): string =>
  root !== '' && file.startsWith(`${root.slice(1)}/`) ? file.slice(root.length) : relative(file, root);

/** Shaped as the review's, so that the same colours come of it. */
function filesOf(diff: string): FetchedDiff[] {
  const parts = diff
    .split(/^(?=diff --git )|^(?=--- .*\n\+\+\+ )/m)
    .filter((part) => part.includes('\n@@') || part.startsWith('@@'));
  return parts.map((part) => {
    const name = /^\+\+\+ (?:b\/)?(.*?)\t?$/m.exec(part)?.[1] ?? '';
    const old = /^--- (?:a\/)?(.*?)\t?$/m.exec(part)?.[1] ?? '';
    const file = name === '/dev/null' ? old : name;
    const { hunks } = parseHunks(part.slice(Math.max(0, part.search(/^@@/m))));
    const shape = { agent: '', split: false, context: 3, change: {} as FetchedDiff['change'] };
    return { ...shape, file, hunks: hunks.map(shownHunk) };
  });
}

function shownHunk({ oldStart, oldLines, newStart, newLines, section, lines }: PatchHunk) {
  const header = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@${section ? ` ${section}` : ''}`;
  const shown = lines.map(({ type, bytes }): DiffLine => {
    const text = bytes.replace(/\n$/, '');
    return bytes.endsWith('\n') ? { type, text } : { type, text, noEol: true };
  });
  return { hunk: { id: '', header, added: 0, removed: 0, state: null, pieces: [] }, lines: shown };
}
