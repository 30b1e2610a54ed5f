import { besideTool, firstText } from '../../../core/tool-title.ts';
import type { Agent } from '../../../schema/agent.ts';
import { chosenEntry, inboxEntries, listedEntries } from '../../selectors/inbox/entries.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';
import { since } from '../numbers.ts';
import { reveal } from '../review/code.ts';
import { counts } from '../review/marks.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, rowWidth, type Span, select, widthOf, wrap } from '../span.ts';
import { STATES } from '../states.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { diffCounts } from './diff.ts';

export interface InboxList {
  rows: Row[];
  moving: Moving[];
  /** Of each row the id of the entry that stands in it. */
  hits: string[];
}

const NAME = 16;
const TOOL = 14;

/** A row for each that waits, oldest first, a window of them around the chosen one. */
export function inboxList(state: Cockpit, width: number, height: number, now: number, focused: boolean): InboxList {
  const entries = listedEntries(state);
  if (entries.length === 0) return { rows: adviceRows(width), moving: [], hits: [] };
  const live = new Set(inboxEntries(state).map(({ id }) => id));
  const chosen = chosenEntry(state)?.entry.id;
  const index = entries.findIndex(({ id }) => id === chosen);
  const top = windowTop(entries.length, height, Math.max(0, index));
  const shown = entries.slice(top, top + height);
  const name = Math.min(NAME, Math.max(...shown.map(({ agent }) => widthOf(clean(agent.name)))));
  const tool = Math.min(TOOL, Math.max(...shown.map((entry) => widthOf(toolOf(entry)))));
  const moving = shown.map(
    (one, y): Moving => ({
      ...{ id: `inbox ${one.id}`, x: width - SINCE_WIDTH, y, kind: 'since', from: one.at },
      ...{ tone: 'dim', selected: focused && one.id === chosen },
    }),
  );
  const rows = shown.map((one) => {
    const isChosen = one.id === chosen;
    const busy = state.ui.inbox.busy === one.id;
    const cells = entryRow(one, { name, tool, width: width - 1, now, busy, gone: !live.has(one.id) });
    const row = fitRow([{ text: isChosen ? '▸' : ' ', tone: 'focus' }, ...cells], width);
    return isChosen && focused ? select(row) : row;
  });
  return { rows, moving, hits: shown.map(({ id }) => id) };
}

interface Columns {
  name: number;
  tool: number;
  width: number;
  now: number;
  busy: boolean;
  gone: boolean;
}

/** `◆ auth-fix  Bash  npm run migrate -- --force  +3 −1   41s`. */
function entryRow(entry: InboxEntry, { name, tool, width, now, busy, gone }: Columns): Row {
  const { agent, approval, at } = entry;
  const { glyph, tone } = STATES.waiting;
  const mark: Span = gone
    ? { text: '✗ ', tone: 'dim' }
    : busy
      ? { text: '→ ', tone: 'busy' }
      : { text: `${glyph} `, tone };
  const changed = approval?.diff ? diffCounts(approval.diff) : null;
  const lines: Row = changed ? [...counts(changed.added, changed.removed), { text: ' ' }] : [];
  const head: Row = [
    mark,
    { text: `${fit(clean(agent.name), name)} `, tone: gone ? 'dim' : 'strong' },
    { text: `${fit(toolOf(entry), tool)} `, tone: gone ? 'dim' : 'accent' },
  ];
  const room = Math.max(0, width - rowWidth(head) - rowWidth(lines) - SINCE_WIDTH - 1);
  return [
    ...head,
    { text: fit(cut(titleOf(entry), room), room), tone: gone ? 'dim' : 'plain' },
    ...lines,
    { text: ` ${fit(since(now - at), SINCE_WIDTH, 'right')}`, tone: 'dim' },
  ];
}

/** `Bash`, `question`; for those that ask on their own screens what they wait for. */
export const toolOf = ({ agent, approval }: InboxEntry): string =>
  approval ? clean(approval.tool) : (agent.status.waitingFor ?? 'waits');

const titleOf = ({ agent, approval }: InboxEntry): string => {
  if (!approval) return `look: ${clean(lookWords(agent))}`;
  // A request of several lines is one row here; what is hidden in it is seen here too.
  const title = besideTool(approval.title, approval.tool);
  return reveal(
    title || approval.command || approval.questions?.[0]?.text || firstText(approval.input) || approval.tool,
  );
};

const lookWords = ({ status }: Agent): string => status.evidence.detail;

function adviceRows(width: number): Row[] {
  const words =
    'Nobody waits. When an agent asks for permission or has a question, it stands here, whichever agent it is.';
  return wrap(words, Math.max(1, width - 4)).map((text) => line(`  ${text}`, 'dim'));
}
