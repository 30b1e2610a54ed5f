import type { Flow, FlowStep, StepState, StepStatus } from '../../schema/flow.ts';
import { branchesOf, type Graph, graphOf } from './graph.ts';
import { isOver, leavesOut, type Tally, verdictOf } from './verdict.ts';

/** How a step (or an item of a batch) ended. */
export type Outcome = 'completed' | 'failed' | 'timed_out' | 'cancelled';

/** Something to begin now. `item`: of a batch, from 0; null: the step itself. */
export interface Begin {
  step: FlowStep;
  item: number | null;
  /** Counts from 1. */
  attempt: number;
}

/** What a step's own expressions say; asked when what it hangs on is settled, and never again. */
export interface Guards {
  /** Does its `when` hold? */
  when(step: FlowStep): boolean;
  /** Told of each step once, when it is over for good, before what hangs on it is looked at. */
  settled?(step: FlowStep, state: StepState): void;
}

/**
 * Which steps of a flow may begin, kept up to date as they end: each end costs what hangs on it. Everything is in `states`,
 * from which another scheduler goes on after a crash; steps that were running then are `running` still, for who knows what became of them.
 */
export class Schedule {
  readonly graph: Graph;
  readonly #guards: Guards;
  readonly #states: StepState[];
  readonly #tallies: Tally[];
  /** Steps that may begin, in the order in which that came to be; batches while they have items to begin. */
  readonly #ready = new Set<number>();
  #open: number;

