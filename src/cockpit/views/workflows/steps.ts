import { tokenSum } from '../../../core/traces/totals.ts';
import type { Agent } from '../../../schema/agent.ts';
import {
  chosenRowIndex,
  type Step,
  type StepRow,
  shownRun,
  stepRows,
  waitsIn,
} from '../../selectors/workflows/steps.ts';
import type { Cockpit } from '../../store/model.ts';
import { dollars, short, since } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, fit, fitRow, type Row, rowWidth, type Span, select } from '../span.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { stepLook, tallyRow, tookOf, WORD } from './words.ts';

/** Cells of each column besides the label; 0: it has no room. */
interface Columns {
  width: number;
  graph: number;
  word: number;
  driver: number;
  took: number;
  tokens: number;
  cost: number;
}

const TOOK = 6;
const LEAST_LABEL = 18;

/** The label first; of the rest what is needed least goes first: by whom, cost, tokens, the word beside the glyph. */
function columnsFor(width: number, graph: number): Columns {
  const columns: Columns = { width, graph, word: WORD, driver: 11, took: TOOK, tokens: 5, cost: 6 };
  const isTooNarrow = () => {
    const { word, driver, took, tokens, cost } = columns;
    const facts = [word, driver, took, tokens, cost].reduce((sum, cells) => sum + (cells && cells + 1), 0);
    return width - 4 - graph - facts < LEAST_LABEL;
  };
  for (const one of ['driver', 'cost', 'tokens', 'word'] as const) if (isTooNarrow()) columns[one] = 0;
  return columns;
}

export interface StepsPart {
  rows: Row[];
  moving: Moving[];
  /** Of each row the place of the step (or phase) that stands in it. */
  hits: (number | null)[];
}

/** The steps of the run that is looked at: a window of them around the chosen one, and only that is made. */
export function stepsPart(state: Cockpit, width: number, height: number, now: number): StepsPart {
  const { rows, graph } = stepRows(state);
  const chosen = chosenRowIndex(state);
  const run = shownRun(state)?.agent ?? '';
  const top = windowTop(rows.length, height, Math.max(0, chosen));
  // A blank stays at the right end.
  const columns = columnsFor(width - 1, graph);
  const moving: Moving[] = [];
  const shown = rows.slice(top, top + height).map((row, y): Row => {
    const isChosen = top + y === chosen && state.ui.view === 'workflows';
    const made = 'step' in row ? stepRow(state, row, { columns, run, now }) : phaseRow(row, columns);
    for (const one of made.moving) moving.push({ ...one, y, selected: isChosen });
    const line: Row = [{ text: isChosen ? '▸' : ' ', tone: 'focus' }, ...made.row];
    return isChosen ? select(line) : line;
  });
  return { rows: shown, moving, hits: shown.map((_, y) => top + y) };
}

interface Made {
  row: Row;
  moving: Omit<Moving, 'y' | 'selected'>[];
}

function phaseRow(row: Extract<StepRow, { phase: string }>, { width }: Columns): Made {
  const { phase, detail, tally, open } = row;
  const right = tallyRow(tally);
  const room = Math.max(1, width - 2 - rowWidth(right));
  const left: Row = [
    { text: `${open ? '▾' : '▸'} ${clean(phase)}`, tone: tally.known === 0 ? 'dim' : 'heading' },
    ...(detail ? [{ text: `  ${clean(detail)}`, tone: 'dim' } as Span] : []),
  ];
  return { row: fitRow([...fitRow(left, room), ...right], width - 1), moving: [] };
}

interface In {
  columns: Columns;
  run: string;
  now: number;
}

