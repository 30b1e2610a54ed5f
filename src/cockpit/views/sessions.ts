import type { Agent } from '../../schema/agent.ts';
import type { Severity } from '../../schema/collision.ts';
import type { RunSummary } from '../../schema/run-summary.ts';
import type { SessionRow } from '../selectors/sessions.ts';
import type { Ui } from '../store/model.ts';
import type { Tone } from '../theme/tones.ts';
import { since } from './numbers.ts';
import { SEVERITIES } from './review/marks.ts';
import { clean, cut, fit, type Row, type Span, select, widthOf } from './span.ts';
import { isMoving, STATES, shortWords } from './states.ts';
import { type Moving, SINCE_WIDTH, type View } from './view.ts';
import { lostOf } from './workflows/words.ts';

export interface ListInput {
  rows: readonly SessionRow[];
  /** Id of the selected agent. */
  selected: string | null;
  /** As `clickedPlace` gives it. */
  place?: number | null;
  height: number;
}

export interface SessionsInput extends ListInput {
  width: number;
  now: number;
  /** The worst collision of an agent (by id), as far as it is known. */
  worst?: (agent: string) => Severity | null;
}

/** Where the selected agent stands in sight because it was clicked there; null: it was chosen otherwise. */
export function clickedPlace({ clicked }: Ui, pane: 'sessions' | 'tiles', selected: string | null): number | null {
  return clicked?.pane === pane && clicked.agent === selected ? clicked.place : null;
}

/** The first row to show so that the selected one is in sight (in row `place`, if that can be), and no row is wasted below the end. */
export function windowTop(count: number, height: number, index: number, place: number | null = null): number {
  const above = place !== null && place < height ? place : Math.floor(height / 2);
  return Math.max(0, Math.min(index - above, count - height));
}

/** Where the list starts when this agent is selected: what a click on a row is counted from. */
export function sessionsTop({ rows, selected, place, height }: ListInput): number {
  const index = rows.findIndex(({ agent }) => agent.id === selected);
  return windowTop(rows.length, height, Math.max(0, index), place);
}

/** The list of agents, a window of it around the selected one. */
export function sessionsView({ width, now, worst = () => null, ...list }: SessionsInput): View {
  const { rows, selected, height } = list;
  const top = sessionsTop(list);
  const shown = rows.slice(top, top + height);
  const columns = columnsFor(rows, width, worst);
  const moving: Moving[] = [];
  const lines = shown.map(({ agent, depth, folded }, y) => {
    const isSelected = agent.id === selected;
    const { state } = agent.status;
    const common = { y, from: agent.status.since, selected: isSelected } as const;
    if (isMoving(state))
      moving.push({ ...common, id: `spin ${agent.id}`, x: 1, kind: 'spinner', tone: STATES[state].tone });
    if (columns.since)
      moving.push({ ...common, id: `since ${agent.id}`, x: width - 1 - SINCE_WIDTH, kind: 'since', tone: 'dim' });
    const row = sessionLine({ agent, depth, folded }, columns, now, worst(agent.id));
    return isSelected ? select(row) : row;
  });
  return { rows: lines, moving };
}

interface Columns {
  name: number;
  runtime: number;
  facts: number;
  since: number;
}

/** Name first, then what it does; runtime and time only where there is room. */
function columnsFor(rows: readonly SessionRow[], width: number, worst: (agent: string) => Severity | null): Columns {
  const longest = (text: (row: SessionRow) => string, most: number) =>
    Math.min(most, Math.max(0, ...rows.map((row) => widthOf(text(row)))));
  const names = longest((row) => indent(row.depth) + row.agent.name, 40);
  const facts = longest(
    ({ agent }) =>
      factsOf(agent, worst(agent.id))
        .map((span) => span.text)
        .join(''),
    18,
  );
  let runtime = longest(({ agent }) => driver(agent), 10);
  let time = SINCE_WIDTH;
  // Blank, glyph, mark before the name; a blank after each column.
  const left = () => width - 4 - (facts + 1) - (runtime && runtime + 1) - (time && time + 1);
  if (left() < Math.min(names, 12)) time = 0;
  if (left() < Math.min(names, 10)) runtime = 0;
  return { name: Math.max(1, left()), runtime, facts, since: time };
}

