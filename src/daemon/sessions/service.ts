import { complaintOf } from '../../core/complaint.ts';
import { exitText } from '../../core/ends.ts';
import { isLive } from '../../core/lifecycle.ts';
import { runtimes } from '../../runtimes/choose.ts';
import type { Effect, Prompt, Structured } from '../../runtimes/driver.ts';
import type { TurnOutcome } from '../../schema/activity.ts';
import type { Agent, Exit } from '../../schema/agent.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import type { HostEvent } from '../../schema/host.ts';
import type { QueuedPrompt } from '../../schema/receipt.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { createDeltas, type Deltas } from './deltas.ts';
import { readImages } from './images.ts';
import { type Past, readPast } from './past.ts';
import { firstPrompt, Prompts } from './prompts.ts';
import { Session } from './session.ts';

type Line = Extract<HostEvent, { type: 'line' }>;

/** How an agent is driven over pipes; undefined: it has a screen of its own. */
export const structuredOf = ({ runtime }: Pick<Agent, 'runtime'>): Structured | undefined =>
  runtimes.find(({ id }) => id === runtime)?.structured;

function promptOf(agent: Agent, { id, text, images = [] }: QueuedPrompt): Prompt {
  const seen = images.length > 0 && structuredOf(agent)?.pictures === true;
  return { id, text, images, ...(seen && { pictures: readImages(images) }) };
}

interface Live {
  session: Session;
  prompts: Prompts;
  /** Its process has ended, and what was open in it is being closed. */
  over: boolean;
  /** The line of its standard error that says best what went wrong; null: it printed none. */
  complaint: string | null;
}

type Needs = Pick<Context, 'root' | 'store' | 'hosts' | 'log' | 'publish'>;

export interface SessionsEvents {
  /** Before it is recorded that a turn of it has ended, other than by the end of its process. */
  onTurnEnds(id: string, outcome: TurnOutcome): void;
  /** Its session is refused: it is to be begun afresh. */
  onRefused(id: string, epoch: number, message: string): void;
}

/** The conversations with all structured agents that live. */
export class Sessions {
  readonly #needs: Needs;
  readonly #live = new Map<string, Live>();
  /** Ids of agents whose conversation was begun or taken up ▶ in which life. */
  readonly #begun = new Map<string, number>();
  readonly #deltas: Deltas;
  readonly #on: SessionsEvents;

  constructor(needs: Needs, on: SessionsEvents) {
    this.#needs = needs;
    this.#on = on;
    this.#deltas = createDeltas((agent, deltas) => needs.publish('deltas', { agent, deltas: [...deltas] }));
  }

  /** Its process runs, and its host has told all that was before: the conversation begins, or goes on. */
  begin(agent: Agent): void {
    if (!structuredOf(agent)) return;
    this.#begun.set(agent.id, agent.epoch);
    this.#of(agent, null).prompts.next();
  }

  /** One line that it printed. Throws when what it says could not be written; to be called again with the same then. */
  line(agent: Agent, event: Line, seq: number, at: number): void {
    if (!structuredOf(agent) || !isLive(agent)) return;
    const live = this.#of(agent, seq);
    const { session, prompts } = live;
    if (event.stream === 'stderr') live.complaint = complaintOf(live.complaint, event.text);
    session.take(seq, at, () => linesOf(session, event, at));
    prompts.next();
  }

