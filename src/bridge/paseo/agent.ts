import { setTimeout as delay } from 'node:timers/promises';
import { cutMiddle } from '../../core/cut.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import type { BridgeIn } from '../../schema/bridge.ts';
import type { PaseoInspected } from '../../schema/paseo.ts';
import { inTime } from '../../util/in-time.ts';
import { Cost } from '../cost.ts';
import type { Say } from '../say.ts';
import type { PaseoCli } from './cli.ts';
import { kindOf, newIn, readLog } from './logs.ts';
import { PaseoRequests } from './requests.ts';
import { troubleOf } from './trouble.ts';

/** How often it is asked whether it waits for a permission, while its turn runs: each look is a process. Milliseconds. */
const LOOK_MS = 2000;
/** States in which a turn runs. */
const BUSY = new Set(['running', 'initializing']);

export interface PaseoWishes {
  provider: string;
  model: string | null;
  mode: string | null;
  cwd: string;
}
type Start = Extract<BridgeIn, { do: 'start' }>;
type Prompt = NonNullable<Start['prompt']>;

/** One agent of a Paseo daemon, driven by its CLI. Its id there is the session's id here. */
export class PaseoAgent {
  readonly #cli: PaseoCli;
  readonly #say: Say;
  readonly #wishes: PaseoWishes;
  readonly #cost: Cost;
  readonly #requests: PaseoRequests;
  #id: string | null = null;
  #turn: number;
  #log = '';
  #interrupted = false;
  running = false;

  constructor(cli: PaseoCli, say: Say, wishes: PaseoWishes, { turn, usd }: { turn: number; usd: number }) {
    this.#cli = cli;
    this.#say = say;
    this.#wishes = wishes;
    this.#turn = turn;
    this.#cost = new Cost(usd);
    this.#requests = new PaseoRequests(cli, say);
  }

  /** Takes up an agent of that id, or imports a provider's own session of it. False: neither is there, which is said. */
  async resume(id: string): Promise<boolean> {
    try {
      const known = await this.#known(id);
      const found = known ?? (await this.#cli.inspect((await this.#import(id)).agentId));
      this.#found(found.Id);
      this.#configured(found);
      this.#log = await this.#cli.logs(found.Id);
      return true;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'network') this.#say.report({ type: 'troubled', trouble });
      else this.#say.refused(trouble.message);
      return false;
    }
  }

  async prompt({ id, text, images }: Prompt): Promise<void> {
    this.running = true;
    this.#interrupted = false;
    this.#turn++;
    this.#say.report({ type: 'turnStarted', turn: this.#turn, prompt: text, model: this.#wishes.model, line: null });
    let taken = false;
    try {
      await this.#give(text, images);
      taken = true;
      const evidence = { source: 'protocol' as const, detail: 'Paseo has taken it' };
      this.#say.receipt({ prompt: id, receipt: 'submitted', evidence });
      const end = await this.#watch();
      await this.#told(text);
      this.#used(end);
      this.#ended(end);
    } catch (error) {
      const trouble = troubleOf(error);
      const evidence = { source: 'protocol' as const, detail: trouble.message };
      if (!taken) this.#say.receipt({ prompt: id, receipt: 'not delivered', evidence });
      this.#say.report({ type: 'troubled', trouble });
      this.#over('failed', trouble.message);
    }
  }

  async answer(approval: Approval, answer: Answer): Promise<void> {
    if (this.#id === null) return;
    try {
      await this.#requests.answer(this.#id, approval, answer);
    } catch (error) {
      this.#say.report({ type: 'troubled', trouble: troubleOf(error) });
    }
  }

  async interrupt(): Promise<void> {
    if (!this.#id || !this.running) return;
    this.#interrupted = true;
    await this.#cli.stop(this.#id).catch((error: unknown) => {
      this.#say.report({ type: 'troubled', trouble: troubleOf(error) });
    });
  }

