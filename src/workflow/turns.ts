import type { AnswerForm } from '../core/answers.ts';
import { isLive } from '../core/lifecycle.ts';
import type { Agent } from '../schema/agent.ts';
import type { TurnEnd } from '../schema/workflow.ts';
import { BooError, messageOf } from '../util/errors.ts';
import type { CallEnd, CallWish } from './calls.ts';
import { isLost, type RunClient } from './client.ts';
import { environment } from './environment.ts';

/** How often an answer that does not fit is asked for again. */
const AGAIN = 2;
/** The newest lines of a record that are searched for a prompt that was given. */
const LOOK_BACK = 500;

export interface TurnsOptions {
  /** Id of the run's agent. */
  run: string;
  client: RunClient;
  wish: CallWish;
  answer: AnswerForm | null;
  /** What became of it in an earlier life was told to the script or flow: it stays so. */
  told: boolean;
  /** The run was taken up again. */
  resumed: boolean;
}

/** The turns of the agent that carries out one call: the first, and those in which its answer is asked for again. */
export class Turns {
  readonly #options: TurnsOptions;
  #agent: Agent | null = null;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Rejects with the reason of the call's signal once its agent has been stopped. */
  async carryOut(): Promise<CallEnd> {
    const { signal } = this.#options.wish;
    try {
      return await this.#ends();
    } catch (error) {
      if (!signal.aborted && !(error instanceof BooError)) throw error;
      // The run is being stopped, and its process is told in a moment: to the workflow that is the end, no call that failed.
      if (error instanceof BooError && error.code === 'interrupted') await aborted(signal);
      const agent = await this.#leave(signal.aborted ? undefined : 'undone');
      signal.throwIfAborted();
      return { ok: false, outcome: 'failed', error: messageOf(error), agent };
    }
  }

  async #ends(): Promise<CallEnd> {
    const { answer, resumed, told } = this.#options;
    await this.#begin(false);
    let end = await this.#wait(1);
    if (!told && mayBeginAnew(end, resumed) && (await this.#begin(true))) end = await this.#wait(1);
    for (let asked = 0; ; asked += 1) {
      if (end.outcome !== 'completed') return this.#failed(end);
      const read = answer ? answer.read(end.text) : { value: end.text };
      if ('value' in read) return this.#done(end, read.value);
      if (asked === AGAIN) {
        const error = `its answer does not fit the schema, also when asked again ${AGAIN} times: ${read.wrong}`;
        return this.#failed({ ...end, outcome: 'failed', message: error });
      }
      await this.#askAgain(end.turn, answer!.again(read.wrong));
      end = await this.#wait(end.turn + 1);
    }
  }

  /** False: there is no other one. */
  async #begin(again: boolean): Promise<boolean> {
    const { run, client, wish, answer } = this.#options;
    const ask = answer ? { ...wish.ask, prompt: answer.ask(wish.ask.prompt) } : wish.ask;
    const { agent } = await client.call('run.call', { run, call: wish.call, ask, again, env: environment() });
    const before = this.#agent;
    this.#agent = agent;
    wish.signal.throwIfAborted();
    if (before && before.id === agent.id && before.epoch === agent.epoch) return false;
    wish.onAgent(agent);
    return true;
  }

  #wait(turn: number): Promise<TurnEnd> {
    const { client, wish } = this.#options;
    const { signal, ask } = wish;
    const wait = { agent: this.#agent!.id, turn, maxToolCalls: ask.maxToolCalls ?? null };
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      client
        .call('turn.wait', wait)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** Once, whatever crashes meanwhile: what was given stands in the agent's queue or record. */
  async #askAgain(turn: number, text: string): Promise<void> {
    const { client } = this.#options;
    const { id: agent } = this.#agent!;
    while (!(await this.#isGiven(turn, text))) {
      try {
        const { receipt, evidence } = await client.once('agent.prompt', {
          agent,
          text,
          images: [],
          env: environment(),
        });
        if (receipt !== 'not delivered') return;
        throw new BooError('failed', `it could not be asked again: ${evidence.detail}`);
      } catch (error) {
        if (!isLost(error)) throw error;
      }
    }
  }

  async #isGiven(turn: number, text: string): Promise<boolean> {
    const { client } = this.#options;
    const { agent } = await client.call('agent.get', { agent: this.#agent!.id });
    if ((agent.turn?.number ?? 0) > turn || agent.queue?.some((one) => one.text === text)) return true;
    const look = { agent: agent.id, after: 0, before: null, limit: LOOK_BACK, activity: true };
    const events = (await client.call('session.events', look)).lines.map(({ event }) => event);
    const ended = events.findLastIndex((event) => event.type === 'turnEnded');
    return events.slice(ended + 1).some((event) => event.type === 'prompted' && event.text === text);
  }

  async #done({ agent, text }: TurnEnd, output: unknown): Promise<CallEnd> {
    const changes = await this.#changes(agent);
    const left = await this.#leave('done');
    return { ok: true, output, text, agent: left ?? agent, by: agent.id, cached: false, changes };
  }

  async #failed({ agent, outcome, message }: TurnEnd): Promise<CallEnd> {
    const left = await this.#leave('undone');
    const { timeout } = this.#options.wish.ask;
    const late = timeout === undefined ? WHY.timed_out : `it took longer than its ${timeout} ms`;
    const error = outcome === 'timed_out' ? late : (message ?? WHY[outcome]);
    const how = outcome === 'timed_out' ? 'timed_out' : 'failed';
    return { ok: false, outcome: how, error, agent: left ?? agent };
  }

  /** Ends its process, if it has not ended: nobody has anything more for it. Null: there is none. */
  async #leave(because: 'done' | 'undone' | undefined): Promise<Agent | null> {
    if (!this.#agent) return null;
    const stop = { agent: this.#agent.id, ...(because && { because }) };
    return (await this.#options.client.call('agent.stop', stop)).agent;
  }

  /** What it changed in a worktree of its own, as it is now; of a checkout that others work in too nothing is said. */
  async #changes({ id, worktree, changes }: Agent): Promise<Agent['changes']> {
    if (worktree === null) return null;
    const { client } = this.#options;
    const list = await client.call('changes.list', { agent: id, fresh: true }).catch(() => null);
    const files = list?.changes.find((one) => one.id === id)?.files;
    if (!files) return changes;
    const sum = (of: 'added' | 'removed') => files.reduce((all, file) => all + file[of], 0);
    return { files: files.length, added: sum('added'), removed: sum('removed') };
  }
}

const WHY: Record<TurnEnd['outcome'], string> = {
  completed: 'it ended well',
  interrupted: 'it was interrupted',
  failed: 'its turn failed',
  timed_out: 'it took longer than it may',
  ended: 'its process ended before it had answered',
  calls: 'it made more tool calls than it may',
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** It was lost with its host, or stopped with its run, which goes on now: nothing of that is its own fault. */
function mayBeginAnew({ outcome, agent }: TurnEnd, resumed: boolean): boolean {
  if (outcome === 'completed' || outcome === 'calls') return false;
  const lost = agent.exit === null && agent.startedAt !== null && !isLive(agent);
  return lost || (resumed && (agent.startedAt === null || agent.status.state === 'cancelled'));
}