  /** Its process has ended: what was open is closed. Throws as `line`. */
  /** What it complained of last, if this daemon heard it. */
  exited(agent: Agent, exit: Exit, seq: number, at: number): string | null {
    if (!structuredOf(agent) || (!isLive(agent) && !this.#live.has(agent.id))) return null;
    const live = this.#of(agent, seq);
    live.over = true;
    live.session.take(seq, at, () => live.session.driver.exited(exit, at));
    this.#drop(agent.id, `its process ended (${exitText(exit)})`);
    return live.complaint;
  }

  /** Its host is gone, and it with it. */
  lost(agent: Agent): void {
    const live = this.#live.get(agent.id);
    if (!live) return;
    live.over = true;
    const now = Date.now();
    const effects = live.session.driver.exited({ code: null, signal: 'SIGKILL' }, now);
    void live.session
      .act(
        'lost',
        effects.filter(({ type }) => type === 'report'),
        now,
      )
      .catch(() => {});
    this.#drop(agent.id, 'its process host ended');
  }

  /** The conversation with this agent. Throws `conflict` when there is none. */
  of(agent: Agent): Live {
    if (!structuredOf(agent)) {
      const hint = `boocode attach ${agent.name} shows it.`;
      throw new BooError('conflict', `${agent.name} is driven in its own screen (${agent.runtime})`, hint);
    }
    if (!isLive(agent) || agent.startedAt === null) {
      const hint = isLive(agent) ? 'Wait a moment.' : `boocode resume ${agent.name} goes on with its session.`;
      const why = isLive(agent) ? 'has not started yet' : `has ended (${agent.status.state})`;
      throw new BooError('conflict', `${agent.name} ${why}`, hint);
    }
    return this.#of(agent, null);
  }

  /** Writes an answer to the agent; its `answered` is recorded by who calls. False: it had been given one before, by a daemon that is gone. */
  async answer(agent: Agent, approval: Approval, answer: Answer): Promise<boolean> {
    const { session } = this.of(agent);
    const now = Date.now();
    const effects = session.driver.answer(approval, answer, now);
    const { again } = await session.act(`answer.${approval.id}`, effects, now);
    return !again;
  }

  /** Number of the report up to which a host may forget; null: as far as it likes. */
  hold(host: string): number | null {
    const holds = [...this.#live.values()].flatMap(({ session }) => {
      const { hold } = session;
      return hold !== null && this.#needs.store.get().agents[session.id]?.host === host ? [hold] : [];
    });
    return holds.length > 0 ? Math.min(...holds) : null;
  }

  close(): void {
    for (const { prompts } of this.#live.values()) prompts.end('the daemon ends');
    this.#deltas.close();
  }

  #drop(id: string, why: string): void {
    this.#deltas.flush(id);
    this.#live.get(id)?.prompts.end(why);
    this.#live.delete(id);
  }

  /** `seq`: of the report that is to be carried out next; null: all that its host has were. */
  #of(agent: Agent, seq: number | null): Live {
    const known = this.#live.get(agent.id);
    if (known?.session.epoch === agent.epoch) return known;
    if (known) this.#drop(agent.id, 'it was started again');
    const { root, store } = this.#needs;
    const past = readPast({ root, ...agent }, (newest) => newest > 0 && (seq === null || seq > newest));
    const { id, epoch } = agent;
    const first = firstOf(agent);
    const given = first && !first.carried ? promptOf(agent, first) : null;
    const driver = structuredOf(agent)!.driver({ agent, past: past.events, given });
    const session: Session = new Session(
      agent,
      driver,
      past,
      { ...this.#needs, delta: this.#deltas.add, flush: this.#deltas.flush },
      {
        onTurn: (prompt) => prompts.turnStarted(prompt),
        onReceipt: ({ prompt, receipt, evidence }) => prompts.receipt(prompt, { receipt, evidence }),
        onTurnEnds: (outcome) => live.over || this.#on.onTurnEnds(id, outcome),
        onRefused: (message) => this.#on.onRefused(id, epoch, message),
      },
    );
    const give = (prompt: QueuedPrompt) => {
      const now = Date.now();
      return session.act(`prompt.${prompt.id}`, driver.prompt(promptOf(agent, prompt), now), now);
    };
    // What ends after each turn takes no prompt while it lives: the next one begins its next life.
    const oneShot = structuredOf(agent)!.oneShot;
    const prompts = new Prompts(id, store, give, () => !oneShot && this.#begun.get(id) === epoch);
    const live: Live = { session, prompts, over: false, complaint: null };
    this.#live.set(id, live);
    try {
      takeUp(agent, live, past);
    } catch (error) {
      // What could not be written now is done anew from what is on record then.
      this.#drop(id, 'it could not be begun');
      throw error;
    }
    return live;
  }
}

/** The prompt that this life began with, while it has not reacted to it. */
const firstOf = ({ epoch, queue }: Agent): QueuedPrompt | undefined =>
  queue?.[0]?.id === firstPrompt(epoch) ? queue[0] : undefined;

/** Begins a life, or goes on with it; after a crash in its handshake it is begun once more, which writes nothing twice. */
function takeUp(agent: Agent, { session, prompts }: Live, { newest, events }: Past): void {
  const first = firstOf(agent);
  if (first) prompts.begin(first);
  if (newest !== null && newest > 0) return;
  const begun = events.findLast((event) => event.type === 'restarted' && event.epoch === agent.epoch);
  const resume = begun?.type === 'restarted' ? (begun.sessionId ?? null) : null;
  session.take(0, Date.now(), () =>
    session.driver.start({ resume, prompt: first && !first.carried ? promptOf(agent, first) : null }),
  );
}

/** A line that was too long to be kept says nothing any more: its beginning is kept. */
function linesOf(session: Session, { stream, text, whole }: Line, at: number): Effect[] {
  if (whole === undefined) return session.driver.line(stream, text, at);
  const cut = `${text}\n… a line of ${whole} characters, cut`;
  return [{ type: 'report', report: { type: 'raw', stream, why: 'text', text: cut } }];
}
