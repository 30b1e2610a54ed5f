import type { Say } from '../bridge/say.ts';
import type { WorkflowForm } from '../schema/run.ts';
import { type Run, type RunOutcome, type RunStep, STEP_TEXT, type StepCounts } from '../schema/run.ts';

/** How much of a result is told as the run's own, in characters: the record's bound of one text. */
const RESULT_TEXT = 1_000_000;

type Phases = Run['phases'];
export interface Ending {
  outcome: RunOutcome;
  /** JSON. */
  result: string | null;
  error: string | null;
  place: string | null;
}

/** Tells the steps of a run. What the record has already is not told again. */
export class Telling {
  readonly #say: Say;
  readonly #steps = new Map<string, { step: RunStep; text: string }>();
  /** How often a line stands in the log of earlier lives: who begins again says it again. */
  readonly #noted = new Map<string, number>();
  readonly #counts: StepCounts = { known: 0, running: 0, done: 0, failed: 0, skipped: 0, cached: 0 };

  constructor(say: Say, past: Run | null) {
    this.#say = say;
    for (const { level, text } of past?.log ?? [])
      this.#noted.set(level + text, (this.#noted.get(level + text) ?? 0) + 1);
    for (const { startedAt: _s, endedAt: _e, ...step } of past?.steps ?? []) this.#keep(step);
  }

  began(workflow: string, form: WorkflowForm, phases: Phases): void {
    this.#say.report({ type: 'runBegan', workflow, form, phases });
  }

  /** The same id again replaces what was told of it. Long texts are cut. */
  step(step: RunStep): void {
    const { detail, result } = step;
    const told = { ...step, detail: detail && cut(detail), result: result && cut(result) };
    if (this.#keep(told)) this.#say.report({ type: 'step', step: told, counts: { ...this.#counts } });
  }

  /** What was last told of a step, in an earlier life too. */
  told(id: string): RunStep | undefined {
    return this.#steps.get(id)?.step;
  }

  phase(title: string): void {
    this.#say.report({ type: 'phase', title: title.slice(0, STEP_TEXT) });
  }

  note(level: 'log' | 'warn' | 'error', line: string): void {
    const text = cut(line);
    const before = this.#noted.get(level + text) ?? 0;
    this.#noted.set(level + text, before - 1);
    if (before <= 0) this.#say.report({ type: 'noted', level, text });
  }

  /** Steps that still run or wait are told as `cancelled` first, with `why`. */
  ended(ending: Ending, why: string): void {
    for (const { step } of [...this.#steps.values()]) {
      if (step.status === 'running' || step.status === 'pending')
        this.step({ ...step, status: 'cancelled', queued: undefined, detail: why });
    }
    const { result } = ending;
    const whole = result === null || result.length <= RESULT_TEXT;
    this.#say.report({ type: 'runEnded', ...ending, result: whole ? result : JSON.stringify(cut(result)) });
  }

  /** False: nothing is new. */
  #keep(step: RunStep): boolean {
    const known = this.#steps.get(step.id);
    const text = JSON.stringify(step);
    if (known?.text === text) return false;
    if (known) this.#count(known.step, -1);
    this.#count(step, 1);
    this.#steps.set(step.id, { step, text });
    return true;
  }

  #count({ status, cached }: RunStep, by: 1 | -1): void {
    const counts = this.#counts;
    counts.known += by;
    if (status === 'running') counts.running += by;
    else if (status === 'completed') counts.done += by;
    else if (status === 'failed' || status === 'timed_out' || status === 'cancelled') counts.failed += by;
    else if (status === 'skipped') counts.skipped += by;
    if (cached && status === 'completed') counts.cached += by;
  }
}

const cut = (text: string) => (text.length <= STEP_TEXT ? text : `${text.slice(0, STEP_TEXT - 1)}…`);
