import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { relaunch } from '../agents/relaunch.ts';
import { type Context, exclusively } from '../context.ts';

/** How often one run is taken up again in the life of a daemon: one that takes its host along each time is not. */
const MOST = 3;

/** Takes up runs again whose process host is gone (a reboot): their ended calls give what they gave, nothing is done twice. */
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
    for (const agent of this.#ctx().store.all()) this.#takeUp(agent);
  }

  follow(event: AgentEvent, agent: Agent | undefined): void {
    // Its host's other children are told as lost first.
    if (agent && event.type === 'hostLost') setImmediate(() => this.#takeUp(agent));
  }

  #takeUp({ id }: Agent): void {
    const ctx = this.#ctx();
    const agent = ctx.store.get().agents[id];
    const times = this.#times.get(id) ?? 0;
    const ran = agent?.startedAt != null || this.#beginning.has(id);
    if (!agent || !ran || !isLost(agent) || ctx.busy.has(id) || times >= MOST) return;
    this.#beginning.delete(id);
    this.#times.set(id, times + 1);
    const why = 'its process host was lost: it goes on';
    exclusively(ctx, id, 'begun again', () => relaunch(ctx, id, { prompt: null, resume: agent.sessionId, why })).then(
      () => ctx.publish('message', { level: 'info', text: `The run ${agent.name} goes on: its process was lost.` }),
      (error) => ctx.log.warn(`the run ${agent.name} was not taken up again: ${messageOf(error)}`),
    );
  }
}

/** Nobody saw its process end, nor wanted it to. */
const isLost = (agent: Agent): boolean =>
  isRun(agent) &&
  !isLive(agent) &&
  !agent.archived &&
  agent.exit === null &&
  agent.stopping === undefined &&
  (agent.run?.outcome ?? null) === null;
