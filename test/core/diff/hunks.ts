import type { ShownHunk } from '../../../src/core/diff/rows.ts';
import type { Piece } from '../../../src/schema/change.ts';
import type { Decision } from '../../../src/schema/review.ts';

const TYPES = { ' ': 'context', '-': 'removed', '+': 'added' } as const;

/** A hunk from lines as git writes them; a piece for each run of changed ones, with the decision of its place. */
export function shownHunk(header: string, lines: string[], decisions: Decision[] = []): ShownHunk {
  const [, old, now] = /-(\d+).*\+(\d+)/.exec(header)!;
  let [oldAt, newAt] = [Number(old), Number(now)];
  const pieces: Piece[] = [];
  let open = false;
  for (const line of lines) {
    const type = TYPES[line[0] as ' '];
    if (type === 'context') {
      open = false;
      oldAt++;
      newAt++;
      continue;
    }
    if (!open) {
      const decision = decisions[pieces.length] ?? 'pending';
      const id = `${header.slice(3, 12)}.${pieces.length}`;
      pieces.push({ id, oldStart: oldAt, oldLines: 0, newStart: newAt, newLines: 0, decision, fresh: true });
    }
    open = true;
    const piece = pieces.at(-1)!;
    if (type === 'removed') {
      piece.oldLines++;
      oldAt++;
    } else {
      piece.newLines++;
      newAt++;
    }
  }
  const states = new Set(pieces.map(({ decision }) => decision));
  const count = (mark: string) => lines.filter((line) => line.startsWith(mark)).length;
  return {
    hunk: {
      id: pieces[0]?.id ?? header,
      header,
      added: count('+'),
      removed: count('-'),
      state: states.size === 1 ? [...states][0]! : null,
      pieces,
    },
    lines: lines.map((line) => ({ type: TYPES[line[0] as ' '], text: line.slice(1) })),
  };
}
