import { type Graph, graphOf } from '../../core/flows/graph.ts';
import { type Begin, type Outcome, Schedule } from '../../core/flows/schedule.ts';
import { inText } from '../../core/flows/template.ts';
import { leavesOut } from '../../core/flows/verdict.ts';
import type { Flow, FlowStep, StepState } from '../../schema/flow.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { RunContext } from '../context.ts';
import { type Done, failed } from './done.ts';
import { BLOCKED, GUARD, idOf, Teller } from './teller.ts';
import { Texts } from './texts.ts';
import { View } from './view.ts';
import { Work } from './work.ts';

/** Items of one batch. */
const MOST_ITEMS = 10_000;

/** One life of a flow's run: what its schedule lets begin is carried out and told, until all of it is over. */
export class FlowRun {
  readonly #context: RunContext;
  readonly #flow: Flow;
  readonly #graph: Graph;
  readonly #schedule: Schedule;
  readonly #texts = new Texts();
  readonly #view: View;
  readonly #teller: Teller;
  readonly #work: Work;
  /** How each step, and each item of a batch, ended, before the schedule judges it. */
  readonly #done = new Map<string, Done>();
  /** Of the steps that are over. */
  readonly #over = new Map<string, StepState>();
  readonly #lists = new Map<string, readonly unknown[]>();
  /** Steps whose guard does not hold. */
  readonly #guarded = new Set<string>();
  /** Why a step fails as soon as it begins: its guard could not be asked. */
  readonly #faults = new Map<string, string>();
  readonly #stop = new AbortController();
  #open = 0;
  #changed = Promise.withResolvers<void>();

