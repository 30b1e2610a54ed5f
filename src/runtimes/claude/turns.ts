import { claudeLimits } from '../../core/claude-limits.ts';
import type { RateLimit, Tokens } from '../../schema/activity.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Prompt } from '../driver.ts';
import { countOf } from '../json.ts';
import type { Decoder } from './decoder.ts';
import type { Message } from './messages.ts';
import { failureOf, messageOf, retryOf } from './troubles.ts';

/** A prompt that was written and is not being worked at yet, under the uuid by which the agent tells of it. */
interface Given {
  prompt: Prompt;
  uuid: string | null;
}

/** When turns begin and end, and what they run with. */
export class Turns {
  private given: Given[] = [];
  /** Of the prompt that is worked at. */
  private uuid: string | null = null;
  private interrupting = false;
  private model: string | null;
  private mode: string | null;
  private version: string | null = null;
  /** By model: tokens that fit into its context. */
  private readonly sizes = new Map<string, number>();
  private full = 0;
  private readonly limits = new Map<string, RateLimit>();
  private readonly decoder: Decoder;

  constructor(decoder: Decoder, agent: Agent, past: readonly AgentEvent[]) {
    this.decoder = decoder;
    this.model = agent.model ?? null;
    this.mode = agent.mode ?? null;
    if (agent.context && this.model !== null) this.sizes.set(this.model, agent.context.size);
    for (const limit of agent.rateLimits) this.limits.set(limit.scope, limit);
    for (const event of past) if (event.type === 'configured' && event.version) this.version = event.version;
  }

  /** A prompt is being written to it. */
  give(prompt: Prompt, uuid: string | null): void {
    // Known already when a handshake is told again.
    if (this.given.some((one) => one.prompt.id === prompt.id)) return;
    this.given.push({ prompt, uuid });
  }

  interrupt(): void {
    this.interrupting = true;
  }

  /** It tells a prompt back that it took. */
  replayed(uuid: string, text: string): void {
    if (this.given.some((one) => one.uuid === uuid)) this.take(uuid);
    else if (uuid !== this.uuid && !this.decoder.open.running) this.begin(text);
  }

  /** It works: at what it was given, else at something of its own. */
  working(): void {
    if (this.decoder.open.running) return;
    if (this.given.length > 0) this.take(null);
    else this.begin(null);
  }

  /** Decodes what the system says; false: it is none of it. */
  system(message: Message, at: number): boolean {
    const { decoder } = this;
    const { type, subtype, permissionMode, rate_limit_info: limit, compact_metadata: compacted } = message;
    if (type === 'command_lifecycle') {
      this.lifecycle(message);
    } else if (type === 'rate_limit_event') {
      if (!limit) return false;
      for (const one of claudeLimits(limit, at)) {
        this.limits.set(one.scope, one);
        decoder.report({ type: 'limited', limit: one });
      }
    } else if (subtype === 'init') {
      const version = message.claude_code_version ?? message.qwen_code_version ?? null;
      this.configured({ model: message.model ?? null, mode: permissionMode ?? null, version });
      if (this.given.length > 0 && !decoder.open.running) this.take(null);
    } else if (subtype === 'status' && typeof permissionMode === 'string') {
      this.configured({ mode: permissionMode });
    } else if (subtype === 'api_retry') {
      decoder.report({ type: 'troubled', trouble: retryOf(message, at) });
    } else if (subtype === 'compact_boundary') {
      const before = compacted?.pre_tokens === undefined ? '' : ` (${compacted.pre_tokens} tokens before)`;
      const item = message.uuid ?? `compacted ${at}`;
      decoder.report({ type: 'said', item, who: 'system', text: `Its conversation was made shorter${before}.` });
    } else {
      return false;
    }
    return true;
  }

  /** Reports what is other than before. */
  configured(now: { model?: string | null; mode?: string | null; version?: string | null }): void {
    const news = {
      ...(now.model && now.model !== this.model && { model: now.model }),
      ...(now.mode && now.mode !== this.mode && { mode: now.mode }),
      ...(now.version && now.version !== this.version && { version: now.version }),
    };
    Object.assign(this, news);
    if (Object.keys(news).length > 0) this.decoder.report({ type: 'configured', ...news });
  }

  /** What a message of its own took of its context. */
  filled({ input, output, cacheRead, cacheWrite }: Tokens, model: string | null): void {
    this.full = input + output + cacheRead + cacheWrite;
    this.tellContext(model ?? this.model);
  }

  private tellContext(model: string | null): void {
    const size = model === null ? undefined : this.sizes.get(model);
    if (size !== undefined && this.full > 0) this.decoder.report({ type: 'context', used: this.full, size });
  }

  /** The turn is over, and with it whatever was open in it. */
  ended(result: Message, at: number): void {
    const { decoder, interrupting } = this;
    for (const [name, { contextWindow }] of Object.entries(result.modelUsage ?? {})) {
      const model = name.replace(/\[.*\]$/, '');
      if (!countOf(contextWindow) || this.sizes.get(model) === contextWindow) continue;
      this.sizes.set(model, countOf(contextWindow));
      if (model === this.model || name === this.model) this.tellContext(model);
    }
    const aborted = result.terminal_reason?.startsWith('aborted') || (interrupting && result.is_error === true);
    const failed = result.is_error === true && !aborted;
    const exceeded = [...this.limits.values()].find(
      (limit) => limit.status === 'exceeded' && (limit.resetsAt ?? 0) > at,
    );
    if (failed) decoder.report({ type: 'troubled', trouble: failureOf(result, exceeded ?? null, at) });
    this.close(aborted ? 'interrupted' : failed ? 'failed' : 'completed', {
      message: failed ? messageOf(result) : null,
      durationMs: typeof result.duration_ms === 'number' ? result.duration_ms : null,
    });
  }

  /** Prompts that it was given and did not take. */
  lost(why: string): void {
    for (const { prompt } of this.given) {
      const evidence = { source: 'protocol', detail: why } as const;
      this.decoder.effect({ type: 'receipt', prompt: prompt.id, receipt: 'not delivered', evidence });
    }
    this.given = [];
  }

  private lifecycle({ command_uuid: uuid = '', state }: Message): void {
    // Without any result: it had this prompt before, and does nothing.
    const isOver = state === 'completed' || state === 'cancelled';
    if (isOver && uuid === this.uuid && this.decoder.open.running) this.close('completed', NOTHING);
  }

  /** The given prompt of this uuid (null: the oldest) is being worked at. */
  private take(uuid: string | null): void {
    const index = uuid === null ? 0 : this.given.findIndex((one) => one.uuid === uuid);
    const [given] = this.given.splice(index, 1);
    if (!given) return;
    this.uuid = given.uuid;
    this.begin(given.prompt.text);
  }

  private begin(prompt: string | null): void {
    const { open } = this.decoder;
    this.interrupting = false;
    this.decoder.report({ type: 'turnStarted', turn: open.turn + 1, prompt, model: this.model });
  }

  private close(
    outcome: 'completed' | 'interrupted' | 'failed',
    { message, durationMs }: { message: string | null; durationMs: number | null },
  ): void {
    const { decoder } = this;
    const { turn, running } = decoder.open;
    // Its calls and requests first: all that a turn did stands before its end.
    const left = decoder.open.close('interrupted', 'the turn was over before it');
    for (const report of left) if (report.type !== 'turnEnded') decoder.effect({ type: 'report', report });
    this.interrupting = false;
    if (running) decoder.report({ type: 'turnEnded', turn, outcome, message, durationMs });
  }
}

const NOTHING = { message: null, durationMs: null };