/** `│ ● lint  working   claude   12.4s  1.2k  $0.01`: its place in the graph, how it stands, by whom, and what it took. */
function stepRow(state: Cockpit, row: Extract<StepRow, { step: Step }>, { columns, run, now }: In): Made {
  const { step, graph, lanes, depth, inside, open } = row;
  const waits = waitsIn(state, run, step);
  const { glyph, tone, word } = stepLook(step, waits);
  const agent = step.agent === null ? undefined : state.data.project?.agents[step.agent];
  const lead = columns.graph > 0 ? fit(lanes, columns.graph) : '';
  const before: Row = graph
    ? [{ text: graph.before, tone: 'border' }]
    : [{ text: lead, tone: 'border' }, { text: '  '.repeat(depth) }];
  const after: Row = graph ? [{ text: fit(graph.after, columns.graph - graph.before.length - 1), tone: 'border' }] : [];
  const head: Row = [...before, { text: glyph, tone }, ...after, { text: ' ' }];
  const times = step.attempt > 1 ? `  ${step.attempt}×` : '';
  const label: Row = [
    ...(inside ? [{ text: open ? '▾ ' : '▸ ', tone: 'dim' } as Span] : []),
    { text: clean(step.label), tone: step.status === 'pending' || step.status === 'skipped' ? 'dim' : 'plain' },
    { text: times, tone: 'wait' },
    ...(inside ? [{ text: '  ' }, ...tallyRow(inside)] : besideLabel(step)),
  ];
  const facts = factsRow(step, agent, columns, { word, tone, now });
  const room = Math.max(0, columns.width - 1 - rowWidth(head) - rowWidth(facts));
  const goes = step.status === 'running' && !waits;
  const common = { from: step.startedAt ?? now, tone } as const;
  const moving: Made['moving'] = goes
    ? [{ ...common, id: `spin ${step.id}`, x: 1 + rowWidth(before), kind: 'spinner' }]
    : [];
  if (goes && columns.took > 0 && step.startedAt !== null) {
    const x = columns.width - rightOf(columns) - SINCE_WIDTH;
    moving.push({ ...common, id: `took ${step.id}`, x, kind: 'since', tone: 'plain' });
  }
  return { row: fitRow([...head, ...fitRow(label, room), ...facts], columns.width - 1), moving };
}

/** Why it failed or was left out, or what it chose, as far as there is room. */
const besideLabel = ({ detail, status }: Step): Row =>
  detail ? [{ text: `  ${clean(detail)}`, tone: status === 'failed' || status === 'timed_out' ? 'bad' : 'dim' }] : [];

/** Cells behind the column of times. */
const rightOf = ({ tokens, cost }: Columns): number => (tokens ? tokens + 1 : 0) + (cost ? cost + 1 : 0);

function factsRow(
  step: Step,
  agent: Agent | undefined,
  { word, driver, took, tokens, cost }: Columns,
  o: { word: string; tone: Span['tone']; now: number },
): Row {
  // What came from the cache cost nothing now.
  const spent = step.cached ? undefined : agent;
  // One that goes on counts whole seconds, as what moves by itself does.
  const goes = step.status === 'running' && step.startedAt !== null;
  const time = goes ? since(o.now - step.startedAt!) : tookOf(step.startedAt, step.endedAt, o.now);
  const column = (cells: number, text: string, tone: Span['tone'], align: 'left' | 'right' = 'right'): Row =>
    cells > 0 ? [{ text: ' ' }, { text: fit(text, cells, align), ...(tone && { tone }) }] : [];
  const usd = spent?.cost ? `${spent.cost.provenance === 'estimated' ? '~' : ''}${dollars(spent.cost.usd)}` : '';
  return [
    ...column(word, o.word, o.tone, 'left'),
    ...column(driver, clean(driverOf(step, agent)), 'dim', 'left'),
    ...column(took, step.cached ? '' : time, 'plain'),
    ...column(tokens, spent?.tokens ? short(tokenSum(spent.tokens)) : '', 'plain'),
    ...column(cost, usd, 'dim'),
  ];
}

/** By whom or, where that says less, by what it is carried out. */
const driverOf = ({ kind }: Step, agent: Agent | undefined): string => {
  const isWork = kind === 'agent' || kind === 'item';
  return agent && isWork ? (agent.profile ?? agent.runtime) : isWork ? '' : kind;
};
