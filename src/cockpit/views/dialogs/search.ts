import type { SavedSearch } from '../../../schema/search.ts';
import type { SearchesDialog, WriteDialog } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural, since } from '../numbers.ts';
import { patternWords } from '../search/words.ts';
import { windowTop } from '../sessions.ts';
import { clean, fitRow, line, type Row, select, wrap } from '../span.ts';
import { box, type DialogView } from './box.ts';
import { fieldLine } from './text.ts';

const WIDTH = 72;
const room = (state: Cockpit) => Math.min(WIDTH, state.ui.size.cols - 4);

/** The file that selected lines are written to. */
export function writeView(dialog: WriteDialog, state: Cockpit): DialogView {
  const width = room(state);
  const { text, x } = fieldLine(dialog.path, width - 2);
  const note: Row[] = dialog.error
    ? wrap(`✖ ${clean(dialog.error)}`, width).map((part) => line(part, 'bad'))
    : [
        line(
          dialog.busy ? 'Writing…' : 'A path, from the project’s folder; ~ is your home.',
          dialog.busy ? 'busy' : 'dim',
        ),
      ];
  const count = dialog.to - dialog.from + 1;
  return box({
    size: state.ui.size,
    title: `Write ${plural(count, 'line')} to a file`,
    width,
    head: [[{ text: '› ', tone: 'key' }, { text }], []],
    body: note,
    cursor: dialog.busy ? null : { x: 2 + x, y: 0, in: 'head' },
    buttons: [
      { label: dialog.replaces === dialog.path.text ? 'Replace' : 'Write', key: 'Enter' },
      { label: 'Cancel', key: 'Escape' },
    ],
  });
}

/** Saved searches, and what they found that nobody has looked at. */
export function searchesView(dialog: SearchesDialog, state: Cockpit, now: number): DialogView {
  const width = room(state);
  const saved = state.data.project?.searches ?? [];
  const rows = saved.map((one, index) => {
    const row = fitRow(searchRow(one, state, now), width);
    return index === Math.min(dialog.index, saved.length - 1) ? select(row) : row;
  });
  const none =
    'No search is saved. In the search view w saves the present one: agents that print such lines are marked.';
  const body = rows.length ? rows : wrap(none, width).map((text) => line(text, 'dim'));
  const foot: Row[] = dialog.error
    ? [[], ...wrap(`✖ ${clean(dialog.error)}`, width).map((text) => line(text, 'bad'))]
    : [];
  const page = Math.max(1, Math.min(body.length, state.ui.size.rows - 8 - foot.length));
  return box({
    size: state.ui.size,
    title: 'Saved searches',
    width,
    height: page,
    body,
    top: windowTop(body.length, page, dialog.index),
    foot,
    items: rows.length > 0,
    buttons: [
      ...(rows.length
        ? [
            { label: 'Search', key: 'Enter' },
            { label: 'Forget', key: 'x' },
          ]
        : []),
      { label: 'Close', key: 'Escape' },
    ],
  });
}

function searchRow({ id, pattern, agents, createdAt }: SavedSearch, { data }: Cockpit, now: number): Row {
  const all = Object.values(data.project?.agents ?? {});
  const names = agents.map((agent) => data.project?.agents[agent]?.name ?? 'an agent that is gone');
  const found = all.reduce((sum, agent) => sum + (agent.alerts?.find((one) => one.search === id)?.count ?? 0), 0);
  return [
    { text: ` ${clean(pattern.text)}  `, tone: 'strong' },
    ...(found > 0 ? [{ text: `⌕ ${found} found  `, tone: 'wait' as const }] : []),
    { text: `${patternWords(pattern)} · ${names.length ? clean(names.join(', ')) : 'all agents'} · `, tone: 'dim' },
    { text: `${since(now - createdAt)} ago`, tone: 'dim' },
  ];
}
