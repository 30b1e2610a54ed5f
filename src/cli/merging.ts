import { plural } from '../cockpit/views/numbers.ts';
import { clean } from '../cockpit/views/span.ts';
import type { Collision, Forecast, LineRange, MergeOutcome, PairForecast, Severity } from '../schema/collision.ts';
import { textWidth } from '../util/text.ts';
import { type Cell, type Paint, type Style, table } from './print.ts';

const SEVERITIES: Record<Severity, { words: string; style: Style }> = {
  same_line: { words: 'same line', style: 'red' },
  adjacent_line: { words: 'adjacent line', style: 'yellow' },
  different_area: { words: 'different area', style: 'dim' },
  identical: { words: 'identical', style: 'dim' },
};
const VERDICTS: Record<PairForecast['verdict'], { mark: string; style: Style }> = {
  conflict: { mark: '✖', style: 'red' },
  clean: { mark: '✓', style: 'green' },
  identical: { mark: '=', style: 'dim' },
};

/** `12–18, 40`; an insertion before line 7 is `7`; no range: nothing. */
const rangesText = (ranges: readonly LineRange[]): string =>
  ranges.map(({ start, end }) => (end > start ? `${start}–${end}` : `${start}`)).join(', ');

/** One line each, as they come: file, who, and where in the lines of their common base. */
export function collisionsText(collisions: readonly Collision[], paint: Paint): string {
  const rows = collisions.map(({ severity, file, agents: [a, b], ranges: [mine, theirs] }): Cell[] => {
    const { words, style } = SEVERITIES[severity];
    const lines = mine.length + theirs.length > 0 ? `lines ${rangesText(mine)} ↔ ${rangesText(theirs)}` : 'whole file';
    return [{ text: words, style }, clean(file), `${clean(a)} ↔ ${clean(b)}`, { text: lines, style: 'dim' }];
  });
  return table(rows, paint);
}

/** Who conflicts with whom as a matrix where it fits into `width` cells, each conflict with its files, and the order. */
export function forecastText(forecast: Forecast, width: number, paint: Paint): string {
  const { pairs, order, remaining, target } = forecast;
  const conflicts = pairs.filter(({ verdict }) => verdict === 'conflict');
  const blocks = [matrix(pairs, width, paint)];
  const places = conflicts.flatMap(({ a, b, files }) =>
    files.map(({ file, reason, lines }): Cell[] => [
      { text: 'conflict', style: 'red' },
      `${clean(a)} ↔ ${clean(b)}`,
      clean(file),
      { text: whereText(reason, lines), style: 'dim' },
    ]),
  );
  blocks.push(table(places, paint));
  const names = order.map(clean).join(', ');
  const rows: Cell[][] = [
    [{ text: `into ${clean(target)}, in this order`, style: 'bold' }, names || 'nobody'],
    ...remaining.map(({ agent, files }): Cell[] => [
      { text: 'left over', style: 'yellow' },
      `${clean(agent)} (${files.map(clean).join(', ')})`,
    ]),
  ];
  blocks.push(table(rows, paint));
  return blocks.filter(Boolean).join('\n\n');
}

/** Rows and columns are agents that share files, by number. Empty when it would be wider than the terminal. */
function matrix(pairs: readonly PairForecast[], width: number, paint: Paint): string {
  const names = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort();
  const verdicts = new Map(
    pairs.flatMap(({ a, b, verdict }) => [`${a}\0${b}`, `${b}\0${a}`].map((key) => [key, verdict])),
  );
  const rows: Cell[][] = [
    ['', '', ...names.map((_, index): Cell => ({ text: `${index + 1}`, style: 'dim' }))],
    ...names.map((name, index): Cell[] => [
      { text: `${index + 1}`, style: 'dim' },
      clean(name),
      ...names.map((other): Cell => {
        const verdict = verdicts.get(`${name}\0${other}`);
        return verdict ? { text: VERDICTS[verdict].mark, style: VERDICTS[verdict].style } : name === other ? '' : '·';
      }),
    ]),
  ];
  const text = table(rows, paint);
  const widest = Math.max(
    ...table(rows, (_, plain) => plain)
      .split('\n')
      .map(textWidth),
  );
  if (names.length === 0 || widest > width) return '';
  return `${text}\n${paint('dim', '✖ conflict  ✓ clean  = identical  · no file in common')}`;
}

/** What came of a merge, in a few lines. */
export function mergeText(agent: string, outcome: MergeOutcome, paint: Paint): string {
  const { target, commit, previous, checkout, files, check, notes } = outcome;
  const name = clean(agent);
  const into = clean(target);
  const said = notes.map((note) => `${clean(note)}.`);
  if (outcome.outcome === 'merged') {
    // A branch that is checked out nowhere (all of a bare repository) has nothing to reset.
    const undo = checkout
      ? `git reset --keep ${previous?.slice(0, 10)} on ${into}`
      : `git update-ref refs/heads/${into} ${previous?.slice(0, 10)} ${commit?.slice(0, 10)}`;
    const back = `${undo} takes it back.`;
    return [
      `${paint('green', 'merged')}  ${name} into ${into} as ${commit?.slice(0, 10)}. ${paint('dim', back)}`,
      ...said,
    ].join('\n');
  }
  if (outcome.outcome === 'nothing') return [`${into} has all that ${name} has committed.`, ...said].join('\n');
  if (outcome.outcome === 'checks_failed' && check) {
    const how = check.code === null ? 'was ended' : `ended with exit code ${check.code}`;
    const output = check.output.trimEnd().split('\n').map(clean);
    return [...output, `${paint('red', 'checks failed')}  ${clean(check.command)} ${how}; nothing was merged.`].join(
      '\n',
    );
  }
  const rows = files.map(({ file, reason, lines }): Cell[] => [
    { text: 'conflict', style: 'red' },
    clean(file),
    { text: whereText(reason, lines), style: 'dim' },
  ]);
  return `${table(rows, paint)}\n${name} conflicts with ${into} in ${plural(files.length, 'file')}; nothing was merged.`;
}

/** Where a conflict is: git's words, and lines as they stand in the file that a merge would leave, with its markers. */
const whereText = (reason: string, lines: readonly LineRange[]) =>
  lines.length > 0 ? `${clean(reason)}, lines ${rangesText(lines)} of the merged file` : clean(reason);