  async #known(id: string): Promise<PaseoInspected | null> {
    try {
      return await this.#cli.inspect(id);
    } catch (error) {
      if (troubleOf(error).kind === 'session') return null;
      throw error;
    }
  }

  #import(session: string) {
    return this.#cli.import(session, this.#wishes.provider, this.#wishes.cwd);
  }

  #found(id: string): void {
    this.#id = id;
    this.#say.report({ type: 'session', sessionId: id });
  }

  #configured({ Mode, Model, AvailableModes }: PaseoInspected): void {
    const modes = AvailableModes?.map(({ id, label }) => ({ id, name: label }));
    this.#say.report({ type: 'configured', mode: Mode ?? null, model: Model ?? null, ...(modes && { modes }) });
  }

  async #give(text: string, images: readonly string[]): Promise<void> {
    if (this.#id !== null) {
      await this.#cli.send(this.#id, text, { wait: false });
      return;
    }
    const { agentId } = await this.#cli.start({ ...this.#wishes, prompt: text, images });
    this.#found(agentId);
    this.#configured(await this.#cli.inspect(agentId));
  }

  /** Until nothing of the turn runs or waits: shows what it says meanwhile, and asks what it asks. */
  async #watch(): Promise<PaseoInspected> {
    const id = this.#id!;
    const item = `${this.#turn}.0`;
    const unfollow = this.#cli.follow(id, (text) => this.#say.delta({ item, kind: 'said', text: cutMiddle(text) }));
    let waiting: Promise<void> | null = null;
    try {
      for (;;) {
        // Its end is heard of at once; a permission also where waiting does not end with it.
        waiting ??= this.#cli.wait(id).then(
          () => {},
          () => delay(LOOK_MS),
        );
        const over = waiting.then(() => {
          waiting = null;
        });
        await inTime(over, LOOK_MS, null);
        const now = await this.#cli.inspect(id);
        const pending = now.PendingPermissions ?? [];
        await this.#requests.seen(pending, this.#turn);
        if (pending.length > 0) await inTime(this.#requests.answered(), LOOK_MS, null);
        else if (!BUSY.has(now.Status)) return now;
      }
    } finally {
      unfollow();
    }
  }

  /** What it did in this turn, from its log. */
  async #told(prompt: string): Promise<void> {
    const log = await this.#cli.logs(this.#id!);
    const entries = readLog(newIn(this.#log, log), prompt);
    this.#log = log;
    for (const [index, { type, tool, text }] of entries.entries()) {
      const item = `${this.#turn}.${index + 1}`;
      if (type === 'said') this.#say.report({ type: 'said', item, who: 'agent', text: cutMiddle(text) });
      else if (type === 'thought') this.#say.report({ type: 'thought', item, text: cutMiddle(text) });
      else if (type === 'error') this.#say.report({ type: 'said', item, who: 'system', text: cutMiddle(text) });
      else if (type === 'tool') this.#tool(item, tool, text);
    }
  }

  #tool(call: string, tool: string, title: string): void {
    const kind = kindOf(tool);
    const locations = kind === 'edit' || kind === 'read' ? [{ path: title, line: null }] : [];
    const facts = { call, turn: this.#turn, tool, kind, title: title || tool, input: '{}', locations };
    this.#say.report({ type: 'toolStarted', ...facts });
    const rest = { output: '', error: null, diff: null, durationMs: null };
    this.#say.report({ type: 'toolFinished', call, outcome: 'done', ...rest });
  }

  #used({ LastUsage, Model }: PaseoInspected): void {
    if (!LastUsage) return;
    const { InputTokens, OutputTokens, CachedTokens, CostUsd } = LastUsage;
    if (CostUsd > 0) this.#cost.seen({ amount: CostUsd, currency: 'USD' });
    const usd = this.#cost.take();
    this.#say.report({
      type: 'used',
      turn: this.#turn,
      key: `turn ${this.#turn}`,
      model: Model ?? null,
      tokens: { input: InputTokens, output: OutputTokens, cacheRead: CachedTokens, cacheWrite: 0, reasoning: 0 },
      usd,
      provenance: { tokens: 'reported', cost: usd === null ? 'unknown' : 'estimated' },
    });
  }

  #ended({ Status }: PaseoInspected): void {
    if (this.#interrupted) this.#over('interrupted', null);
    else if (Status === 'error') this.#over('failed', 'Paseo says that it failed');
    else this.#over('completed', null);
  }

  #over(outcome: 'completed' | 'interrupted' | 'failed', message: string | null): void {
    this.running = false;
    void this.#requests.seen([], this.#turn);
    this.#say.report({ type: 'turnEnded', turn: this.#turn, outcome, message, durationMs: null });
  }
}
