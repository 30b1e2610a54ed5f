import { setTimeout as delay } from 'node:timers/promises';
import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { relaunch } from '../agents/relaunch.ts';
import { type Context, exclusively } from '../context.ts';
import { stopOrphans } from './parents.ts';

/** How often one run is taken up again in the life of a daemon: one that takes its host along each time is not. */
const MOST = 3;
/** Between two looks whether something else is still being done to it, in milliseconds. */
const BUSY_MS = 20;

/**
 * Takes up runs again whose process host is gone (a reboot), or whose process was killed by somebody else: their ended calls give what they
 * gave, nothing is done twice.
 */
export class LostRuns {
  readonly #ctx: () => Context;
  readonly #times = new Map<string, number>();
  readonly #beginning = new Set<string>();

  constructor(ctx: () => Context) {
    this.#ctx = ctx;
  }

  /** Before the state is brought together with what really runs: which were just being begun again when the last daemon ended. */
  remember(): void {
    for (const agent of this.#ctx().store.all()) {
      if (isRun(agent) && isLive(agent) && agent.host === null && agent.epoch > 1) this.#beginning.add(agent.id);
    }
  }

  /** Those that were lost when no daemon was there. */
  load(): void {
    for (const agent of this.#ctx().store.all()) void this.#takeUp(agent);
  }

  follow(event: AgentEvent, agent: Agent | undefined): void {
    // Its host's other children are told as lost first.
    if (agent && (event.type === 'hostLost' || event.type === 'exited')) setImmediate(() => void this.#takeUp(agent));
  }

  /** Is it a run that is about to be taken up again? */
  awaits(agent: Agent): boolean {
    const ran = agent.startedAt !== null || this.#beginning.has(agent.id);
    return ran && isLost(agent) && (this.#times.get(agent.id) ?? 0) < MOST;
  }

  async #takeUp({ id }: Agent): Promise<void> {
    const ctx = this.#ctx();
    // Killed in the very moment in which it was begun again: that is not done with it yet, and nothing tells when it is.
    while (ctx.busy.has(id)) await delay(BUSY_MS);
    const agent = ctx.store.get().agents[id];
    if (!agent || !this.awaits(agent)) return;
    this.#times.set(id, (this.#times.get(id) ?? 0) + 1);
    this.#beginning.delete(id);
    const why = 'its process was lost: it goes on';
    exclusively(ctx, id, 'begun again', () => relaunch(ctx, id, { prompt: null, resume: agent.sessionId, why })).then(
      () => ctx.publish('message', { level: 'info', text: `The run ${agent.name} goes on: its process was lost.` }),
      (error) => {
        ctx.log.warn(`the run ${agent.name} was not taken up again: ${messageOf(error)}`);
        stopOrphans(ctx);
      },
    );
  }
}

/** Nobody saw its process end, nor wanted it to; or it was killed before it could say how it ended. */
const isLost = (agent: Agent): boolean =>
  isRun(agent) &&
  !isLive(agent) &&
  !agent.archived &&
  (agent.exit === null || agent.exit.signal !== null) &&
  agent.stopping === undefined &&
  agent.retries?.nextAt == null &&
  (agent.run?.outcome ?? null) === null;
