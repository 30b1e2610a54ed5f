import type { DiffRow } from '../../../core/diff/rows.ts';
import { retypedWords, submoduleWords } from '../../../core/nature.ts';
import { worstOf } from '../../selectors/review/collisions.ts';
import { commentsOf } from '../../selectors/review/comments.ts';
import { type Standing, shownDiff, standing } from '../../selectors/review/diff.ts';
import { shownFile } from '../../selectors/review/files.ts';
import { reviewPlaces } from '../../selectors/review/places.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, fitRow, line, type Row, type Span, wrap } from '../span.ts';
import { pairRow, unifiedRow } from './lines.ts';
import { byWords, counts, decisionWords, FRESH, isFresh, KINDS, piecesOf, REVIEWED, SEVERITIES } from './marks.ts';

/** The chosen file's title, then the window of its diff; and which row of the diff stands in each row. */
export function diffRows(state: Cockpit, width: number, height: number): { rows: Row[]; at: (number | null)[] } {
  const title = titleRow(state, width);
  const here = standing(state);
  const room = height - 1;
  if (!here) {
    const words = instead(state).flatMap((text) => wrap(text, Math.max(1, width - 4)));
    const rows = [title, [], ...words.map((text) => line(`  ${text}`, 'dim'))];
    return { rows: rows.map((row) => fitRow(row, width)), at: rows.map(() => null) };
  }
  const { rows, at } = here;
  const top = windowTop(rows.length, room, at);
  const first = rows[top]!;
  const shown = rows.slice(top, top + room);
  const drawn = shown.map((row, y) => draw(state, here, row, top + y, width));
  // The header of what is seen stays in sight, unless one stands in the very row.
  if (first.kind !== 'head' && top !== at)
    drawn[0] = headRow(state, here, { kind: 'head', hunk: first.hunk }, -1, width);
  return { rows: [title, ...drawn], at: [null, ...shown.map((_, y) => top + y)] };
}

function draw(state: Cockpit, here: Standing, row: DiffRow, index: number, width: number): Row {
  if (row.kind === 'head') return headRow(state, here, row, index, width);
  return row.kind === 'pair' ? pairRow(state, here, row, index, width) : unifiedRow(state, here, row, index, width);
}

/** `@@ -1,4 +1,5 @@ function · ✓ approved · * new`. */
function headRow(
  state: Cockpit,
  here: Standing,
  { hunk: index }: Extract<DiffRow, { kind: 'head' }>,
  row: number,
  width: number,
): Row {
  const { hunk } = here.diff.hunks[index]!;
  const isHere = here.at === row && state.ui.review.part === 'diff';
  const agent = state.data.project?.agents[here.diff.agent];
  const fresh = agent && isFresh(agent, here.diff.change, hunk.pieces);
  const pieces = hunk.pieces.length > 1 ? ` · ${plural(hunk.pieces.length, 'piece')}` : '';
  const spans: Span[] = [
    { text: here.at === row ? '▸' : ' ', tone: 'focus' },
    { text: clean(hunk.header), tone: 'accent', selected: isHere },
    { text: pieces, tone: 'dim' },
    ...decisionWords(hunk.pieces),
    ...(fresh ? [{ text: ` · ${FRESH.glyph} ${FRESH.word}`, tone: FRESH.tone }] : []),
  ];
  return fitRow(spans, width);
}

/** `src/auth.ts · edited · +4 −2 · ✓ approved · hunk 2 of 5`. */
function titleRow(state: Cockpit, width: number): Row {
  const shown = shownFile(state);
  if (!shown) return fitRow([], width);
  const { agent, change } = shown;
  const pieces = piecesOf(change);
  const kind = KINDS[change.kind];
  const worst = worstOf(state, agent.id, change.file);
  const here = standing(state);
  const dot: Span = { text: ' · ', tone: 'dim' };
  const from = change.from && change.from !== change.file ? ` (was ${clean(change.from)})` : '';
  const mode =
    change.oldMode !== change.newMode && change.kind === 'edited' && !retypedWords(change)
      ? ` mode ${change.oldMode} → ${change.newMode}`
      : '';
  const waiting = commentsOf(state, agent.id).filter(({ file }) => file === change.file).length;
  const row: Span[] = [
    { text: '─ ', tone: 'border' },
    { text: `${clean(change.file)}${from}`, tone: 'strong' },
    dot,
    { text: `${kind.word}${mode}`, tone: kind.tone },
    dot,
    ...counts(change.added, change.removed),
    ...(change.writers ? [dot, { text: byWords(change), tone: 'dim' as const }] : []),
    ...decisionWords(pieces),
    ...(change.reviewed ? [dot, { text: `${REVIEWED.glyph} ${REVIEWED.word}`, tone: REVIEWED.tone }] : []),
    ...(isFresh(agent, change, pieces) ? [dot, { text: `${FRESH.glyph} ${FRESH.word}`, tone: FRESH.tone }] : []),
    ...(worst
      ? [dot, { text: `${SEVERITIES[worst].glyph} ${SEVERITIES[worst].word}`, tone: SEVERITIES[worst].tone }]
      : []),
    ...(waiting > 0 ? [dot, { text: `✎ ${plural(waiting, 'comment')}`, tone: 'accent' as const }] : []),
    ...(here
      ? [dot, { text: `hunk ${here.rows[here.at]!.hunk + 1} of ${here.diff.hunks.length}`, tone: 'dim' as const }]
      : []),
  ];
  return fitRow(row, width);
}

/** What is said where a diff would be. */
function instead(state: Cockpit): string[] {
  const shown = shownFile(state);
  if (!shown) return [];
  const { diffError } = state.data.review;
  if (diffError) return [`✖ ${clean(diffError)}`];
  const { change } = shown;
  const decided = 'It is approved or rejected as a whole.';
  const submodule = submoduleWords(change);
  if (submodule) {
    const inside = change.editedInside ? ' What is edited inside is merged once it is committed there.' : '';
    return [`A ${submodule}. It is shown here; git merges it, no apply or reject writes it.${inside}`];
  }
  const retyped = retypedWords(change);
  if (retyped) return [`It became another kind of thing: ${retyped}. ${decided}`];
  if (change.content === 'binary') return [`This file is binary: there are no lines to show. ${decided}`];
  if (change.content === 'huge') return [`This file is too large to be shown. ${decided}`];
  if (change.content === 'mode') {
    const mode = `Only its mode changed: ${change.oldMode} → ${change.newMode}.`;
    const what = { renamed: 'Only its name changed.', edited: mode, created: 'It is empty.', deleted: 'It was empty.' };
    return [what[change.kind], decided];
  }
  if (!shownDiff(state)) return ['Reading the file…'];
  return reviewPlaces(state).diff ? [`The file is empty. ${decided}`] : [];
}
