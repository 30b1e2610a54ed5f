import { isChecking } from '../../core/autofix/state.ts';
import { nextOf } from '../../core/autofix/verdict.ts';
import { checkWords } from '../../core/autofix/words.ts';
import { isLive } from '../../core/lifecycle.ts';
import { transcriptOf } from '../../core/transcript.ts';
import { endLeftGroup } from '../../git/process.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { Check } from '../../schema/check.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { endsAfterTurns, nextLife } from '../sessions/one-shot.ts';
import { structuredOf } from '../sessions/service.ts';
import { boundsOf, makeCheck, type Result, type Unstamped } from './check.ts';
import { typeErrors } from './typed.ts';

type Ended = Unstamped<'checkEnded'>;

interface Run {
  stop: AbortController;
  /** Resolves when nothing of it runs any more. */
  over: Promise<void>;
}

/**
 * Checks what agents have edited after each of their turns, and gives them the errors as their next prompt. What is due, runs and came of it
 * stands in their records: a check that was under way when the daemon was killed is made anew, and nothing is told twice.
 */
export class Autofix {
  readonly #ctx: () => Context;
  readonly #runs = new Map<string, Run>();
  /** Agents into whose own screens errors are being typed. */
  readonly #typed = new Set<string>();
  #closed = false;

  constructor(ctx: () => Context) {
    this.#ctx = ctx;
  }

  /** Takes up what the last daemon was in the middle of. */
  load(): void {
    const ctx = this.#ctx();
    for (const agent of ctx.store.all()) {
      const { id, check, turn } = agent;
      if (!check || !isChecking(agent)) continue;
      if (check.process) endLeftGroup(check.process.pid, check.process.start);
      if (!goesOn(agent)) this.#end(id, 'cancelled', HAS_ENDED);
      else if (check.next === 'told') this.#give(id);
      else if (turn && turn.startedAt !== null) this.#end(id, 'overtaken', TURN_BEGAN);
      else this.#begin(id);
    }
  }

