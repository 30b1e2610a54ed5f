import { claudeLimits, type RateLimitInfo } from '../../core/claude-limits.ts';
import { cutMiddle } from '../../core/cut.ts';
import { AcpNotice, type AcpPrompted, type AcpUpdate } from '../../schema/acp.ts';
import type { PlanEntry, RateLimit, Trouble } from '../../schema/activity.ts';
import { Cost } from '../cost.ts';
import type { Say } from '../say.ts';
import { Options } from './options.ts';
import { Texts } from './texts.ts';
import { Tools } from './tools.ts';
import { modelOf, tokensOf } from './usage.ts';

/** A message outside of a turn counts as whole when nothing more has come for so long. Milliseconds. */
const PAUSE_MS = 500;

const PLAN: Record<string, PlanEntry['status']> = { in_progress: 'running', completed: 'done' };
const STOPS: Record<string, string> = {
  max_tokens: 'the model reached its limit of tokens',
  max_turn_requests: 'it reached its limit of requests in one turn',
  refusal: 'the model refuses to go on',
};

/** Turns what an agent says in its session into reports. */
export class Telling {
  readonly tools: Tools;
  readonly options = new Options();
  readonly #say: Say;
  readonly #texts: Texts;
  #cost: Cost;
  /** The newest of each scope. */
  readonly #limits = new Map<string, RateLimit>();
  #context = '';
  #plan = '';
  #configured = '';
  #version: string | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** Number of the turn that runs, or ran last. */
  turn: number;
  running = false;
  /** What it says is told again: it stands in the record. */
  replaying = false;
  /** Called at its next sign of life. */
  onSign: (() => void) | undefined;

  constructor(say: Say, { cwd, turn, usd }: { cwd: string; turn: number; usd: number }) {
    this.#say = say;
    this.turn = turn;
    this.tools = new Tools(say, cwd);
    this.#texts = new Texts(say);
    this.#cost = new Cost(usd);
  }

  update(params: unknown): void {
    const notice = AcpNotice.safeParse(params).data;
    if (!notice) {
      this.raw('unknown', JSON.stringify(params));
      return;
    }
    this.#sign();
    const { update } = notice;
    if (this.options.updated(update)) this.configured();
    else if (update.sessionUpdate === 'usage_update') this.#usage(update);
    else if (!this.replaying) this.#activity(update);
    if (!this.running) this.#settle();
  }

  begin(prompt: string): void {
    clearTimeout(this.#pause);
    this.#texts.end();
    this.turn++;
    this.running = true;
    this.replaying = false;
    this.#say.report({ type: 'turnStarted', turn: this.turn, prompt, model: this.options.model.current, line: null });
  }

  /** The agent has answered the prompt. */
  end(answer: AcpPrompted): void {
    const interrupted = answer.stopReason === 'cancelled';
    const stop = STOPS[answer.stopReason] ?? null;
    this.#close(interrupted ? 'cancelled' : 'done', interrupted ? 'the turn was interrupted' : null);
    this.#used(answer);
    const outcome = interrupted ? 'interrupted' : stop ? 'failed' : 'completed';
    this.#ended(outcome, stop);
  }

  fail(trouble: Trouble): void {
    this.#close('cancelled', trouble.message);
    this.#used(null);
    const until = trouble.kind === 'rateLimit' ? this.#resetsAt() : null;
    this.#say.report({ type: 'troubled', trouble: { ...trouble, until: until ?? trouble.until } });
    this.#ended('failed', trouble.message);
  }

  /** It asks, so what it said before is whole. */
  pause(): void {
    this.#sign();
    this.#texts.end();
  }

  configured(version?: string): void {
    this.#version ??= version;
    const now = { ...this.options.configured(), ...(this.#version !== undefined && { version: this.#version }) };
    const text = JSON.stringify(now);
    if (text === this.#configured) return;
    this.#configured = text;
    this.#say.report({ type: 'configured', ...now });
  }

  raw(why: 'text' | 'unknown', text: string): void {
    this.#say.report({ type: 'raw', stream: 'stdout', why, text: cutMiddle(text) });
  }

  /** Its process has ended: what was being said is kept. */
  close(): void {
    clearTimeout(this.#pause);
    this.#texts.end();
    if (this.running) this.#used(null);
  }

  #sign(): void {
    this.onSign?.();
    this.onSign = undefined;
  }

  #settle(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#texts.end(), PAUSE_MS);
  }

  #activity(update: AcpUpdate): void {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk': {
        const kind = update.sessionUpdate === 'agent_message_chunk' ? 'said' : 'thought';
        const { type, text, uri } = update.content;
        this.#texts.add(kind, text ?? uri ?? `[${type}]`, update.messageId ?? null, this.turn);
        break;
      }
      case 'tool_call':
      case 'tool_call_update':
        this.#texts.end();
        this.#planned(todosIn(update.rawInput));
        this.tools.seen(update, this.turn);
        break;
      case 'plan':
        this.#texts.end();
        this.#planned(update.entries);
    }
  }

