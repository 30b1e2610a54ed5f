import { lasted } from '../../../core/traces/words.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { StepCounts } from '../../../schema/run.ts';
import type { RunOutcome } from '../../../schema/run-summary.ts';
import type { WorkflowInfo } from '../../../schema/workflow.ts';
import type { Step, Tally } from '../../selectors/workflows/steps.ts';
import type { Tone } from '../../theme/tones.ts';
import { dollars, short } from '../numbers.ts';
import type { Row, Span } from '../span.ts';
import { STATES } from '../states.ts';

interface Look {
  glyph: string;
  word: string;
  tone: Tone;
}

const STEPS: Record<Step['status'], Look> = {
  pending: { glyph: '◌', word: 'pending', tone: 'dim' },
  running: { glyph: '●', word: 'working', tone: 'busy' },
  completed: { glyph: '✓', word: 'done', tone: 'good' },
  failed: { glyph: '✖', word: 'failed', tone: 'bad' },
  skipped: { glyph: '⊖', word: 'left out', tone: 'dim' },
  cancelled: { glyph: '⊘', word: 'stopped', tone: 'dim' },
  timed_out: { glyph: '◷', word: 'timed out', tone: 'bad' },
};
/** Nothing is missing but a place: so many of the run work as may at once. */
const QUEUED: Look = { glyph: '◌', word: 'queued', tone: 'dim' };
const CACHED: Look = { glyph: '✓', word: 'cached', tone: 'calm' };
/** Cells of the widest word. */
export const WORD = 9;

/** A glyph, a word and a colour. What came from the cache says so; `waits`: for a person. */
export function stepLook({ status, queued, cached }: Pick<Step, 'status' | 'queued' | 'cached'>, waits: boolean): Look {
  if (waits) return STATES.waiting;
  if (queued && status === 'pending') return QUEUED;
  return cached && status === 'completed' ? CACHED : STEPS[status];
}

/** How a run stands, in glyph, word and colour. */
export const runLook = ({ status, run }: Pick<Agent, 'status' | 'run'>): Look =>
  STATES[status.state === 'failed' && run?.outcome === 'timed_out' ? 'timed_out' : status.state];

/** `3/7` with what is at work and what went wrong: `3/7  2 ●  1 ✖`. */
export function tallyRow({ known, done, wrong, running }: Tally): Row {
  const spans: Span[] = [{ text: `${done + wrong}/${known}`, tone: 'dim' }];
  if (running > 0) spans.push({ text: `  ${running} ●`, tone: 'busy' });
  if (wrong > 0) spans.push({ text: `  ${wrong} ✖`, tone: 'bad' });
  return spans;
}

/** How many steps of a run have ended, whichever way. */
export const endedOf = ({ done, failed, skipped }: StepCounts): number => done + failed + skipped;

/** How many did not end well: of a run that was stopped, or out of time, they are no failures. */
export function lostOf({ failed }: StepCounts, outcome: RunOutcome | null): Look & { count: number } {
  const stopped = outcome === 'cancelled' || outcome === 'timed_out';
  const look: Look = stopped ? { ...STEPS.cancelled, word: 'not finished' } : STEPS.failed;
  return { ...look, count: failed };
}

const FULL = '█';
const EMPTY = '░';

/** A bar of exactly `width` cells: what has ended of what is known. */
export function progressRow({ known, done, failed, skipped }: StepCounts, width: number): Row {
  const cells = (count: number) => (known === 0 ? 0 : Math.floor((count / known) * width));
  const good = cells(done + skipped);
  const bad = Math.max(failed > 0 ? 1 : 0, cells(done + skipped + failed) - good);
  const from = Math.min(good, width - bad);
  return [
    { text: FULL.repeat(from), tone: 'good' },
    { text: FULL.repeat(bad), tone: 'bad' },
    { text: EMPTY.repeat(width - from - bad), tone: 'border' },
  ];
}

/** `412k tok  ~$1.84`; nothing of what nobody tells. */
export function spentRow({ tokens, usd, about }: { tokens: number | null; usd: number | null; about: boolean }): Row {
  const parts = [
    ...(tokens === null ? [] : [`${short(tokens)} tok`]),
    ...(usd === null ? [] : [`${about ? '~' : ''}${dollars(usd)}`]),
  ];
  return parts.length === 0 ? [] : [{ text: parts.join('  ') }];
}

/** How long it took, or takes so far; '' before it began. */
export const tookOf = (startedAt: number | null, endedAt: number | null, now: number): string =>
  startedAt === null ? '' : lasted(Math.max(0, (endedAt ?? now) - startedAt));

const FROM: Record<WorkflowInfo['from'], string> = {
  builtin: 'built in',
  project: 'of this project',
  home: 'yours',
};
export const fromWords = ({ from }: Pick<WorkflowInfo, 'from'>): string => FROM[from];

/** `line 12: unexpected "}"`. */
export function problemWords({ problem }: Pick<WorkflowInfo, 'problem'>): string {
  if (!problem) return '';
  return problem.line === null ? problem.message : `line ${problem.line}: ${problem.message}`;
}
