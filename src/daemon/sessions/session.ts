import { transcriptOf } from '../../core/transcript.ts';
import type { Driver, Effect, Report } from '../../runtimes/driver.ts';
import type { Delta, TurnOutcome } from '../../schema/activity.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Past } from './past.ts';

/** So long (milliseconds) everything that a life prints is kept at its host while nothing of it is on record. */
const HANDSHAKE_MS = 60_000;

export interface SessionNeeds extends Pick<Context, 'store' | 'hosts' | 'log'> {
  delta(agent: string, delta: Delta): void;
  /** What was gathered of its deltas is said now. */
  flush(agent: string): void;
}

/** What else follows from effects. */
export interface SessionEvents {
  /** Before it is recorded that a turn begins. */
  onTurn(prompt: string | null): void;
  /** Before it is recorded that one has ended. */
  onTurnEnds(outcome: TurnOutcome): void;
  onReceipt(effect: Extract<Effect, { type: 'receipt' }>): void;
  onRefused(message: string): void;
}

/** Where an effect comes from: the report of a host (0: the start), or something a person did. */
type Source = { seq: number } | { name: string };

/** One life of a structured agent: its driver, whose effects are carried out in order and each once, also over a crash. */
export class Session {
  readonly id: string;
  readonly epoch: number;
  readonly driver: Driver;
  readonly #needs: SessionNeeds;
  readonly #on: SessionEvents;
  readonly #past: Past;
  /** Parts of the newest report on record that came of it once more. */
  readonly #remade = new Set<number>();
  /** Newest report of its host that has been carried out whole. */
  #done: number;
  /** The one that is being carried out: a report that could not be written is tried again. */
  #open: { seq: number; effects: Effect[]; next: number } | undefined;
  /** Something of this life is on record: its host need not keep what it printed so far. */
  #known: boolean;
  /** Its first line. */
  #first: { seq: number; at: number } | null = null;

  constructor(agent: Agent, driver: Driver, past: Past, needs: SessionNeeds, on: SessionEvents) {
    this.id = agent.id;
    this.epoch = agent.epoch;
    this.driver = driver;
    this.#past = past;
    this.#needs = needs;
    this.#on = on;
    this.#known = past.newest !== null && past.newest > 0;
    // The newest report is carried out again unless all of it is known to be done.
    this.#done = past.newest === null ? -1 : past.parts.size > 0 ? past.newest - 1 : past.newest;
  }

  /** Number of the report up to which its host may forget; null: as far as it likes. A handshake takes no longer than this. */
  get hold(): number | null {
    if (this.#known || this.#first === null || Date.now() > this.#first.at + HANDSHAKE_MS) return null;
    return this.#first.seq - 1;
  }

  /** Whether its start has been carried out. */
  get started(): boolean {
    return this.#done >= 0;
  }

  /** Carries out what a report of the host comes to. Throws when something could not be written; to be called again with the same then. */
  take(seq: number, at: number, make: () => Effect[]): void {
    if (seq <= this.#done) return;
    if (seq > 0) this.#first ??= { seq, at: Date.now() };
    if (this.#open?.seq !== seq) this.#open = { seq, effects: make(), next: 0 };
    const open = this.#open;
    for (; open.next < open.effects.length; open.next += 1) {
      void this.#carryOut(open.effects[open.next]!, { seq }, open.next, at)?.catch(this.#unwritten);
    }
    this.#open = undefined;
    this.#done = seq;
    if (seq === this.#past.newest) this.#recall();
  }

  /**
   * Carries out what a person's doing comes to; bytes first, so that what is on record has been written. Resolves with whether all its
   * bytes had been written before under the same name.
   */
  async act(name: string, effects: Effect[], at: number): Promise<{ again: boolean }> {
    const numbered = effects.map((effect, part) => ({ effect, part }));
    const isReport = ({ effect }: { effect: Effect }) => effect.type === 'report';
    const order = [...numbered.filter((one) => !isReport(one)), ...numbered.filter(isReport)];
    const writes = order.flatMap(({ effect, part }) => this.#carryOut(effect, { name }, part, at) ?? []);
    const results = await Promise.all(writes);
    return { again: results.length > 0 && results.every((again) => again) };
  }

  /** Resolves, for bytes, with whether they had been written before. */
  #carryOut(effect: Effect, source: Source, part: number, at: number): Promise<boolean> | undefined {
    switch (effect.type) {
      case 'report':
        this.#report(effect.report, source, part, at);
        return undefined;
      case 'delta':
        this.#needs.delta(this.id, effect.delta);
        return undefined;
      case 'receipt':
        this.#on.onReceipt(effect);
        return undefined;
      case 'refused':
        this.#on.onRefused(effect.message);
        return undefined;
      case 'write':
        return this.#input({ text: effect.text }, source, part);
      case 'closeInput':
        return this.#input({ text: '', end: true }, source, part);
      case 'signal':
        return this.#call((link, child) => link.call('signal', { child, signal: effect.signal }).then(() => false));
    }
  }

  /** What was recorded of the newest report and does not come of it any more: it hung on lines that only the daemon before has read. */
  #recall(): void {
    for (const [part, event] of this.#past.parts) if (!this.#remade.has(part)) this.driver.recall?.(event);
  }

  /** Is it one of those on record of the newest report? What state has of them by now does not come again, and those behind move up. */
  #isRecorded(report: Report, part: number): boolean {
    const left = [...this.#past.parts].filter(([at]) => !this.#remade.has(at));
    const same = ([, { type }]: [number, AgentEvent]) => type === report.type;
    const known = left.find((one) => one[0] === part && same(one)) ?? left.find(same);
    if (known) this.#remade.add(known[0]);
    return known !== undefined;
  }

  #report(report: Report, source: Source, part: number, at: number): void {
    const { store, flush, hosts } = this.#needs;
    const seq = 'seq' in source ? source.seq : null;
    if (seq !== null && seq === this.#past.newest && this.#isRecorded(report, part)) return;
    const agent = store.get().agents[this.id];
    if (!agent || agent.epoch !== this.epoch) return;
    flush(this.id);
    if (report.type === 'turnStarted') this.#on.onTurn(report.prompt);
    if (report.type === 'turnEnded') this.#on.onTurnEnds(report.outcome);
    const from = seq !== null && agent.host !== null ? { host: agent.host, seq, part } : undefined;
    store.record(this.id, { ...report, ...(from && { from }) }, { at, epoch: this.epoch });
    if (seq !== null && seq > 0) this.#known = true;
    const text = transcriptOf({ ...report, at, epoch: this.epoch } as AgentEvent);
    if (text !== null && agent.host !== null) hosts.get(agent.host)?.show(childId(agent), text);
  }

  #input(what: { text: string; end?: boolean }, source: Source, part: number): Promise<boolean> {
    const once = `${'seq' in source ? source.seq : source.name}.${part}`;
    return this.#call(async (link, child) => (await link.call('input', { child, once, ...what })).again === true);
  }

  async #call(task: (link: HostLink, child: string) => Promise<boolean>): Promise<boolean> {
    const { store, hosts } = this.#needs;
    const agent = store.agent(this.id);
    const link = agent.host === null ? undefined : hosts.get(agent.host);
    if (!link) throw new Error('its host is gone');
    return task(link, childId({ id: this.id, epoch: this.epoch }));
  }

  /** It ended in that very moment, or does not read: its end, or the receipt of its next prompt, will tell. */
  readonly #unwritten = (error: unknown) => this.#needs.log.warn(`writing to ${this.id}: ${messageOf(error)}`);
}