  #planned(entries: { content: string; status?: string | null | undefined }[] | null): void {
    if (!entries) return;
    const plan = entries.map(({ content, status }) => ({ text: content, status: PLAN[status ?? ''] ?? 'pending' }));
    const text = JSON.stringify(plan);
    if (text === this.#plan) return;
    this.#plan = text;
    this.#say.report({ type: 'planned', entries: plan });
  }

  /** When the limit that it told of as used up is lifted. */
  #resetsAt(): number | null {
    const exceeded = [...this.#limits.values()].filter(({ status }) => status === 'exceeded');
    const resets = exceeded.flatMap(({ resetsAt }) => resetsAt ?? []);
    return resets.length > 0 ? Math.max(...resets) : null;
  }

  #limited(info: RateLimitInfo): void {
    for (const limit of claudeLimits(info, Date.now())) {
      this.#limits.set(limit.scope, limit);
      this.#say.report({ type: 'limited', limit });
    }
  }

  #usage({ used, size, cost, _meta }: Extract<AcpUpdate, { sessionUpdate: 'usage_update' }>): void {
    const info = _meta?.['_claude/rateLimit'];
    if (info && !this.replaying) this.#limited(info);
    if (cost) this.#cost.seen(cost);
    // Of a turn that fails some tell nothing used.
    if (!used || !size || this.#context === `${used}/${size}`) return;
    this.#context = `${used}/${size}`;
    this.#say.report({ type: 'context', used, size });
  }

  #close(outcome: 'done' | 'cancelled', why: string | null): void {
    this.#sign();
    this.#texts.end();
    this.tools.close(outcome, why);
  }

  #used(answer: AcpPrompted | null): void {
    const tokens = answer && tokensOf(answer);
    const usd = this.#cost.take();
    if (!tokens && !usd) return;
    this.#say.report({
      type: 'used',
      turn: this.turn,
      key: `turn ${this.turn}`,
      model: (answer && modelOf(answer)) ?? this.options.model.current,
      tokens,
      usd,
      provenance: { tokens: tokens ? 'reported' : 'unknown', cost: usd === null ? 'unknown' : 'reported' },
    });
  }

  #ended(outcome: 'completed' | 'interrupted' | 'failed', message: string | null): void {
    this.running = false;
    this.#say.report({ type: 'turnEnded', turn: this.turn, outcome, message, durationMs: null });
  }
}

/** opencode keeps its plan by a tool, with the entries of a plan as its input. */
function todosIn(input: unknown): { content: string; status?: string }[] | null {
  if (typeof input !== 'object' || input === null || !('todos' in input) || !Array.isArray(input.todos)) return null;
  const isEntry = (one: unknown): one is { content: string } =>
    typeof one === 'object' && one !== null && 'content' in one && typeof one.content === 'string';
  return input.todos.every(isEntry) ? input.todos : null;
}
