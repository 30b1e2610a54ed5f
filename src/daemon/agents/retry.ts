import { isLive } from '../../core/lifecycle.ts';
import { goOnPrompt, type Retry, retryOf, waitOf } from '../../core/retries.ts';
import type { TurnOutcome } from '../../schema/activity.ts';
import type { Agent, Exit } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { readRecordLines } from '../../storage/record.ts';
import { messageOf } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { isFirstPrompt } from '../sessions/prompts.ts';
import { structuredOf } from '../sessions/service.ts';
import { relaunch } from './relaunch.ts';

/** What an agent is told when it goes on with a session in the middle of its work. */
export const GO_ON = 'Continue.';
/** setTimeout overflows beyond 2^31 ms and would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;
/** What could not be written (a full disk) is tried again after this, in milliseconds. */
const UNWRITTEN_MS = 5000;
/** One that something else is being done to is looked at again after this, in milliseconds. */
const BUSY_MS = 100;
/** After these it is known anew whether, and when, an agent goes on by itself. */
const ARMS: ReadonlySet<AgentEvent['type']> = new Set(['retry', 'paused', 'exited', 'hostLost']);

/**
 * Begins structured agents again whose end was none of their work's: after a rate limit, and before a session began. One that lives and is
 * in the way of a limit is held until that is lifted, and goes on.
 */
export class Retries {
  readonly #ctx: () => Context;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(ctx: () => Context) {
    this.#ctx = ctx;
  }

  /** Looks at the end of an agent that is about to be recorded; null: it stays ended. */
  plan(agent: Agent, exit: Exit, now: number): Retry | null {
    if (!structuredOf(agent)) return null;
    const { root, config } = this.#ctx();
    return retryOf(agent, { begun: hasBegun(root, agent), exit, now }, config.get().config.retries);
  }

  /** Whether it fails in this end without a session, which nothing else would say. */
  endsEarly(agent: Agent, exit: Exit): boolean {
    const failed = exit.code !== 0 && agent.stopping === undefined && isLive(agent);
    return failed && structuredOf(agent) !== undefined && !hasBegun(this.#ctx().root, agent);
  }

  /** A turn of an agent that lives is about to be over: where a limit ended it, the agent is held before anything else is given to it. */
  turnEnds(id: string, outcome: TurnOutcome): void {
    const { store, config } = this.#ctx();
    const agent = store.agent(id);
    if (outcome !== 'failed' || structuredOf(agent)?.oneShot) return;
    const retries = waitOf(agent, { now: Date.now() }, config.get().config.retries);
    if (retries) store.record(id, { type: 'retry', retries });
  }

  /** Takes up what waits on record: at the start of a daemon. */
  load(): void {
    for (const agent of this.#ctx().store.all()) this.#arm(agent);
  }

  follow(id: string, event: AgentEvent, agent: Agent | undefined): void {
    if (!agent || event.type === 'restarted' || event.type === 'archived') this.#disarm(id);
    if (agent && ARMS.has(event.type)) this.#arm(agent);
    // Whatever ended it before, its work goes on now.
    if (agent?.retries && event.type === 'turnEnded' && event.outcome === 'completed') {
      queueMicrotask(() => this.cancel(id));
    }
  }

  /** What was held goes on now with a word, and then with all that waits. Whatever is killed in between, it gets the word once. */
  goOn(id: string): void {
    const { store, sessions } = this.#ctx();
    const agent = store.agent(id);
    const { retries, queue = [] } = agent;
    if (retries?.held === undefined) return;
    const prompt = goOnPrompt(GO_ON, agent);
    if (queue[0]?.id !== prompt.id) store.record(id, { type: 'queued', prompts: [prompt, ...queue] });
    const { aborts, limits } = retries;
    store.record(id, { type: 'retry', retries: { aborts, limits, nextAt: null } });
    sessions.of(store.agent(id)).prompts.next();
  }

  /** It is not begun again by itself, and what was counted is forgotten: a person decides. */
  cancel(id: string): void {
    const { store } = this.#ctx();
    this.#disarm(id);
    if (store.get().agents[id]?.retries) store.owe(id, { type: 'retry', retries: null });
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #disarm(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #arm({ id, retries, archived, status }: Agent): void {
    this.#disarm(id);
    if (retries?.nextAt == null || archived || (status.state !== 'failed' && retries.held === undefined)) return;
    this.#wake(id, Math.min(MAX_DELAY, Math.max(0, retries.nextAt - Date.now())));
  }

  #lifted({ id, name }: Agent): void {
    try {
      this.goOn(id);
    } catch (error) {
      this.#ctx().log.warn(`${name} does not go on yet: ${messageOf(error)}`);
      this.#wake(id, UNWRITTEN_MS);
    }
  }

  #wake(id: string, ms: number): void {
    this.#timers.set(
      id,
      setTimeout(() => void this.#again(id), ms),
    );
  }

  async #again(id: string): Promise<void> {
    const ctx = this.#ctx();
    const { store, log } = ctx;
    const agent = store.get().agents[id];
    this.#timers.delete(id);
    if (!agent?.retries?.nextAt) return;
    if (agent.retries.nextAt > Date.now()) return this.#arm(agent);
    if (isLive(agent)) return this.#lifted(agent);
    if (ctx.busy.has(id)) return this.#wake(id, BUSY_MS);
    const { retries } = agent;
    try {
      await exclusively(ctx, id, 'begun again', async () => {
        await relaunch(ctx, id, { ...askOf(ctx.root, agent), why: agent.status.evidence.detail });
      });
    } catch (error) {
      log.warn(`${agent.name} was not begun again: ${messageOf(error)}`);
    } finally {
      // Whoever waits for it sees either that it is due or that it lives.
      if (store.get().agents[id]?.retries) store.owe(id, { type: 'retry', retries: { ...retries, nextAt: null } });
    }
  }
}

/** Whether a session began in the present life: what says so is on record. */
function hasBegun(root: string, { id, epoch }: Agent): boolean {
  for (const { event } of readRecordLines(root, id)) {
    if (event.epoch < epoch || event.type === 'restarted') return false;
    if (event.type === 'session' || event.type === 'turnStarted') return true;
  }
  return false;
}

/** With what the next life begins: where its session goes on with a word, where none was begun with all that the last one was told. */
function askOf(root: string, agent: Agent) {
  const first = agent.queue?.find(isFirstPrompt);
  if (hasBegun(root, agent)) {
    const { sessionId } = agent;
    return {
      prompt: first?.text ?? (sessionId === null ? agent.prompt : GO_ON),
      images: first?.images ?? [],
      resume: sessionId,
    };
  }
  const begun = [...readRecordLines(root, agent.id)].find(({ event }) => event.type === 'restarted')?.event;
  const resume = begun?.type === 'restarted' && begun.epoch === agent.epoch ? (begun.sessionId ?? null) : null;
  return { prompt: first?.text ?? (resume === null ? agent.prompt : null), images: first?.images ?? [], resume };
}
