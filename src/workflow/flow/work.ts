import { branchesOf } from '../../core/flows/graph.ts';
import type { Begin } from '../../core/flows/schedule.ts';
import { TRANSFORMS } from '../../core/flows/transform.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { FlowStep } from '../../schema/flow.ts';
import type { CallAsk } from '../../schema/workflow.ts';
import type { RunContext } from '../context.ts';
import { askPerson } from './approval.ts';
import type { Done } from './done.ts';
import { idOf, type Teller } from './teller.ts';
import type { Texts } from './texts.ts';
import type { View } from './view.ts';

type Of<K extends FlowStep['kind']> = Extract<FlowStep, { kind: K }>;
/** What an agent or code step does, or each item of a batch. */
type Doing = Of<'agent'> | Of<'code'> | Of<'batch'>['do'];

export interface WorkNeeds {
  context: RunContext;
  texts: Texts;
  view: View;
  teller: Teller;
  /** The list that a batch goes over, once it has begun. */
  list(id: string): readonly unknown[];
}

/** Carries out single steps of a flow, and items of its batches. What they come to is for the schedule to judge. */
export class Work {
  readonly #needs: WorkNeeds;

  constructor(needs: WorkNeeds) {
    this.#needs = needs;
  }

  /** Rejects with the reason of the run's signal, or with an Error in one sentence: it failed. */
  async carryOut(begin: Begin): Promise<Done> {
    const { step, item, attempt } = begin;
    // What an agent is to do begins when one may: that is told by the call.
    if (!isCall(step.kind === 'batch' ? step.do : step)) this.#needs.teller.begins(step, item, attempt);
    if (step.kind === 'switch') return this.#choose(step);
    if (step.kind === 'approval') return this.#ask(step, attempt);
    if (step.kind === 'batch')
      return this.#do(step.do, begin, { item: this.#needs.list(step.id)[item!], index: item! });
    return this.#do(step, begin, {});
  }

  /** What a batch goes over. Throws Error in one sentence. */
  async listOf(step: Of<'batch'>): Promise<readonly unknown[]> {
    const { texts, view } = this.#needs;
    const over = texts.expression(step.over);
    const list = over.value(await view.of(over.reads, step.id));
    if (Array.isArray(list)) return list;
    throw new Error(`${step.over}: it gives no list`);
  }

  async #choose(step: Of<'switch'>): Promise<Done> {
    const { texts, view } = this.#needs;
    const branches = branchesOf(step);
    for (const [chosen, { when }] of step.cases.entries()) {
      const expression = texts.expression(when);
      if (!expression.holds(await view.of(expression.reads, step.id))) continue;
      const output = branches[chosen]!;
      return { outcome: 'completed', output, chosen, detail: `${when} holds: ${output.join(', ')}` };
    }
    const output = branches.at(-1)!;
    const detail = `no case holds: ${output.length > 0 ? output.join(', ') : 'nothing of it is done'}`;
    return { outcome: 'completed', output, chosen: -1, detail };
  }

  async #ask(step: Of<'approval'>, attempt: number): Promise<Done> {
    const { context, texts, view, teller } = this.#needs;
    const late: Done = { outcome: 'timed_out', error: 'nobody answered in time' };
    const before = teller.past(step.id);
    if (before && (before.attempt > attempt || (before.attempt === attempt && before.status === 'timed_out')))
      return late;
    const question = texts.template(step.question);
    const text = question.text(await view.of(question.reads, step.id));
    const began = (before?.attempt === attempt ? before.startedAt : null) ?? Date.now();
    const until = step.timeout === undefined ? null : began + step.timeout;
    return askPerson(context, { key: keyOf(context, step, null, attempt), text, choices: step.choices, until });
  }

  async #do(doing: Doing, begin: Begin, more: { item?: unknown; index?: number }): Promise<Done> {
    const { texts, view } = this.#needs;
    const { step, item } = begin;
    const batch = item !== null;
    const scopeOf = async (reads: readonly string[]) => ({ ...(await view.of(reads, idOf(step, item))), ...more });
    if (doing.kind === 'agent') {
      const { prompt, runtime, profile, model, schema, worktree } = doing;
      const template = texts.template(prompt, batch);
      const text = template.text(await scopeOf(template.reads));
      const named = runtime !== undefined || profile !== undefined;
      // Said whole: by what it says a result is kept for other runs.
      const said = withoutGaps({ prompt: text, runtime, profile, model, schema, worktree });
      return this.#call(begin, { ...(named ? {} : this.#defaults()), ...said }, true);
    }
    if (doing.run !== undefined) {
      const command = texts.command(doing.run, batch);
      const prompt = command.text(await scopeOf(command.reads));
      // What it does beside what it prints is no matter of a cache.
      return this.#call(begin, { prompt, runtime: 'command-exec', worktree: false }, false);
    }
    const from = doing.from === undefined ? null : texts.expression(doing.from, batch);
    const value = from ? from.value(await scopeOf(from.reads)) : more.item;
    return { outcome: 'completed', output: TRANSFORMS[doing.transform!](value) };
  }

  /** What the run was started with, for what names nothing itself. */
  #defaults() {
    const { runtime, profile, model } = this.#needs.context.spec;
    return withoutGaps({ runtime: runtime ?? undefined, profile: profile ?? undefined, model: model ?? undefined });
  }

  async #call(begin: Begin, ask: CallAsk, cache: boolean): Promise<Done> {
    const { context, teller } = this.#needs;
    const { step, item, attempt } = begin;
    const { label = step.id, phase = null, timeout } = step;
    const call = {
      key: keyOf(context, step, item, attempt),
      label: item === null ? label : `${label} ${item + 1}`,
      phase,
    };
    const end = await context.calls.carryOut({
      call,
      ask: { ...ask, ...(timeout !== undefined && { timeout }) },
      cache,
      signal: context.signal,
      onPending: (queued) => teller.begins(step, item, attempt, queued),
      onAgent: (agent) => {
        const detail = this.#takenUp(begin, agent);
        teller.running(step, item, { attempt, agent: agent.id, ...(detail && { detail }) });
      },
    });
    if (!end.ok) return { outcome: end.outcome, error: end.error, agent: end.agent?.id ?? null };
    return { outcome: 'completed', output: end.output, text: end.text, agent: end.by, cached: end.cached };
  }

  /** What became of a step that was at work when the run was interrupted; null: it was not. */
  #takenUp({ step, item, attempt }: Begin, agent: Agent): string | null {
    const before = this.#needs.teller.past(idOf(step, item));
    if (before?.attempt !== attempt || before.agent === null) return null;
    if (before.status === 'cancelled' || before.agent !== agent.id) return 'begun again when the run was taken up';
    if (before.status !== 'running') return null;
    return isLive(agent) ? 'kept: its agent goes on' : 'its agent ended while the run was interrupted';
  }
}

const isCall = (doing: FlowStep | Doing): boolean =>
  doing.kind === 'agent' || (doing.kind === 'code' && doing.run !== undefined);

/** The same in each life of the run; another one for each try. */
function keyOf({ path }: RunContext, step: FlowStep, item: number | null, attempt: number): string {
  return `${path}${idOf(step, item)}${attempt > 1 ? `#${attempt}` : ''}`;
}

const withoutGaps = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
