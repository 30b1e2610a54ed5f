import type { Rect } from '../../../core/layout/rect.ts';
import { isLive } from '../../../core/lifecycle.ts';
import { NO_STEPS } from '../../../core/runs/summary.ts';
import type { Agent } from '../../../schema/agent.ts';
import { agentsOf, spentBy, waitingIn } from '../../selectors/workflows/runs.ts';
import { chosenRow, type Step, shownRun } from '../../selectors/workflows/steps.ts';
import type { Cockpit } from '../../store/model.ts';
import type { RunPart, ShownRun, StepsShown } from '../../store/workflows.ts';
import { plural, since } from '../numbers.ts';
import { clean, cut, fitRow, line, type Row, rowWidth, type Span, wrap } from '../span.ts';
import { type Moving, SINCE_WIDTH } from '../view.ts';
import { detailBox, type Words } from './detail.ts';
import { logRows, resultRows } from './result.ts';
import { type StepsPart, stepsPart } from './steps.ts';
import { endedOf, lostOf, progressRow, runLook, spentRow, tookOf } from './words.ts';

type Area = Pick<Rect, 'width' | 'height'>;

/** From this many rows on what is known of the chosen step stands below the steps. */
const DETAILS_FROM = 18;
const DETAILS = 6;
const SHOWN: Record<StepsShown, string> = { all: '', open: ' that go on or wait', wrong: ' that went wrong' };

/** One run: how it stands, then its steps, its log or its result. */
export function runRows(state: Cockpit, run: Agent, { width, height }: Area, now: number): StepsPart {
  const shown = shownRun(state);
  const head = [...headRows(state, run, shown, width, now), tabRow(state, shown, width)];
  const goes = isLive(run) && shown?.run.startedAt != null;
  const common = { y: 0, selected: false, from: shown?.run.startedAt ?? now } as const;
  const moving: Moving[] = goes
    ? [{ ...common, id: 'run', x: width - 1 - SINCE_WIDTH, kind: 'since', tone: 'dim' }]
    : [];
  const room = Math.max(0, height - head.length);
  const body = shown ? bodyOf(state, shown, { width, height: room }, now) : missing(state, width);
  return {
    rows: [...head, ...body.rows],
    moving: [...moving, ...body.moving.map((one): Moving => ({ ...one, y: one.y + head.length }))],
    hits: [...head.map(() => null), ...body.hits],
  };
}

/** Rows above what scrolls in the log and the result. */
export const headHeight = (state: Cockpit, run: Agent, width: number): number =>
  headRows(state, run, shownRun(state), width, 0).length + 1;

/** How a run stands: its state and phase, how far it is, what waits, what went wrong. `shown` null: as far as its agent tells. */
export function headRows(state: Cockpit, run: Agent, shown: ShownRun | null, width: number, now: number): Row[] {
  const { glyph, word, tone } = runLook(run);
  const counts = run.run?.steps ?? NO_STEPS;
  const lost = lostOf(counts, run.run?.outcome ?? null);
  const agents = agentsOf(state, run.id);
  const phase = run.run?.phase && isLive(run) ? [{ text: `  in ${clean(run.run.phase)}`, tone: 'accent' } as Span] : [];
  const took = shown ? timeOf(shown, run, now) : '';
  const first: Row = [
    { text: ` ${glyph} ${word}`, tone },
    { text: `  ${clean(run.run?.workflow ?? '')}`, tone: 'strong' },
    ...phase,
  ];
  const facts: Row = [
    { text: ` ${endedOf(counts)}/${counts.known} ` },
    ...(counts.running > 0 ? [{ text: ` ${counts.running} ● working`, tone: 'busy' } as Span] : []),
    ...(lost.count > 0 ? [{ text: `  ${lost.count} ${lost.glyph} ${lost.word}`, tone: lost.tone }] : []),
    ...(counts.cached > 0 ? [{ text: `  ${counts.cached} cached`, tone: 'calm' } as Span] : []),
    { text: `  ${plural(agents.length, 'agent')}  `, tone: 'dim' },
    ...spentRow(spentBy([run, ...agents])),
  ];
  const bar = Math.min(24, width - rowWidth(facts) - 3);
  const rows = [
    aside(first, [{ text: took, tone: 'dim' }, { text: ' ' }], width),
    fitRow([{ text: ' ' }, ...(bar >= 6 ? progressRow(counts, bar) : []), ...facts], width),
  ];
  const waits = waitingIn(state, run.id);
  if (waits.length > 0) {
    const who = [...new Set(waits.map(({ agent }) => clean(agent.name)))].join(', ');
    rows.push(
      line(
        cut(` ◆ ${waits.length === 1 ? 'one question waits' : `${waits.length} questions wait`}: ${who}`, width),
        'wait',
      ),
    );
  }
  const { error = null, place = null, outcome = null } = shown?.run ?? {};
  if (error !== null) {
    const isWrong = outcome !== 'cancelled';
    const words = `${isWrong ? '✖' : '⊘'} ${clean(error)}${place ? ` (${clean(place)})` : ''}`;
    rows.push(
      ...wrap(words, Math.max(1, width - 2))
        .slice(0, 3)
        .map((text) => line(` ${text}`, isWrong ? 'bad' : 'dim')),
    );
  }
  return rows;
}

