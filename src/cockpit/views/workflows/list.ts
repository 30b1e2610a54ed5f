import type { Rect } from '../../../core/layout/rect.ts';
import { isLive } from '../../../core/lifecycle.ts';
import { NO_STEPS } from '../../../core/runs/summary.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { WorkflowInfo } from '../../../schema/workflow.ts';
import {
  agentsOf,
  chosenItemIndex,
  type ListItem,
  listItems,
  spentBy,
  waitingIn,
} from '../../selectors/workflows/runs.ts';
import type { Cockpit } from '../../store/model.ts';
import { plural, since } from '../numbers.ts';
import { windowTop } from '../sessions.ts';
import { clean, cut, fit, fitRow, line, type Row, rowWidth, type Span, select, wrap } from '../span.ts';
import { isMoving } from '../states.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { detailBox, type Words } from './detail.ts';
import type { StepsPart } from './steps.ts';
import { endedOf, fromWords, lostOf, problemWords, runLook, spentRow } from './words.ts';

type Area = Pick<Rect, 'width' | 'height'>;
type Line = { item: ListItem; index: number } | { head: string };

/** From this many rows on what is known of the chosen thing stands below the list. */
const DETAILS_FROM = 12;

/** Runs and, below them, the workflows that can be started. */
export function listRows(state: Cockpit, { width, height }: Area, now: number): StepsPart {
  const items = listItems(state);
  if (items.length === 0) return { rows: emptyRows(state, width), moving: [], hits: [] };
  const chosen = chosenItemIndex(state);
  const details =
    height >= DETAILS_FROM ? detailRows(state, items[chosen]!, width).slice(0, Math.floor(height / 2)) : [];
  const lines = linesOf(items);
  const room = height - details.length;
  const top = windowTop(
    lines.length,
    room,
    lines.findIndex((one) => 'item' in one && one.index === chosen),
  );
  const names = Math.min(28, Math.max(12, ...items.map((item) => nameOf(item).length)));
  const moving: Moving[] = [];
  const shown = lines.slice(top, top + room);
  const rows = shown.map((one, y): Row => {
    if ('head' in one) return fitRow([{ text: ` ${one.head}`, tone: 'heading' }], width);
    const isChosen = one.index === chosen;
    const { item } = one;
    const made =
      'run' in item ? runRow(state, item.run, { width, names, now }) : workflowRow(item.workflow, width, names);
    if ('run' in item) moving.push(...movingOf(item.run, { y, width, selected: isChosen }));
    const row: Row = [{ text: isChosen ? '▸' : ' ', tone: 'focus' }, ...made];
    return isChosen ? select(row) : row;
  });
  const blank = Array.from({ length: Math.max(0, room - rows.length) }, (): Row => []);
  const { listError } = state.data.workflows;
  if (listError && blank.length > 0) blank[0] = line(cut(` ✖ ${listError}`, width), 'bad');
  return {
    rows: [...rows, ...blank, ...details],
    moving,
    hits: shown.map((one) => ('item' in one ? one.index : null)),
  };
}

const nameOf = (item: ListItem) => ('run' in item ? item.run.name : item.workflow.name);

function linesOf(items: readonly ListItem[]): Line[] {
  const lines: Line[] = [];
  items.forEach((item, index) => {
    const before = items[index - 1];
    if (!before && 'run' in item) lines.push({ head: 'Runs' });
    if ('workflow' in item && (!before || 'run' in before)) lines.push({ head: 'Workflows' });
    lines.push({ item, index });
  });
  return lines;
}

function movingOf(run: Agent, { y, width, selected }: { y: number; width: number; selected: boolean }): Moving[] {
  const common = { y, from: run.status.since, selected } as const;
  const { tone } = runLook(run);
  return [
    ...(isMoving(run.status.state) ? [{ ...common, id: `spin ${run.id}`, x: 2, kind: 'spinner', tone } as const] : []),
    { ...common, id: `since ${run.id}`, x: width - 1 - SINCE_WIDTH, kind: 'since', tone: 'dim' },
  ];
}

/** `● review-2   review-code · Verify   7/12  3 ●   412k tok  $1.84   4m`. */
function runRow(state: Cockpit, run: Agent, { width, names, now }: { width: number; names: number; now: number }): Row {
  const { glyph, tone, word } = runLook(run);
  const { workflow = '', phase = null, steps = NO_STEPS, outcome = null } = run.run ?? {};
  const lost = lostOf(steps, outcome);
  const waits = waitingIn(state, run.id).length;
  const spent = spentRow(spentBy([run, ...agentsOf(state, run.id)]));
  const facts: Row = [
    ...(waits > 0 ? [{ text: `◆ ${waits} waiting  `, tone: 'wait' } as Span] : []),
    { text: `${endedOf(steps)}/${steps.known}` },
    ...(lost.count > 0 ? [{ text: `  ${lost.count} ${lost.glyph}`, tone: lost.tone }] : []),
    ...(width >= 90 && spent.length > 0 ? [{ text: '  ' }, ...spent] : []),
    { text: `  ${since(now - run.status.since).padStart(SINCE_WIDTH)} `, tone: 'dim' },
  ];
  const where = phase && isLive(run) ? `${workflow} · ${phase}` : workflow;
  const left: Row = [
    { text: ` ${glyph} `, tone },
    { text: `${fit(clean(run.name), names)} ` },
    { text: `${fit(word, 9)} `, tone },
    { text: clean(where), tone: 'dim' },
  ];
  return [...fitRow(left, Math.max(0, width - 1 - rowWidth(facts))), ...facts];
}

