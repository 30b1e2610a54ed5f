import type { RunStep } from '../schema/run.ts';
import { messageOf } from '../util/errors.ts';
import type { CallEnd } from './calls.ts';
import type { Telling } from './telling.ts';

type Known = Pick<RunStep, 'id' | 'label' | 'phase' | 'kind' | 'parent'>;

/** One step of a script as it is told. What had ended in an earlier life of the run is not told to run again. */
export class Step {
  readonly #telling: Telling;
  readonly #known: Known;

  constructor(telling: Telling, known: Known) {
    this.#telling = telling;
    this.#known = known;
  }

  pending(queued: boolean): void {
    const before = this.#telling.told(this.#known.id);
    if (before && before.status !== 'pending' && before.status !== 'cancelled') return;
    this.#tell({ status: 'pending', agent: null, ...(queued && { queued }) });
  }

  running(agent: string | null): void {
    const before = this.#telling.told(this.#known.id);
    if (before && ['completed', 'failed', 'timed_out'].includes(before.status)) return;
    this.#tell({ status: 'running', agent });
  }

  /** What was not even begun is no step of the run. */
  end(end: CallEnd): void {
    if (end.ok) this.#tell({ status: 'completed', agent: end.by, cached: end.cached, result: end.text });
    else if (end.agent || this.#telling.told(this.#known.id))
      this.#tell({ status: end.outcome, agent: end.agent?.id ?? null, detail: end.error });
  }

  completed(result: unknown): void {
    this.#tell({ status: 'completed', agent: null, result: JSON.stringify(result ?? null) });
  }

  failed(error: unknown): void {
    this.#tell({ status: 'failed', agent: null, detail: messageOf(error) });
  }

  #tell(now: Pick<RunStep, 'status' | 'agent'> & Partial<RunStep>): void {
    const before = this.#telling.told(this.#known.id);
    const other = before?.agent != null && now.agent !== null && before.agent !== now.agent;
    const attempt = (before?.attempt ?? 1) + (other ? 1 : 0);
    this.#telling.step({ ...this.#known, attempt, cached: false, deps: [], detail: null, result: null, ...now });
  }
}