  follow(id: string, event: AgentEvent, agent: Agent | undefined): void {
    switch (event.type) {
      case 'turnEnded':
        if (agent?.check?.state === 'due') this.#begin(id);
        return;
      case 'turnStarted':
        this.#end(id, 'overtaken', TURN_BEGAN);
        return;
      case 'restarted':
        if (agent?.check?.next !== 'told') this.#end(id, 'overtaken', 'its agent was begun again');
        return;
      case 'exited':
      case 'hostLost':
        if (agent && !goesOn(agent)) this.#end(id, 'cancelled', HAS_ENDED);
        return;
      case 'prompted':
      case 'queued':
        // What is taken out because it was given is followed by its turn at once.
        if (agent?.check?.next === 'told' && isChecking(agent)) setImmediate(() => this.#takenBack(id));
        return;
      case 'stopRequested':
      case 'archived':
      case 'removed':
        this.#end(id, 'cancelled', STOPPED);
    }
  }

  /** Ends what checks this agent; resolves when its whole process group is gone. */
  async stop(id: string): Promise<void> {
    this.#end(id, 'cancelled', STOPPED);
    await this.#runs.get(id)?.over;
  }

  /** Ends all of them without a word: the next daemon makes them anew. */
  async close(): Promise<void> {
    this.#closed = true;
    const runs = [...this.#runs.values()];
    for (const { stop } of runs) stop.abort();
    await Promise.all(runs.map(({ over }) => over));
  }

  #begin(id: string): void {
    if (this.#closed) return;
    const stop = new AbortController();
    const before = this.#runs.get(id)?.over;
    const run: Run = { stop, over: this.#carryOut(id, stop.signal, before) };
    this.#runs.set(id, run);
    void run.over.then(() => {
      if (this.#runs.get(id) === run) this.#runs.delete(id);
    });
  }

  /** It is on record at once; its process group may need a moment more. */
  #end(id: string, outcome: 'overtaken' | 'cancelled', reason: string): void {
    const agent = this.#ctx().store.get().agents[id];
    if (this.#closed || (agent && !isChecking(agent))) return;
    this.#runs.get(id)?.stop.abort();
    if (!agent?.check) return;
    const { check } = agent;
    // Whoever hears of the event that is being told now hears of this afterwards.
    queueMicrotask(() => this.#conclude(id, check, { outcome, reason }));
  }

  /** Whether its errors are on their way to it still: somebody may have taken them back, or they were not to be delivered. */
  #takenBack(id: string): void {
    const agent = this.#ctx().store.get().agents[id];
    if (agent?.check?.next === 'told' && isLive(agent) && this.#isFree(agent)) this.#end(id, 'cancelled', NOT_GIVEN);
  }

  async #carryOut(id: string, signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    await before;
    const check = this.#ctx().store.get().agents[id]?.check;
    if (signal.aborted || !check) return;
    try {
      const result = await makeCheck(this.#ctx(), id, { check, signal, onBegin: (fact) => this.#record(id, fact) });
      if (result && !signal.aborted) this.#conclude(id, check, result);
    } catch (error) {
      if (!signal.aborted) this.#conclude(id, check, { outcome: 'unable', reason: messageOf(error) });
    }
  }

  #conclude(id: string, check: Check, result: Result): void {
    const { store, publish } = this.#ctx();
    const agent = store.get().agents[id];
    // Another one may be due by now; this one's end is on record all the same.
    const isNewest = agent?.check?.turn === check.turn;
    if (!agent || (isNewest && !isChecking(agent))) return;
    const { turn, round, since, command } = isNewest ? agent.check! : check;
    const rounds = boundsOf(this.#ctx(), agent).rounds;
    const next = nextOf(result.outcome, round, rounds);
    // Who was given something else meanwhile is not told in between: all of it is checked after that.
    const whole: Result & Pick<Ended, 'next'> =
      next === 'told' && !this.#isFree(agent) ? { ...result, ...OVERTAKEN } : { ...result, next };
    const common = { turn, round, rounds, command, code: null, output: '', durationMs: Date.now() - since, tree: null };
    const event = { type: 'checkEnded' as const, ...common, ...whole };
    this.#record(id, event);
    if (event.next === 'told') this.#give(id);
    if (event.next !== 'gaveUp') return;
    const words = checkWords({ ...event, at: Date.now(), epoch: agent.epoch });
    publish('message', { level: 'warning', text: `${agent.name}: ${words?.text}.` });
  }

  #record(id: string, fact: Unstamped<'checkBegan'> | Unstamped<'checkEnded'>): void {
    const { store, hosts } = this.#ctx();
    store.owe(id, fact);
    const agent = store.get().agents[id];
    const text = agent && transcriptOf({ ...fact, at: Date.now(), epoch: agent.epoch });
    if (agent?.host && text) hosts.get(agent.host)?.show(childId(agent), text);
  }

  #give(id: string): void {
    const ctx = this.#ctx();
    const agent = ctx.store.agent(id);
    // A life that is about to end is followed by the next one by itself.
    if (!isLive(agent)) void this.#beginNext(id);
    else if (!structuredOf(agent)) void this.#type(id, agent.check!);
    else if (!endsAfterTurns(agent)) ctx.sessions.of(agent).prompts.next();
  }

  /** The life that its errors begin, once nothing else is being done to it. */
  async #beginNext(id: string): Promise<void> {
    const ctx = this.#ctx();
    const turn = ctx.store.agent(id).check?.turn;
    await nextLife(ctx, id);
    const left = this.#closed ? undefined : ctx.store.get().agents[id];
    // That life may be over by now, and the next check too.
    if (left?.check?.next !== 'told' || left.check.turn !== turn || !isChecking(left) || isLive(left)) return;
    if (left.paused === undefined) this.#end(id, 'cancelled', 'it could not be begun again');
  }

  async #type(id: string, check: Check): Promise<void> {
    const ctx = this.#ctx();
    this.#typed.add(id);
    const why = await typeErrors(ctx, id, check, () => this.#closed).catch(messageOf);
    this.#typed.delete(id);
    const agent = ctx.store.get().agents[id];
    if (why === null || this.#closed || agent?.check?.turn !== check.turn || !isChecking(agent)) return;
    this.#end(id, 'cancelled', why);
    ctx.publish('message', { level: 'warning', text: `${agent.name}: ${check.command} failed, and ${why}.` });
  }

  /** Nothing else is on its way to it. */
  #isFree(agent: Agent): boolean {
    if ((agent.turn && agent.turn.startedAt !== null) || agent.queue !== undefined) return false;
    if (!isLive(agent)) return true;
    return structuredOf(agent) ? !this.#ctx().sessions.of(agent).prompts.isGiven : !this.#typed.has(agent.id);
  }
}

const STOPPED = 'its agent was stopped';
const HAS_ENDED = 'its agent has ended';
const NOT_GIVEN = 'what it said was not given to the agent';
const TURN_BEGAN = 'a turn began meanwhile; it is made anew after that';
const OVERTAKEN = {
  outcome: 'overtaken',
  reason: 'it was given another prompt meanwhile; it is made anew after that',
} as const;

/** It can still be given a prompt: it lives, or begins another life with each. */
const goesOn = (agent: Agent): boolean =>
  !agent.archived && (isLive(agent) || (agent.status.state === 'completed' && endsAfterTurns(agent)));
