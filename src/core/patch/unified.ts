import { linesOf } from './parse.ts';

/** Differences between two texts that are searched for; more, and the middle counts as replaced as a whole. */
const MAX_DIFFERENCES = 500;
const CONTEXT = 3;

type Op = { type: ' ' | '-' | '+'; line: string };

/**
 * One file's change as a unified diff, as git prints it but for its `diff --git` line; empty when nothing changes. `before` null: the
 * file is new. `after` null: it is removed. Line numbers count from `firstLine` where the texts are a part of the file.
 */
export function unifiedOf({
  path,
  before,
  after,
  firstLine = 1,
}: {
  path: string;
  before: string | null;
  after: string | null;
  firstLine?: number;
}): string {
  if (before === after) return '';
  const hunks = hunksOf(operations(linesOf(before ?? ''), linesOf(after ?? '')), firstLine);
  const name = (side: 'a' | 'b', text: string | null) =>
    text === null ? '/dev/null' : `${side}/${path.replace(/^\/+/, '')}`;
  return `--- ${name('a', before)}\n+++ ${name('b', after)}\n${hunks.join('')}`;
}

function operations(before: readonly string[], after: readonly string[]): Op[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (line: string): Op => ({ type: ' ', line });
  return [
    ...before.slice(0, head).map(same),
    ...between(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

/** The shortest way from one list of lines to the other (Myers, "An O(ND) Difference Algorithm"). */
function between(before: readonly string[], after: readonly string[]): Op[] {
  const trail = before.length > 0 && after.length > 0 ? search(before, after) : null;
  if (!trail) {
    return [...before.map((line): Op => ({ type: '-', line })), ...after.map((line): Op => ({ type: '+', line }))];
  }
  const ops: Op[] = [];
  let x = before.length;
  let y = after.length;
  for (let d = trail.length - 1; d >= 0; d--) {
    const at = (k: number) => trail[d]!.get(k) ?? -1;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromX = d === 0 ? 0 : down ? at(k + 1) : at(k - 1);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      x--;
      y--;
      ops.push({ type: ' ', line: before[x]! });
    }
    if (d === 0) break;
    ops.push(down ? { type: '+', line: after[fromY]! } : { type: '-', line: before[fromX]! });
    x = fromX;
    y = fromY;
  }
  return ops.reverse();
}

/** How far each diagonal had come before each further difference; null: they differ too much. */
function search(before: readonly string[], after: readonly string[]): Map<number, number>[] | null {
  const trail: Map<number, number>[] = [];
  const reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= MAX_DIFFERENCES; d++) {
    trail.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const at = (key: number) => reach.get(key) ?? -1;
      let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      reach.set(k, x);
      if (x >= before.length && x - k >= after.length) return trail;
    }
  }
  return null;
}

/** Changes with three lines around them; those whose surroundings touch are one hunk. */
function hunksOf(ops: readonly Op[], firstLine: number): string[] {
  const hunks: string[] = [];
  let oldLine = firstLine;
  let newLine = firstLine;
  for (let at = 0; at < ops.length; ) {
    const change = ops.findIndex((op, index) => index >= at && op.type !== ' ');
    if (change < 0) break;
    const from = Math.max(at, change - CONTEXT);
    let last = change;
    for (let index = change; index < ops.length && index <= last + 2 * CONTEXT; index++) {
      if (ops[index]!.type !== ' ') last = index;
    }
    const part = ops.slice(from, Math.min(ops.length, last + CONTEXT + 1));
    oldLine += from - at;
    newLine += from - at;
    const removed = part.filter(({ type }) => type !== '+').length;
    const added = part.filter(({ type }) => type !== '-').length;
    hunks.push(
      `@@ -${range(oldLine, removed)} +${range(newLine, added)} @@\n${part.map(({ type, line }) => text(type, line)).join('')}`,
    );
    oldLine += removed;
    newLine += added;
    at = from + part.length;
  }
  return hunks;
}

/** Of no lines the line before is named, as git does. */
const range = (start: number, count: number) =>
  count === 1 ? `${start}` : count === 0 ? `${start - 1},0` : `${start},${count}`;

const text = (type: Op['type'], line: string) =>
  line.endsWith('\n') ? type + line : `${type}${line}\n\\ No newline at end of file\n`;
