import { isAtRest, isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { outcomeOf } from '../../core/subagents.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { stopAgent } from '../agents/stop.ts';
import type { Context } from '../context.ts';
import { promptSession } from '../sessions/asks.ts';
import { endsAfterTurns } from '../sessions/one-shot.ts';
import { structuredOf } from '../sessions/service.ts';
import { lastTurnOf } from './result.ts';
import { Starting } from './spawn.ts';

/** Events after which a subagent may be done, or its parent be free to hear of it. */
const TURNING: ReadonlySet<AgentEvent['type']> = new Set([
  'turnEnded',
  'queued',
  'exited',
  'hostLost',
  'startFailed',
  'answered',
  'retry',
  'told',
  'paused',
  'removed',
]);

/** Ends subagents when what they were started for is done, and tells those who had them started. */
export class Subagents {
  readonly #ctx: () => Context;
  readonly starting = new Starting();
  #closed = false;

  constructor(ctx: () => Context) {
    this.#ctx = ctx;
  }

  /** Takes up what a daemon before had no time for. */
  load(): void {
    for (const { id } of this.#ctx().store.all()) this.#consider(id);
  }

  follow(id: string, event: AgentEvent, agent: Agent | undefined): void {
    if (!TURNING.has(event.type)) return;
    const parent = agent?.parentId;
    // Whoever reports it may say more at once, and a prompt that waits is given first.
    setImmediate(() => {
      this.#consider(id);
      if (parent) this.#consider(parent);
    });
  }

  close(): void {
    this.#closed = true;
  }

  /** Those that this agent had started, oldest first. */
  of(parent: string): Agent[] {
    return this.#ctx()
      .store.all()
      .filter((one) => one.subagent !== undefined && one.parentId === parent);
  }

  /** Those that have ended and that it has not been told of: it is now. */
  news(parent: string): Agent[] {
    const ended = this.#untold(parent);
    for (const { id } of ended) this.told(id);
    return ended;
  }

  told(id: string): void {
    this.#ctx().store.owe(id, { type: 'told', told: true });
  }

  /** One that was given as about to be there is not: what its parent is told of it. */
  readonly onLate = (parent: string, name: string, error: unknown): void => {
    this.#prompt(parent, `your subagent ${name} could not be started: ${messageOf(error)}`);
  };

  #untold(parent: string): Agent[] {
    return this.of(parent).filter(
      (one) => one.subagent?.told === false && outcomeOf(one, endsAfterTurns(one)) !== null,
    );
  }

  #consider(id: string): void {
    const agent = this.#closed ? undefined : this.#ctx().store.get().agents[id];
    if (!agent || agent.archived || !structuredOf(agent)) return;
    if (this.#listens(agent)) this.#tell(agent);
    else if (agent.subagent?.told === false && this.#rests(agent)) this.#end(agent);
  }

  /** It is between two turns, so that a prompt begins the next one; in the middle of one it hears of it with what a tool gives it. */
  #listens(agent: Agent): boolean {
    if (this.#untold(agent.id).length === 0 || agent.paused !== undefined) return false;
    if (!isLive(agent)) return endsAfterTurns(agent) && agent.status.state === 'completed' && agent.queue === undefined;
    return this.#rests(agent);
  }

  #rests(agent: Agent): boolean {
    if (!isLive(agent) || agent.stopping !== undefined || agent.startedAt === null || agent.paused !== undefined)
      return false;
    return isAtRest(agent) && !this.#ctx().sessions.of(agent).prompts.isGiven;
  }

  #tell(parent: Agent): void {
    const ended = this.news(parent.id);
    const each = ended.map((one) => `your subagent ${one.name} has ended: ${one.status.state}`);
    this.#prompt(
      parent.id,
      `${each.join('; ')}. subagent_result gives what came of ${ended.length > 1 ? 'each' : 'it'}.`,
    );
  }

  #prompt(id: string, text: string): void {
    const ctx = this.#ctx();
    const agent = ctx.store.get().agents[id];
    if (!agent || !structuredOf(agent)) return;
    promptSession(ctx, agent, { text: `[BooCode] ${text}`, images: [] }).catch((error) =>
      ctx.log.warn(`${agent.name} was not told of its subagents: ${messageOf(error)}`),
    );
  }

  /** What its parent asked of it is done; one that a person has interrupted, or taken up again, is that person's. */
  #end(agent: Agent): void {
    const ctx = this.#ctx();
    const outcome = lastTurnOf(ctx.root, agent);
    const working = this.of(agent.id).some((one) => outcomeOf(one, endsAfterTurns(one)) === null && !one.detached);
    if (working || outcome === null || outcome === 'interrupted' || endsAfterTurns(agent) || isRun(agent)) return;
    stopAgent(ctx, agent.id, outcome === 'failed' ? 'undone' : 'done').catch((error) =>
      ctx.log.warn(`${agent.name} is done and was not ended: ${messageOf(error)}`),
    );
  }
}