const indent = (depth: number): string => '│ '.repeat(Math.min(depth, 6));
const driver = (agent: Agent): string => clean(agent.profile ?? agent.runtime);

function sessionLine({ agent, depth, folded }: SessionRow, columns: Columns, now: number, worst: Severity | null): Row {
  const { glyph, tone } = STATES[agent.status.state];
  const tree = indent(depth);
  const spans: Span[] = [
    { text: ' ' },
    { text: glyph, tone },
    { text: isUnread(agent) ? '•' : ' ', tone: 'accent' },
    { text: tree, tone: 'border' },
    ...nameSpans(agent, folded, columns.name - widthOf(tree)),
  ];
  if (columns.runtime) spans.push({ text: ' ' }, { text: fit(driver(agent), columns.runtime), tone: 'dim' });
  spans.push({ text: ' ' }, ...fitFacts(factsOf(agent, worst), columns.facts));
  if (columns.since) {
    const age = since(now - agent.status.since);
    spans.push({ text: ' ' }, { text: age.padStart(SINCE_WIDTH), tone: 'dim' });
  }
  return [...spans, { text: ' ' }];
}

/** `review-2 ▸12`: of a run that has ended how many agents are not listed below it. */
function nameSpans(agent: Agent, folded: number, width: number): Span[] {
  const tail = folded > 0 ? ` ▸${folded}` : '';
  const name = tail ? cut(clean(agent.name), width - tail.length) : fit(clean(agent.name), width);
  const blank = ' '.repeat(Math.max(0, width - widthOf(name) - tail.length));
  return [{ text: name, tone: nameTone(agent) }, ...(tail ? [{ text: `${tail}${blank}`, tone: 'dim' } as const] : [])];
}

/** What an agent of a run says is for its run. */
const isUnread = ({ unread, call }: Agent): boolean => unread && call === undefined;

function nameTone(agent: Agent): Tone {
  if (agent.status.state === 'waiting') return 'wait';
  return isUnread(agent) ? 'strong' : 'plain';
}

const SPACE: Span = { text: ' ' };

/** What it changed, unless how it stands is more urgent, or a saved search found something; then in how many files it collides, with the worst of it. */
function factsOf(agent: Agent, worst: Severity | null): Span[] {
  const { state } = agent.status;
  const { changes, collisions } = agent;
  const quiet = state !== 'waiting' && state !== 'stalled' && state !== 'failed' && state !== 'timed_out';
  const first: Span[] =
    quiet && changes && changes.files > 0
      ? [{ text: `+${changes.added}`, tone: 'good' }, { text: ' ' }, { text: `−${changes.removed}`, tone: 'bad' }]
      : [{ text: shortWords(agent), tone: STATES[state].tone }];
  if (quiet && agent.run) return [...progressOf(agent.run)];
  const found = (agent.alerts ?? []).reduce((sum, alert) => sum + alert.count, 0);
  const shown: Span[] =
    found > 0 ? [...(quiet ? [] : [...first, SPACE]), { text: `⌕${found} found`, tone: 'wait' }] : first;
  if (collisions === 0) return shown;
  const { glyph, tone } = worst ? SEVERITIES[worst] : { glyph: '!', tone: 'bad' as const };
  return [...shown, { text: ` ${glyph}${collisions}`, tone }];
}

/** `7/12 1✖`: how many steps of a run have ended, and how many of them went wrong. */
function progressOf({ steps, outcome }: RunSummary): Span[] {
  const ended = steps.done + steps.failed + steps.skipped;
  const { count, glyph, tone: lostTone } = lostOf(steps, outcome);
  const wrong: Span[] = count > 0 ? [{ text: ` ${count}${glyph}`, tone: lostTone }] : [];
  const tone: Tone = outcome === 'completed' ? 'good' : outcome === null ? 'busy' : 'plain';
  return [{ text: `${ended}/${steps.known}`, tone }, ...wrong];
}

function fitFacts(facts: Span[], width: number): Span[] {
  let left = width;
  return facts
    .map((span, index) => {
      const text = fit(span.text, index === facts.length - 1 ? left : Math.min(left, widthOf(span.text)));
      left -= widthOf(text);
      return { ...span, text };
    })
    .filter((span) => span.text !== '');
}
