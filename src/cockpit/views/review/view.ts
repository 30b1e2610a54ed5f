import type { Rect } from '../../../core/layout/rect.ts';
import { keymapOf } from '../../selectors/keymap.ts';
import { countComments } from '../../selectors/review/comments.ts';
import { fileItems } from '../../selectors/review/files.ts';
import { placesIn } from '../../selectors/review/places.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { plural } from '../numbers.ts';
import { borderTone, tabSpans } from '../output.ts';
import { clean, fitRow, line, type Row, wrap } from '../span.ts';
import { diffRows } from './diff.ts';
import { listRows } from './list.ts';

export interface ReviewView {
  rows: Row[];
  /** What a click at a cell of the view is on. */
  hit(x: number, y: number): { item: number } | { row: number } | null;
}

/** The review in its frame: files beside their diff, above it, or one of them. */
export function reviewView(state: Cockpit, { width, height }: Pick<Rect, 'width' | 'height'>): ReviewView {
  const inner = { width: Math.max(1, width - 2), height: Math.max(1, height - 2) };
  const items = fileItems(state);
  const places = placesIn(inner, state.ui.review, items.length);
  const list = places.list && items.length > 0 ? listRows(state, places.list.width, places.list.height) : null;
  const diff = places.diff && items.length > 0 ? diffRows(state, places.diff.width, places.diff.height) : null;
  const body = items.length > 0 ? joined(places, list?.rows, diff?.rows) : adviceRows(state, inner.width);
  const rows = frame({
    width,
    height,
    title: titleOf(state),
    right: rightOf(state),
    foot: footOf(state, places.form),
    tone: borderTone(state.ui.focus === 'output', false),
    rows: body,
  });
  return {
    rows,
    hit(atX, atY) {
      const [x, y] = [atX - 1, atY - 1];
      const inList = places.list && x < places.list.x + places.list.width && y < places.list.y + places.list.height;
      const item = inList ? list?.items[y] : undefined;
      if (item !== undefined) return { item };
      const row = places.diff && !inList ? diff?.at[y - places.diff.y] : undefined;
      return row === undefined || row === null ? null : { row };
    },
  };
}

function joined(
  { form, list, diff }: ReturnType<typeof placesIn>,
  files: readonly Row[] = [],
  lines: readonly Row[] = [],
): Row[] {
  if (form === 'one') return [...(list ? files : lines)];
  if (form === 'stacked') {
    const above = Array.from({ length: list!.height }, (_, y) => files[y] ?? []);
    return [...above, ...lines];
  }
  return Array.from({ length: diff!.height }, (_, y) => [
    ...(files[y] ?? fitRow([], list!.width)),
    { text: '│', tone: 'border' as const },
    ...(lines[y] ?? []),
  ]);
}

function titleOf(state: Cockpit): Row {
  const tabs = layoutOf(state).tabs.length > 0;
  const agent = selectedAgent(state);
  const whose = state.ui.review.by === 'file' ? 'all agents' : clean(agent?.name ?? '');
  const from = state.ui.review.by === 'agent' && agent?.branch ? ` · ${clean(agent.branch)}` : '';
  const name: Row = [
    { text: whose, tone: 'strong' },
    { text: from, tone: 'dim' },
  ];
  return tabs
    ? [...tabSpans(state), { text: ' ' }, ...name]
    : [{ text: 'Changes', tone: 'strong' }, { text: whose ? ' · ' : '' }, ...name];
}

function rightOf(state: Cockpit): Row {
  const { split, sides, by, anchor } = state.ui.review;
  const comments = countComments(state);
  const words = [
    ...(anchor === null ? [] : ['selecting']),
    ...(by === 'file' ? ['by file'] : []),
    ...(split ? ['pieces'] : []),
    ...(sides ? ['two sides'] : []),
    ...(comments > 0 ? [`${plural(comments, 'comment')} to send`] : []),
  ];
  return words.length > 0 ? line(words.join(' · '), 'accent') : [];
}

function footOf(state: Cockpit, form: ReturnType<typeof placesIn>['form']): Row {
  if (form !== 'one') return [];
  const keys = keymapOf(state).keysOf('review-tab')[0];
  const other = state.ui.review.part === 'files' ? 'the diff' : 'files and agents';
  return keys ? line(`${keyLabel(keys)}: ${other}`, 'dim') : [];
}

/** What is said where files would be. */
function adviceRows(state: Cockpit, width: number): Row[] {
  const agent = selectedAgent(state);
  const { errors, lists } = state.data.review;
  const key = (id: string) => keyLabel(keymapOf(state).keysOf(id)[0] ?? ':');
  const texts = (() => {
    if (!state.data.project) return ['Starting…'];
    if (!agent)
      return [
        `There is no agent yet: ${key('new')} starts one. What agents change is shown here, ready to be approved.`,
      ];
    if (state.ui.review.by === 'file') return ['No agent has changed anything.'];
    const error = errors[agent.id];
    if (error) return [`✖ ${clean(error)}`];
    if (!lists[agent.id]) return [`Reading what ${clean(agent.name)} has changed…`];
    const base = agent.base ? ` since ${clean(agent.base)}` : '';
    return [
      `${clean(agent.name)} has changed nothing${base}. What it changes appears here by itself.`,
      `${key('review-by')} shows the files of all agents, ${key('review-next-agent')} the next agent.`,
    ];
  })();
  return [
    [],
    ...texts.flatMap((text) => [...wrap(text, Math.max(1, width - 4)).map((part) => line(`  ${part}`, 'dim')), []]),
  ];
}
