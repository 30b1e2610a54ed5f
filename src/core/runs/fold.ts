import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Run, RunStep } from '../../schema/run.ts';

/** Lines of a run's log that are kept in sight. */
export const LOG_LINES = 2000;

/** A run of which nothing is known yet but its agent. */
export const emptyRun = ({ id, name }: Pick<Agent, 'id' | 'name'>): Run => ({
  id,
  name,
  workflow: '',
  form: 'script',
  outcome: null,
  startedAt: null,
  endedAt: null,
  phases: [],
  phase: null,
  steps: [],
  log: [],
  result: null,
  error: null,
  place: null,
});

type Step = Run['steps'][number];

/** Folds the record of a run's agent, event by event, into what is shown of it. The run is changed in place: with 10,000 steps a copy for each would not do. */
export class RunFold {
  readonly run: Run;
  readonly #at = new Map<string, number>();

  /** `run`: goes on from what is known of it already. */
  constructor(agent: Pick<Agent, 'id' | 'name'>, events: Iterable<AgentEvent> = [], run: Run = emptyRun(agent)) {
    this.run = run;
    for (const [index, { id }] of run.steps.entries()) this.#at.set(id, index);
    for (const event of events) this.take(event);
  }

  /** Did it change anything? */
  take(event: AgentEvent): boolean {
    const { run } = this;
    switch (event.type) {
      case 'runBegan': {
        const { workflow, form, phases } = event;
        Object.assign(run, { workflow, form, phases, startedAt: run.startedAt ?? event.at });
        Object.assign(run, { outcome: null, endedAt: null, result: null, error: null, place: null });
        return true;
      }
      case 'step':
        this.#step(event.step, event.at);
        return true;
      case 'phase':
        run.phase = event.title;
        if (!run.phases.some(({ title }) => title === event.title)) run.phases.push({ title: event.title });
        return true;
      case 'noted':
        run.log.push({ at: event.at, level: event.level, text: event.text });
        if (run.log.length > LOG_LINES) run.log.splice(0, run.log.length - LOG_LINES);
        return true;
      case 'runEnded': {
        const { outcome, result, error, place } = event;
        Object.assign(run, { outcome, result, error, place, endedAt: event.at });
        return true;
      }
      default:
        return false;
    }
  }

  #step(step: RunStep, at: number): void {
    const known = this.#at.get(step.id);
    const before = known === undefined ? undefined : this.run.steps[known];
    const next: Step = { ...step, ...timesOf(step, before, at) };
    if (known !== undefined) {
      this.run.steps[known] = next;
      return;
    }
    this.#at.set(step.id, this.run.steps.length);
    this.run.steps.push(next);
  }
}

/** A step that waits has neither; one that is begun again begins then. */
function timesOf(step: RunStep, before: Step | undefined, at: number): Pick<Step, 'startedAt' | 'endedAt'> {
  if (step.status === 'pending') return { startedAt: null, endedAt: null };
  // What had failed in an earlier life and goes better now begins then.
  const anew = before?.status === 'failed' && step.status !== 'failed';
  const same = before && before.attempt === step.attempt && !anew ? before : undefined;
  if (step.status === 'running') return { startedAt: same?.startedAt ?? at, endedAt: null };
  return { startedAt: same?.startedAt ?? at, endedAt: same?.endedAt ?? at };
}
