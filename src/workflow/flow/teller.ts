import type { Graph } from '../../core/flows/graph.ts';
import { isOver } from '../../core/flows/verdict.ts';
import type { FlowStep } from '../../schema/flow.ts';
import type { Run, RunStep } from '../../schema/run.ts';
import type { RunContext } from '../context.ts';

type Told = Run['steps'][number];
type News = Pick<RunStep, 'status'> &
  Partial<Pick<RunStep, 'queued' | 'attempt' | 'agent' | 'detail' | 'result' | 'cached'>>;

/** Why a step was left out by its own guard: that answer stands when the run is taken up again. */
export const GUARD = 'its guard does not hold';

/** Why a step was left out by how others ended: asked anew when the run is taken up again, since those begin again too. */
export const BLOCKED = 'it needs what did not end well';

/** Tells the steps of a flow, and items of its batches, by their ids in the flow (`id`, `id[3]`). What was told in a life before is not told again. */
export class Teller {
  readonly #context: RunContext;
  readonly #graph: Graph;
  readonly #past: ReadonlyMap<string, Told>;
  #phase: string | null;

  constructor(context: RunContext, graph: Graph) {
    this.#context = context;
    this.#graph = graph;
    this.#past = new Map(context.past?.run.steps.map((step) => [step.id, step]));
    this.#phase = context.past?.run.phase ?? null;
  }

  /** What was told of it in the run's lives before. */
  past = (id: string): Told | undefined => this.#past.get(this.#context.path + id);

  /** All that there is to do, before any of it begins. */
  steps(): void {
    for (const step of this.#graph.steps) this.#pending(step, null);
  }

  /** The items of a batch whose list is known. */
  items(step: FlowStep, count: number): void {
    for (let item = 0; item < count; item += 1) this.#pending(step, item);
  }

  /** It is at work, or `queued`: it will be when fewer agents of the run work. */
  begins(step: FlowStep, item: number | null, attempt: number, queued = false): void {
    const { phase = null } = step;
    const id = idOf(step, item);
    if (phase !== null && phase !== this.#phase && !this.past(id)?.attempt) this.#context.telling.phase(phase);
    if (phase !== null) this.#phase = phase;
    const again = `try ${attempt} of ${step.maxRetries + 1}: the one before took too long`;
    const news = { attempt, ...(attempt > 1 && { detail: again }) };
    if (queued) this.#queued(step, item, news);
    else this.running(step, item, news);
  }

  #queued(step: FlowStep, item: number | null, news: Omit<News, 'status'> & { attempt: number }): void {
    const before = this.#now(idOf(step, item));
    // One that was at work when the run was interrupted is so still.
    if (before && before.status !== 'pending' && before.attempt >= news.attempt) return;
    this.#tell(step, item, { ...news, status: 'pending', queued: true });
  }

  /** It is at work, by this agent where there is one. */
  running(step: FlowStep, item: number | null, news: Omit<News, 'status'> & { attempt: number }): void {
    const before = this.#now(idOf(step, item));
    // One that was over, or further on, before the run was taken up again only gives its result once more; what no agent could be had for gets one now.
    const anew = before?.status === 'failed' && before.agent === null && news.agent != null;
    if (before && ((isEnd(before.status) && !anew) || before.attempt > news.attempt)) return;
    const kept = before?.attempt === news.attempt && !anew ? { agent: before.agent, detail: before.detail } : {};
    this.#tell(step, item, { ...kept, ...news, status: 'running' });
  }

  ended(step: FlowStep, item: number | null, news: News & { attempt: number }): void {
    const before = this.#now(idOf(step, item));
    // Why it had failed in a life before says nothing of one that went well since.
    const mended = before?.status === 'failed' && news.status === 'completed';
    const known = before?.attempt === news.attempt && !mended ? before : null;
    this.#tell(step, item, { agent: known?.agent ?? null, detail: known?.detail ?? null, ...news });
  }

  /** It never began: left out, or cancelled before. */
  leftOut(step: FlowStep, status: RunStep['status'], why: string): void {
    this.#tell(step, null, { status, detail: why });
  }

  #pending(step: FlowStep, item: number | null): void {
    const before = this.#now(idOf(step, item));
    const open = before?.status === 'cancelled' || (before?.status === 'skipped' && before.detail?.startsWith(BLOCKED));
    if (!before || open) this.#tell(step, item, { status: 'pending' });
  }

  #tell(step: FlowStep, item: number | null, news: News): void {
    const { telling, path, parent } = this.#context;
    const { id, label = id, phase = null } = step;
    const at = this.#graph.index.get(id)!;
    const before = this.#now(idOf(step, item));
    telling.step({
      id: path + idOf(step, item),
      label: item === null ? label : `${label} ${item + 1}`,
      phase,
      kind: item === null ? step.kind : 'item',
      attempt: before?.attempt ?? 0,
      cached: false,
      agent: null,
      deps: item === null ? this.#graph.before[at]!.map((dep) => path + this.#graph.steps[dep]!.id) : [],
      parent: item === null ? parent : path + id,
      detail: null,
      result: null,
      ...news,
    });
  }

  #now(id: string): RunStep | undefined {
    return this.#context.telling.told(this.#context.path + id);
  }
}

export const idOf = ({ id }: FlowStep, item: number | null): string => (item === null ? id : `${id}[${item}]`);

/** Over by itself: what was cancelled with its run begins again with it. */
const isEnd = (status: RunStep['status']): boolean => isOver(status) && status !== 'cancelled' && status !== 'skipped';