  constructor(context: RunContext, flow: Flow, input: Readonly<Record<string, unknown>>) {
    this.#context = { ...context, signal: AbortSignal.any([context.signal, this.#stop.signal]) };
    this.#flow = flow;
    this.#graph = graphOf(flow);
    this.#teller = new Teller(this.#context, this.#graph);
    this.#view = new View(input, this.#teller.past);
    // Guards are asked while it is made.
    this.#schedule = new Schedule(flow, { when: this.#holds, settled: this.#settled });
    const needs = { context: this.#context, texts: this.#texts, view: this.#view, teller: this.#teller };
    this.#work = new Work({ ...needs, list: (id) => this.#lists.get(id)! });
  }

  /** Resolves when every step is over. Rejects with the reason of the run's signal, or of what no step can be blamed for. */
  async carryOut(): Promise<void> {
    const { signal } = this.#context;
    this.#teller.steps();
    const cancel = () => {
      this.#schedule.cancel();
      this.#wake();
    };
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    while (!this.#schedule.complete) {
      const begun = signal.aborted ? [] : this.#schedule.take();
      for (const begin of begun) void this.#begin(begin);
      if (begun.length > 0) continue;
      if (this.#open === 0) {
        signal.throwIfAborted();
        throw new BooError('failed', `nothing can go on: ${this.#schedule.stuck.join(', ')}`);
      }
      await this.#changed.promise;
    }
    signal.removeEventListener('abort', cancel);
    signal.throwIfAborted();
  }

  /** What it came to, once all of it is over. Throws `failed` where a step that nothing hangs on did not end well. */
  outcome(): { result: unknown; outputFile: string | null } {
    const { after } = this.#graph;
    const last = this.#flow.steps.filter((_, at) => after[at]!.length === 0);
    const bad = last.filter(({ id }) => {
      const { status, skipped } = this.#schedule.state(id);
      return status !== 'completed' && skipped !== 'excluded';
    });
    if (bad.length > 0) throw new BooError('failed', this.#whyNot(bad));
    const { result: wanted, outputFile } = this.#flow;
    const outputs = last.filter(({ id }) => this.#schedule.state(id).status === 'completed');
    const expression = wanted === undefined ? null : this.#texts.expression(wanted);
    const result = expression
      ? expression.value(this.#view.now(expression.reads))
      : Object.fromEntries(outputs.map(({ id }) => [id, this.#view.result(id).output]));
    if (outputFile === undefined) return { result, outputFile: null };
    const file = this.#texts.template(outputFile);
    return { result, outputFile: file.text(this.#view.now(file.reads)).trim() };
  }

  #whyNot(bad: readonly FlowStep[]): string {
    const failures = this.#flow.steps.filter(({ id }) => {
      const { status } = this.#schedule.state(id);
      return status === 'failed' || status === 'timed_out';
    });
    const reasons = failures.map(({ id }) => `${id}: ${this.#view.result(id).error ?? 'it failed'}`);
    return reasons.length > 0 ? reasons.join('; ') : `not done: ${bad.map(({ id }) => id).join(', ')}`;
  }

  async #begin(begin: Begin): Promise<void> {
    const { step, item } = begin;
    this.#open += 1;
    try {
      if (item === null) this.#view.put(step.id, { status: 'running', output: null, error: null });
      const done = await this.#carryOut(begin);
      if (done) this.#end(begin, done);
    } catch (error) {
      this.#stop.abort(error);
    }
    this.#open -= 1;
    this.#wake();
  }

  /** Null: a batch whose items can begin now. */
  async #carryOut(begin: Begin): Promise<Done | null> {
    const { step, item } = begin;
    const { signal } = this.#context;
    try {
      const fault = this.#faults.get(step.id);
      if (fault !== undefined) return failed(fault);
      if (step.kind !== 'batch' || item !== null) return await this.#work.carryOut(begin);
      this.#teller.begins(step, null, begin.attempt);
      this.#expand(step, await this.#work.listOf(step));
      return null;
    } catch (error) {
      if (signal.aborted) return { outcome: 'cancelled', error: messageOf(signal.reason) };
      // Nobody can be reached any more: that is no fault of this step.
      if (error instanceof BooError && error.code === 'no_daemon') this.#stop.abort(error);
      return failed(messageOf(error));
    }
  }

  #expand(step: FlowStep, list: readonly unknown[]): void {
    if (list.length > MOST_ITEMS) throw new Error(`${list.length} items: a batch takes at most ${MOST_ITEMS}`);
    this.#lists.set(step.id, list);
    this.#teller.items(step, list.length);
    this.#schedule.expand(step.id, list.length);
  }

  #end({ step, item, attempt }: Begin, done: Done): void {
    this.#done.set(idOf(step, item), done);
    const again = done.outcome === 'timed_out' && attempt <= step.maxRetries;
    if (item !== null && !again) this.#tellEnd(step, item, { status: done.outcome, attempt }, done);
    const chosen = done.outcome === 'completed' && done.chosen !== undefined ? { chosen: done.chosen } : {};
    this.#schedule.end(step.id, done.outcome, { item, ...chosen });
  }

  #tellEnd(step: FlowStep, item: number | null, how: { status: Outcome; attempt: number }, done: Done): void {
    const by = done.agent === undefined ? {} : { agent: done.agent };
    if (done.outcome !== 'completed') {
      this.#teller.ended(step, item, { ...how, ...by, detail: done.error });
      return;
    }
    const { output, text = inText(output), detail, cached = false } = done;
    const about = detail === undefined ? {} : { detail };
    this.#teller.ended(step, item, { ...how, ...by, ...about, cached, result: text });
  }

  /** Asked as soon as all that a step hangs on is settled. What was found in a life before stays so. */
  readonly #holds = (step: FlowStep): boolean => {
    const before = this.#teller.past(step.id);
    if (before && before.attempt > 0) return true;
    if (before?.status === 'skipped' && before.detail === GUARD) {
      this.#guarded.add(step.id);
      return false;
    }
    try {
      const expression = this.#texts.expression(step.when!);
      if (expression.holds(this.#view.now(expression.reads))) return true;
    } catch (error) {
      this.#faults.set(step.id, messageOf(error));
      return true;
    }
    this.#guarded.add(step.id);
    return false;
  };

  /** A step is over for good, before anything that hangs on it is looked at. */
  readonly #settled = (step: FlowStep, state: StepState): void => {
    const { id } = step;
    const { status, attempts } = state;
    this.#over.set(id, state);
    const done = this.#done.get(id) ?? this.#joined(step, state);
    if (done && attempts > 0 && done.outcome === status) {
      const output = done.outcome === 'completed' ? done.output : null;
      const error = done.outcome === 'completed' ? null : done.error;
      this.#view.put(id, { status, output, error });
      this.#tellEnd(step, null, { status: done.outcome, attempt: attempts }, done);
    } else {
      const why = this.#whyLeftOut(step, state);
      this.#view.put(id, { status, output: null, error: why });
      this.#teller.leftOut(step, status, why);
    }
  };

  /** What a batch came to, whose last item has ended. */
  #joined({ id }: FlowStep, { status, items = [] }: StepState): Done | null {
    if (!this.#lists.has(id)) return null;
    const all = items.map((_, item) => this.#done.get(`${id}[${item}]`));
    const good = items.filter((one) => one.status === 'completed').length;
    const detail = `${good} of ${items.length} went well`;
    if (status === 'completed') {
      const output = all.map((one) => (one?.outcome === 'completed' ? one.output : null));
      return { outcome: 'completed', output, detail };
    }
    const first = all.findIndex((one) => one !== undefined && one.outcome !== 'completed');
    const bad = all[first];
    const why = bad && bad.outcome !== 'completed' ? `: ${first + 1}. ${bad.error}` : '';
    return { outcome: status === 'cancelled' ? 'cancelled' : 'failed', error: `${detail}${why}` };
  }

  #whyLeftOut({ id }: FlowStep, { status, skipped }: StepState): string {
    const { signal } = this.#context;
    if (status === 'cancelled') return signal.aborted ? messageOf(signal.reason) : 'the run ended';
    if (this.#guarded.has(id)) return GUARD;
    const before = this.#graph.before[this.#graph.index.get(id)!]!.map((at) => this.#graph.steps[at]!);
    const over = before.flatMap((step) => {
      const state = this.#over.get(step.id);
      return state ? [{ step, state }] : [];
    });
    if (skipped === 'excluded') {
      const chooser = over.find(({ step, state }) => leavesOut(step, state, id));
      return chooser ? `${chooser.step.id} chose another way` : 'all that it waits for was left out';
    }
    const bad = over.filter(({ state }) => state.status !== 'completed' && state.skipped !== 'excluded');
    return `${BLOCKED}: ${bad.map(({ step }) => step.id).join(', ')}`;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
