import { short, since } from '../../cockpit/views/numbers.ts';
import { cut } from '../../cockpit/views/span.ts';
import { STATES } from '../../cockpit/views/states.ts';
import { inert } from '../../core/transcript.ts';
import type { Agent } from '../../schema/agent.ts';
import type { StepStatus } from '../../schema/flow.ts';
import type { Run, RunSummary } from '../../schema/run.ts';
import { stateCell } from '../agents.ts';
import { seen } from '../approval-text.ts';
import { type Cell, type Paint, table } from '../print.ts';
import { jsonValue, type RunSight, type RunStatus, statusOf, usedBy, waitsForPerson } from './json.ts';

/** Columns of a step's label, and of what is said of it where the output is no terminal. */
const LABEL_WIDTH = 36;
/** Least columns for the last column. */
const LEAST = 16;

const line = (text: string) => inert(text).replace(/\s*\n\s*/g, ' ');
const dim = (text: string): Cell => ({ text, style: 'dim' });

/** Glyph and colour of a step; one that was left out, or waits until fewer work, has none of the states of agents. */
export function stepCell(status: StepStatus, queued = false): Exclude<Cell, string> {
  if (status === 'skipped') return { text: '– skipped', style: 'dim' };
  return queued && status === 'pending' ? { text: `${STATES.pending.glyph} queued`, style: 'dim' } : stateCell(status);
}

export const glyphOf = (status: StepStatus): string => (status === 'skipped' ? '–' : STATES[status].glyph);

export const statusCell = (status: RunStatus): Exclude<Cell, string> => stateCell(status);

/** `3 of 7 steps, 1 cached, 1 failed`. What ended with its run has not failed by itself. */
export function countsText({ steps, outcome }: Pick<RunSummary, 'steps' | 'outcome'>): string {
  const { known, done, failed, skipped, cached, running } = steps;
  if (known === 0) return 'no steps';
  const lost = outcome === 'cancelled' || outcome === 'timed_out' ? 'not finished' : 'failed';
  const parts = [
    `${done} of ${known} step${known === 1 ? '' : 's'}`,
    running > 0 && `${running} running`,
    cached > 0 && `${cached} cached`,
    failed > 0 && `${failed} ${lost}`,
    skipped > 0 && `${skipped} left out`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** `12k tok  $0.04`; empty where nothing is known. */
export function usedText(children: readonly Agent[]): string {
  const { tokens, usd } = usedBy(children);
  return [tokens !== null && `${short(tokens)} tok`, usd !== null && `$${usd.toFixed(2)}`].filter(Boolean).join('  ');
}

type Step = Run['steps'][number];

function stepRow(step: Step, names: ReadonlyMap<string, string>, now: number): Cell[] {
  const { startedAt, endedAt, status, detail, result } = step;
  const why = detail ?? (status === 'completed' || status === 'failed' ? (result ?? '') : '');
  return [
    stepCell(status, step.queued),
    cut(`${step.parent === null ? '' : '  '}${line(step.label)}`, LABEL_WIDTH),
    startedAt === null ? '' : since((endedAt ?? now) - startedAt),
    step.cached ? { text: 'cached', style: 'cyan' } : '',
    step.agent === null ? '' : dim(names.get(step.agent) ?? step.agent.slice(0, 8)),
    dim(line(why)),
  ];
}

const textOf = (cell: Cell | undefined) => (typeof cell === 'string' ? cell : (cell?.text ?? ''));

/** Rows whose last cell takes what is left of the width. */
export function fitLast(rows: Cell[][], width: number, indent = 0): Cell[][] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const before = Array.from({ length: columns - 1 }, (_, x) => Math.max(...rows.map((row) => textOf(row[x]).length)));
  const left = Math.max(LEAST, width - indent - before.reduce((sum, one) => sum + one + 2, 0));
  return rows.map((row) => {
    const last = row[columns - 1];
    if (last === undefined) return row;
    const text = cut(textOf(last), left);
    return [...row.slice(0, -1), typeof last === 'string' ? text : { ...last, text }];
  });
}

/** A run with its steps, by phase where it has phases. */
export function runText({ run, agent, children }: RunSight, now: number, width: number, paint: Paint): string {
  const status = statusCell(statusOf({ agent, outcome: run.outcome, waits: waitsForPerson([agent, ...children]) }));
  const names = new Map(children.map((one) => [one.id, one.name]));
  const began = run.startedAt ?? agent.startedAt;
  const ended = agent.endedAt ?? now;
  const head = [
    paint('bold', agent.name),
    paint(status.style, status.text),
    began === null ? '' : since(ended - began),
    `${run.workflow || (agent.run?.workflow ?? '')}`,
    agent.run ? countsText(agent.run) : '',
    usedText(children),
  ];
  const rows = fitLast(
    run.steps.map((step) => stepRow(step, names, now)),
    width,
    4,
  );
  const lines = rows.length > 0 ? table(rows, paint, '    ').split('\n') : [];
  let phase: string | null = null;
  const body = lines.flatMap((text, at) => {
    const own = run.steps[at]!.phase;
    const title = own !== null && own !== phase ? [`  ${paint('bold', line(own))}`] : [];
    phase = own;
    return [...title, text];
  });
  return [head.filter(Boolean).join('  '), ...body, ...endText({ run, agent, children }, paint)].join('\n');
}

/** What came of it, and what it waits for. */
export function endText({ run, agent, children }: RunSight, paint: Paint): string[] {
  const waiting = waitingText([agent, ...children]);
  const error = run.error ?? (agent.endedAt !== null && run.outcome === null ? agent.status.evidence.detail : null);
  return [
    ...(error === null || run.outcome === 'cancelled'
      ? []
      : ['', `${paint('red', 'Error:')} ${inert(error)}${run.place ? `  (${run.place})` : ''}`]),
    ...(run.result === null ? [] : ['', resultText(run.result)]),
    ...(waiting.length > 0 ? ['', ...waiting] : []),
  ];
}

/** A result for a person: a text as it is, the `report` of an object, else JSON. */
export function resultText(json: string): string {
  const value = jsonValue(json);
  if (typeof value === 'string') return inert(value).trimEnd();
  const report = (value as { report?: unknown } | null)?.report;
  return inert(typeof report === 'string' ? report : JSON.stringify(value, null, 2)).trimEnd();
}

/** What waits for a person in it, and how it is answered. */
export function waitingText(agents: readonly Agent[]): string[] {
  const rows = agents.flatMap(({ name, approvals }) =>
    (approvals ?? []).map(
      ({ id, title, command }) => `  ${id}  ${name}  ${seen(command ?? title).replace(/\n/g, ' ⏎ ')}`,
    ),
  );
  const [first] = agents.flatMap(({ approvals }) => approvals ?? []);
  if (!first) return [];
  const answer = first.questions ? `boocode approve ${first.id} --answer TEXT` : `boocode approve ${first.id}`;
  return [
    'It waits for a person:',
    ...rows,
    `  answer:  ${answer}  (or deny, or boocode inbox ${first.id} to see all of it)`,
  ];
}