  constructor(flow: Pick<Flow, 'steps'>, guards: Guards, states: Readonly<Record<string, StepState>> = {}) {
    this.graph = graphOf(flow);
    this.#guards = guards;
    this.#states = flow.steps.map(({ id }) => structuredClone(states[id]) ?? { status: 'pending', attempts: 0 });
    this.#tallies = flow.steps.map(() => ({ over: 0, good: 0, excluded: 0, bad: 0 }));
    this.#open = this.#states.filter(({ status }) => !isOver(status)).length;
    for (const [at, state] of this.#states.entries()) if (isOver(state.status)) this.#count(at);
    for (const [at, { status, items }] of this.#states.entries()) {
      if (status === 'pending') this.#look(at);
      else if (status === 'running' && items) this.#ready.add(at);
    }
    for (const [at, { status }] of this.#states.entries()) if (isOver(status)) this.#excludeOthers(at);
  }

  state(id: string): StepState {
    return this.#states[this.#at(id)]!;
  }

  states(): Record<string, StepState> {
    return Object.fromEntries(this.graph.steps.map(({ id }, at) => [id, this.#states[at]!]));
  }

  /** Everything has ended. */
  get complete(): boolean {
    return this.#open === 0;
  }

  /** Steps that will never end by themselves, when nothing runs and nothing can begin: a defect of the flow or of its stored state. */
  get stuck(): string[] {
    if (this.complete || this.#ready.size > 0) return [];
    if (this.#states.some(({ status, items }) => status === 'running' && !items?.every((one) => isOver(one.status))))
      return [];
    return this.graph.steps.filter((_, at) => !isOver(this.#states[at]!.status)).map(({ id }) => id);
  }

  /** What may begin now, at most `limit`; it counts as running from here on. */
  take(limit = Number.POSITIVE_INFINITY): Begin[] {
    const begun: Begin[] = [];
    for (const at of [...this.#ready]) {
      if (begun.length >= limit) break;
      const step = this.graph.steps[at]!;
      const state = this.#states[at]!;
      if (state.items) this.#takeItems(at, begun, limit);
      else {
        this.#ready.delete(at);
        state.status = 'running';
        state.attempts += 1;
        begun.push({ step, item: null, attempt: state.attempts });
      }
    }
    return begun;
  }

  /** The list of a batch that was begun is known. */
  expand(id: string, count: number): void {
    const at = this.#at(id);
    const state = this.#states[at]!;
    if (state.status !== 'running' || state.items) return;
    state.items = Array.from({ length: count }, () => ({ status: 'pending', attempts: 0 }));
    this.#ready.add(at);
    this.#join(at);
  }

  /** A step or an item has ended. `chosen`: of a switch, the case (-1 the default). What had ended before changes nothing. */
  end(id: string, outcome: Outcome, { item = null, chosen }: { item?: number | null; chosen?: number } = {}): void {
    const at = this.#at(id);
    const state = this.#states[at]!;
    if (item !== null) this.#endItem(at, item, outcome);
    if (item !== null || state.status !== 'running') return;
    if (outcome === 'timed_out' && state.attempts <= this.graph.steps[at]!.maxRetries) {
      state.status = 'pending';
      this.#ready.add(at);
      return;
    }
    if (chosen !== undefined) state.chosen = chosen;
    this.#settle(at, outcome);
    this.#excludeOthers(at);
  }

  /** It was running when its agent was lost: it is begun again without counting as a retry. */
  again(id: string, item: number | null = null): void {
    const at = this.#at(id);
    const state = this.#states[at]!;
    const one = item === null ? state : state.items?.[item];
    if (one?.status !== 'running') return;
    one.status = 'pending';
    one.attempts -= 1;
    this.#ready.add(at);
  }

  /** Nothing new begins; what runs is to be ended by who runs it. */
  cancel(): void {
    this.#ready.clear();
    for (const [at, state] of this.#states.entries()) {
      if (state.status === 'pending') this.#settle(at, 'cancelled');
      for (const one of state.items ?? []) if (one.status === 'pending') one.status = 'cancelled';
      if (state.status === 'running' && state.items) this.#join(at);
    }
  }

  #at(id: string): number {
    const at = this.graph.index.get(id);
    if (at === undefined) throw new RangeError(`there is no step ${id}`);
    return at;
  }

  #takeItems(at: number, begun: Begin[], limit: number): void {
    const step = this.graph.steps[at]!;
    const items = this.#states[at]!.items!;
    const most = step.kind === 'batch' ? step.maxConcurrent : 1;
    let running = items.filter(({ status }) => status === 'running').length;
    for (const [item, one] of items.entries()) {
      if (running >= most || begun.length >= limit) return;
      if (one.status !== 'pending') continue;
      one.status = 'running';
      one.attempts += 1;
      running += 1;
      begun.push({ step, item, attempt: one.attempts });
    }
    if (items.every(({ status }) => status !== 'pending')) this.#ready.delete(at);
  }

  #endItem(at: number, item: number, outcome: Outcome): void {
    const step = this.graph.steps[at]!;
    const one = this.#states[at]!.items?.[item];
    if (one?.status !== 'running') return;
    if (outcome === 'timed_out' && one.attempts <= step.maxRetries) one.status = 'pending';
    else one.status = outcome;
    if (one.status === 'pending') this.#ready.add(at);
    this.#join(at);
  }

  /** A batch ends with its last item, by its join rule. */
  #join(at: number): void {
    const step = this.graph.steps[at]!;
    const state = this.#states[at]!;
    const { items } = state;
    if (step.kind !== 'batch' || !items || state.status !== 'running') return;
    if (!items.every(({ status }) => isOver(status))) return;
    const good = items.filter(({ status }) => status === 'completed').length;
    const cancelled = items.some(({ status }) => status === 'cancelled');
    const fits =
      step.join === 'all_done' ||
      (step.join === 'one_success' ? good > 0 || items.length === 0 : good === items.length);
    this.#ready.delete(at);
    this.#settle(at, fits ? 'completed' : cancelled ? 'cancelled' : 'failed');
  }

  #settle(at: number, status: StepStatus, skipped?: StepState['skipped']): void {
    const queue: [number, StepStatus, StepState['skipped']][] = [[at, status, skipped]];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const [one, how, why] = next;
      const state = this.#states[one]!;
      if (isOver(state.status)) continue;
      state.status = how;
      if (why) state.skipped = why;
      this.#open -= 1;
      this.#ready.delete(one);
      this.#guards.settled?.(this.graph.steps[one]!, state);
      this.#count(one);
      for (const dependant of this.graph.after[one]!) {
        const verdict = this.#states[dependant]!.status === 'pending' ? this.#verdict(dependant) : null;
        if (verdict === 'ready') this.#begin(dependant, queue);
        else if (verdict) queue.push([dependant, 'skipped', verdict]);
      }
    }
  }

  #look(at: number): void {
    const verdict = this.#verdict(at);
    const queue: [number, StepStatus, StepState['skipped']][] = [];
    if (verdict === 'ready') this.#begin(at, queue);
    else if (verdict) this.#settle(at, 'skipped', verdict);
    for (const [one, status, why] of queue) this.#settle(one, status, why);
  }

  /** Its guard is asked once: what is ready stays so. */
  #begin(at: number, queue: [number, StepStatus, StepState['skipped']][]): void {
    const step = this.graph.steps[at]!;
    if (this.#ready.has(at) || this.#isLeftOut(at)) return;
    if (step.when === undefined || this.#guards.when(step)) this.#ready.add(at);
    else queue.push([at, 'skipped', 'excluded']);
  }

  /** A switch before it has chosen others: that is about to be said. */
  #isLeftOut(at: number): boolean {
    const { steps, before } = this.graph;
    return before[at]!.some((dep) => leavesOut(steps[dep]!, this.#states[dep]!, steps[at]!.id));
  }

  #excludeOthers(at: number): void {
    const step = this.graph.steps[at]!;
    if (step.kind !== 'switch') return;
    for (const id of new Set(branchesOf(step).flat())) {
      if (leavesOut(step, this.#states[at]!, id)) this.#settle(this.#at(id), 'skipped', 'excluded');
    }
  }

  #count(at: number): void {
    const { status, skipped } = this.#states[at]!;
    for (const dependant of this.graph.after[at]!) {
      const tally = this.#tallies[dependant]!;
      tally.over += 1;
      if (status === 'completed') tally.good += 1;
      else if (skipped === 'excluded') tally.excluded += 1;
      else tally.bad += 1;
    }
  }

  #verdict(at: number): 'ready' | StepState['skipped'] | null {
    return verdictOf(this.graph.steps[at]!.trigger, this.#tallies[at]!, this.graph.before[at]!.length);
  }
}
