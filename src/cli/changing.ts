import { byWords } from '../cockpit/views/review/marks.ts';
import { clean } from '../cockpit/views/span.ts';
import { natureWords, retypedWords } from '../core/nature.ts';
import type { FileChange, Operation } from '../schema/change.ts';
import { type Cell, type Paint, type Style, table } from './print.ts';

const MARKS: Record<FileChange['kind'], [string, Style]> = {
  created: ['A', 'green'],
  edited: ['M', 'yellow'],
  deleted: ['D', 'red'],
  renamed: ['R', 'cyan'],
};

export interface AgentChanges {
  agent: string;
  id: string;
  files: FileChange[];
}

/** The decision that holds for all of a file; null where its parts differ. */
const stateOf = ({ hunks, whole }: FileChange) => {
  const states = new Set(whole ? [whole.decision] : hunks.map(({ state }) => state));
  return states.size === 1 ? [...states][0]! : null;
};

/** What `changes --json` prints: a row for each file of each agent. */
export const changesJson = (all: readonly AgentChanges[]) => ({
  changes: all.flatMap(({ agent, id, files }) =>
    files.map((change) => ({
      ...{ agent, id, file: change.file, from: change.from, kind: change.kind, content: change.content },
      ...(change.writers && { writers: change.writers }),
      ...{ added: change.added, removed: change.removed, reviewed: change.reviewed, state: stateOf(change) },
      hunks: change.hunks.map((hunk) => ({
        ...{ id: hunk.id, header: hunk.header, added: hunk.added, removed: hunk.removed, state: hunk.state },
      })),
    })),
  ),
});

/** Hunks by what was decided: `3 hunks: 1 approved, 2 pending`. */
function decided(change: FileChange): string {
  const { hunks, whole, kind, oldMode, newMode } = change;
  const modes = kind === 'edited' || kind === 'renamed' ? oldMode !== newMode && !retypedWords(change) : false;
  const notes = [natureWords(change), modes ? `mode ${oldMode} → ${newMode}` : ''];
  if (whole) return [...notes, whole.decision].filter(Boolean).join(', ');
  const counts = new Map<string, number>();
  for (const { state } of hunks) counts.set(state ?? 'mixed', (counts.get(state ?? 'mixed') ?? 0) + 1);
  const [only] = counts.keys();
  const count = hunks.length === 1 ? '1 hunk' : `${hunks.length} hunks`;
  return counts.size === 1
    ? `${count}, ${only}`
    : `${count}: ${[...counts].map(([state, n]) => `${n} ${state}`).join(', ')}`;
}

function fileRow(change: FileChange): Cell[] {
  const [mark, style] = MARKS[change.kind];
  const name = change.from === null ? clean(change.file) : `${clean(change.from)} → ${clean(change.file)}`;
  return [
    { text: mark, style },
    name,
    change.added > 0 ? { text: `+${change.added}`, style: 'green' } : '',
    change.removed > 0 ? { text: `−${change.removed}`, style: 'red' } : '',
    { text: `${decided(change)}${change.reviewed ? ', reviewed' : ''}`, style: 'dim' },
    ...(change.writers ? [{ text: byWords(change), style: 'dim' as const }] : []),
  ];
}

/** Files under the names of their agents. */
export function changesText(all: readonly AgentChanges[], paint: Paint): string {
  const shown = all.filter(({ files }) => files.length > 0);
  if (shown.length === 0)
    return all.length === 1 ? `${all[0]!.agent} has changed nothing.` : 'Nothing has been changed.';
  return shown
    .map(({ agent, files }) => {
      const shared = files.some(({ writers }) => writers) ? ' of a checkout that others share' : '';
      const count = `${files.length === 1 ? '1 file' : `${files.length} files`}${shared}`;
      return `${paint('bold', agent)} ${paint('dim', count)}\n${table(files.map(fileRow), paint, '  ')}`;
    })
    .join('\n\n');
}

const OUTCOMES: Record<Operation['files'][number]['outcome'], Style> = {
  written: 'green',
  merged: 'green',
  unchanged: 'dim',
  conflict: 'red',
  refused: 'red',
};

export const isWhole = ({ files }: Operation) =>
  files.every(({ outcome }) => outcome !== 'conflict' && outcome !== 'refused');

/** An operation as JSON: times as ISO 8601. */
export const operationJson = ({ at, ...rest }: Operation) => ({ ...rest, at: new Date(at).toISOString() });

/** What came of each file, and how to take it back. */
export function operationText(operation: Operation, paint: Paint): string {
  const rows = operation.files.map(({ file, outcome, reason }): Cell[] => [
    { text: outcome, style: OUTCOMES[outcome] },
    clean(file),
    reason === undefined ? '' : { text: clean(reason), style: 'dim' },
  ]);
  const back = operation.id === '' ? [] : [paint('dim', `boocode undo ${operation.id} takes it back.`)];
  return [table(rows, paint), ...back].filter(Boolean).join('\n');
}