function workflowRow(workflow: WorkflowInfo, width: number, names: number): Row {
  const { name, description, problem, trusted, form } = workflow;
  const beside: Row = problem
    ? [{ text: `✖ ${clean(problemWords(workflow))}`, tone: 'bad' }]
    : [
        ...(trusted ? [] : [{ text: 'not trusted yet · ', tone: 'wait' } as Span]),
        { text: clean(description), tone: 'dim' },
      ];
  const left: Row = [
    { text: ` ${problem ? '✖' : trusted ? '▷' : '◇'} `, tone: problem ? 'bad' : trusted ? 'accent' : 'wait' },
    { text: `${fit(clean(name), names)} ` },
    { text: `${fit(form, 6)} `, tone: 'dim' },
    ...beside,
  ];
  const from: Row = width >= 70 ? [{ text: ` ${fromWords(workflow)} `, tone: 'dim' }] : [];
  return [...fitRow(left, Math.max(0, width - 1 - rowWidth(from))), ...from];
}

/** What is known of the chosen run or workflow. */
function detailRows(state: Cockpit, item: ListItem, width: number): Row[] {
  const words = 'run' in item ? runWords(state, item.run) : workflowWords(item.workflow);
  const shown = words.map((one) => ({ ...one, text: clean(one.text) }));
  return detailBox(clean(nameOf(item)), 'strong', shown, width);
}

function runWords(state: Cockpit, run: Agent): Words {
  const counts = run.run?.steps ?? NO_STEPS;
  const lost = lostOf(counts, run.run?.outcome ?? null);
  const parts = [
    plural(counts.known, 'step'),
    ...(counts.running > 0 ? [`${counts.running} at work`] : []),
    `${counts.done} done`,
    ...(counts.cached > 0 ? [`${counts.cached} of them from the cache`] : []),
    ...(lost.count > 0 ? [`${lost.count} ${lost.word}`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} left out`] : []),
    plural(agentsOf(state, run.id).length, 'agent'),
    ...spentRow(spentBy([run, ...agentsOf(state, run.id)])).map(({ text }) => text),
  ];
  return [
    { text: parts.join(' · ') },
    ...(run.status.state === 'completed' ? [] : [{ text: run.status.evidence.detail, tone: 'dim' } as const]),
  ];
}

function workflowWords(workflow: WorkflowInfo): Words {
  const { description, problem, trusted, shadows, args, phases, file } = workflow;
  const taken = Object.entries(args).map(([name, { required }]) => (required ? `${name} (needed)` : name));
  return [
    ...(problem ? [{ text: `✖ ${problemWords(workflow)}`, tone: 'bad' } as const] : []),
    ...(description ? [{ text: description }] : []),
    ...(taken.length > 0 ? [{ text: `Takes ${taken.join(', ')}.`, tone: 'dim' } as const] : []),
    ...(phases.length > 0 ? [{ text: phases.map(({ title }) => title).join(' › '), tone: 'dim' } as const] : []),
    ...(trusted
      ? []
      : [{ text: "It is the repository's: it runs once you have read and trusted it.", tone: 'wait' } as const]),
    { text: `${fromWords(workflow)}${file ? `: ${file}` : ''}`, tone: 'dim' },
    ...(shadows.length > 0 ? [{ text: `It hides ${shadows.join(', ')}.`, tone: 'wait' } as const] : []),
  ];
}

function emptyRows({ data }: Cockpit, width: number): Row[] {
  const { list, listError } = data.workflows;
  const words =
    listError !== null
      ? [`✖ ${listError}`]
      : list === null
        ? ['Looking for workflows…']
        : [
            'There is no workflow here yet.',
            'A workflow is a small script or graph that has many agents work as one: .boocode/workflows/NAME.js or .boocode/flows/NAME.yaml in this project, or the same below ~/.boocode.',
            'boocode workflow new NAME writes one to start from.',
          ];
  const rows = words.flatMap((text) => [
    [],
    ...wrap(text, Math.max(1, width - 4)).map((part) => line(`  ${part}`, 'dim')),
  ]);
  return rows;
}
