import { isLive } from '../../../core/lifecycle.ts';
import { retypedWords, submoduleWords } from '../../../core/nature.ts';
import { isRun } from '../../../core/runs/is-run.ts';
import type { FileChange } from '../../../schema/change.ts';
import { worstOf } from '../../selectors/review/collisions.ts';
import { chosenIndex, type FileItem, fileItems } from '../../selectors/review/files.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, type Row, rowWidth, type Span, select, widthOf } from '../span.ts';
import { byWords, counts, decisionGlyphs, FRESH, isFresh, KINDS, piecesOf, REVIEWED, SEVERITIES } from './marks.ts';

/** Columns for who wrote a file. */
const BY_WIDTH = 16;

/** The part of the list around the chosen file that fits, and which item stands in each row. */
export function listRows(state: Cockpit, width: number, height: number): { rows: Row[]; items: number[] } {
  const items = fileItems(state);
  const index = chosenIndex(state);
  const top = windowTop(items.length, height, index);
  const shown = items.slice(top, top + height);
  const keys = state.ui.review.part === 'files';
  return {
    rows: shown.map((item, y) => {
      const chosen = top + y === index;
      const mark: Span = { text: chosen ? '▸' : ' ', tone: 'focus' };
      const row = fitRow([mark, ...itemRow(item, state, width - 1)], width);
      return chosen && keys ? select(row) : row;
    }),
    items: shown.map((_, y) => top + y),
  };
}

function itemRow(item: FileItem, state: Cockpit, width: number): Row {
  if (item.kind === 'path') return pathRow(item, state, width);
  if (item.kind === 'agent') {
    const { agent, files } = item;
    const added = files.reduce((sum, file) => sum + file.added, 0);
    const removed = files.reduce((sum, file) => sum + file.removed, 0);
    const seen = files.filter(({ reviewed }) => reviewed).length;
    const facts: Row = [
      { text: ` ${plural(files.length, 'file')} `, tone: 'dim' },
      ...counts(added, removed),
      ...(seen > 0 ? [{ text: ` ${REVIEWED.glyph}${seen === files.length ? '' : seen}`, tone: REVIEWED.tone }] : []),
    ];
    const left: Row = [
      { text: clean(agent.name), tone: 'strong' },
      { text: sharedWords(state, item), tone: 'dim' },
    ];
    return ends(left, facts, width);
  }
  const { agent, change } = item;
  const pieces = piecesOf(change);
  const { glyph, tone } = KINDS[change.kind];
  const by = byWords(change);
  const facts: Row = [
    ...(by ? [{ text: ` ${cut(by, BY_WIDTH)}`, tone: 'dim' as const }] : []),
    { text: ' ' },
    ...(change.content === 'text'
      ? counts(change.added, change.removed)
      : [{ text: insteadOfCounts(change), tone: 'dim' as const }]),
    ...decisionGlyphs(pieces).flatMap((span) => [{ text: ' ' }, span]),
    ...(change.reviewed ? [{ text: ` ${REVIEWED.glyph}`, tone: REVIEWED.tone }] : []),
    ...(isFresh(agent, change, pieces) ? [{ text: ` ${FRESH.glyph}${FRESH.word}`, tone: FRESH.tone }] : []),
    ...collisionMark(state, agent.id, change.file),
  ];
  const name = item.kind === 'side' ? ` ${clean(agent.name)}` : clean(change.file);
  const room = Math.max(4, width - 2 - rowWidth(facts));
  const text = item.kind === 'side' ? fit(name, room) : cutLeft(name, room);
  return ends([{ text: `${glyph} `, tone }, { text }], facts, width);
}

/** In a checkout of several agents all of its edits are listed for each of them: that is said. */
function sharedWords(state: Cockpit, { agent, files }: Extract<FileItem, { kind: 'agent' }>): string {
  if (!files.some(({ writers }) => writers)) return '';
  const here = Object.values(state.data.project?.agents ?? {}).filter(
    (one) => one.id !== agent.id && one.worktree === null && isLive(one) && !isRun(one),
  );
  return ` and ${here.map(({ name }) => clean(name)).join(', ')} in one checkout`;
}

/** What stands where others have the number of their lines. */
function insteadOfCounts(change: FileChange): string {
  if (submoduleWords(change)) return 'submodule';
  if (change.content !== 'mode') return retypedWords(change) ?? change.content;
  return change.kind === 'renamed' ? 'renamed' : change.kind === 'edited' ? 'mode' : 'empty';
}

function pathRow({ file, agents }: Extract<FileItem, { kind: 'path' }>, state: Cockpit, width: number): Row {
  const facts: Row = [
    ...(agents > 1 ? [{ text: ` ${agents} agents`, tone: 'dim' as const }] : []),
    ...collisionMark(state, null, file),
  ];
  return ends([{ text: cutLeft(clean(file), Math.max(4, width - rowWidth(facts))), tone: 'strong' }], facts, width);
}

function collisionMark(state: Cockpit, agent: string | null, file: string): Row {
  const worst = worstOf(state, agent, file);
  if (!worst) return [];
  const { glyph, word, tone } = SEVERITIES[worst];
  return [{ text: ` ${glyph}${agent === null ? ` ${word}` : ''}`, tone }];
}

/** One at the left, the other at the right. */
function ends(left: Row, right: Row, width: number): Row {
  const room = Math.max(0, width - rowWidth(right));
  return [...fitRow(left, room), ...right];
}

/** The end of a path is what tells it apart: what does not fit is cut before it. */
export function cutLeft(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const signs = [...text];
  while (signs.length > 1 && widthOf(`…${signs.join('')}`) > width) signs.shift();
  return `…${signs.join('')}`;
}