/** One that goes on counts whole units, as what moves by itself does. */
function timeOf({ run: { startedAt, endedAt } }: ShownRun, run: Agent, now: number): string {
  if (startedAt !== null && isLive(run)) return since(now - startedAt).padStart(SINCE_WIDTH);
  return tookOf(startedAt, endedAt ?? run.endedAt, now);
}

function aside(left: Row, right: Row, width: number): Row {
  const room = Math.max(0, width - rowWidth(right));
  return [...fitRow(left, room), ...right];
}

/** `[Steps 12]  Log 34   Result`: the chosen one in brackets, so that no colour is needed to know it. */
function tabRow({ ui }: Cockpit, shown: ShownRun | null, width: number): Row {
  const { part, steps } = ui.workflows;
  const tab = (id: RunPart, text: string): Span =>
    part === id ? { text: `[${text}]`, tone: 'focus' } : { text: ` ${text} `, tone: 'dim' };
  const run = shown?.run;
  const tabs: Row = [
    tab('steps', `Steps ${run?.steps.length ?? ''}`.trim()),
    tab('log', `Log ${run?.log.length || ''}`.trim()),
    tab('result', 'Result'),
    { text: part === 'steps' && SHOWN[steps] ? `  only those${SHOWN[steps]}` : '', tone: 'key' },
  ];
  const rule = Math.max(0, width - rowWidth(tabs) - 2);
  return fitRow([{ text: '─', tone: 'border' }, ...tabs, { text: '─'.repeat(rule + 1), tone: 'border' }], width);
}

const still = (rows: Row[]): StepsPart => ({ rows, moving: [], hits: rows.map(() => null) });

function missing({ data }: Cockpit, width: number): StepsPart {
  const { runError } = data.workflows;
  return still(
    wrap(runError ?? 'Reading its record…', Math.max(1, width - 2)).map((text) =>
      line(` ${text}`, runError ? 'bad' : 'dim'),
    ),
  );
}

function bodyOf(state: Cockpit, { run }: ShownRun, { width, height }: Area, now: number): StepsPart {
  const { part, top } = state.ui.workflows;
  if (part === 'log') return still(logRows(run, { width, height, back: top }, now));
  if (part === 'result') return still(resultRows(run, width).slice(top, top + height));
  const chosen = chosenRow(state);
  const details = height >= DETAILS_FROM && chosen ? detailRows(chosen, width).slice(0, DETAILS) : [];
  const list = stepsPart(state, width, height - details.length, now);
  if (list.rows.length === 0) return still([line(` ${nothing(state)}`, 'dim')]);
  const blank = Array.from({ length: height - details.length - list.rows.length }, (): Row => []);
  return { ...list, rows: [...list.rows, ...(details.length > 0 ? blank : []), ...details] };
}

const nothing = ({ ui }: Cockpit) =>
  ui.workflows.steps === 'all' ? 'It has told of no step yet.' : `There are no steps${SHOWN[ui.workflows.steps]}.`;

/** What is known of the chosen step beside its row: why it stands as it does, and how its result begins. */
function detailRows(row: NonNullable<ReturnType<typeof chosenRow>>, width: number): Row[] {
  const title = 'step' in row ? row.step.label : row.phase;
  const words: Words = 'step' in row ? stepWords(row.step) : row.detail ? [{ text: row.detail, tone: 'dim' }] : [];
  if (words.length === 0) return [];
  const begins = (text: string) => text.split('\n').slice(0, DETAILS).map(clean).join('\n');
  const shown = words.map((one) => ({ ...one, text: begins(one.text) }));
  return detailBox(clean(title), 'dim', shown, width);
}

function stepWords({ detail, result, status }: Step): Words {
  return [
    ...(detail ? [{ text: detail, tone: status === 'failed' || status === 'timed_out' ? 'bad' : 'dim' } as const] : []),
    ...(result ? [{ text: result, tone: 'plain' } as const] : []),
  ];
}
