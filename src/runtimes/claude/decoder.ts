import { cutMiddle } from '../../core/cut.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Effect, Report } from '../driver.ts';
import { parseObject } from '../json.ts';
import { Open } from '../open.ts';
import { Blocks } from './blocks.ts';
import { Calls } from './calls.ts';
import { glance } from './glance.ts';
import { Ledger, tokensOf, uncached } from './ledger.ts';
import type { Block, Message } from './messages.ts';
import { textOf } from './results.ts';
import { isSound } from './shape.ts';
import { Turns } from './turns.ts';

/** What says nothing that is not said elsewhere too. */
const SILENT = new Set([
  ...['keep_alive', 'tool_progress', 'tool_use_summary', 'auth_status', 'prompt_suggestion', 'streamlined_text'],
  ...[
    'system/status',
    'system/thinking_tokens',
    'system/permission_denied',
    'system/hook_started',
    'system/hook_progress',
  ],
  ...['system/hook_response', 'system/task_started', 'system/task_updated', 'system/task_progress'],
  ...['system/task_notification', 'system/files_persisted', 'system/session_state_changed', 'system/api_metrics'],
]);
/** Texts that Claude Code writes in the person's name. */
const SYNTHETIC =
  /^\s*(\[Request interrupted by user|<(system-reminder|local-command-|command-(name|message)|task-notification))/;
const REFUSED = /No conversation found with session ID|No saved session found|session .*(not found|does not exist)/i;

/**
 * Turns the lines of stream-json into effects: what Claude Code and Qwen Code print in common, whichever way they are driven. What only
 * a bidirectional stream has (requests and responses) is given back by `line` to be handled by who drives it.
 */
export class Decoder {
  readonly open: Open;
  readonly cwd: string;
  readonly turns: Turns;
  readonly calls: Calls;
  private readonly whole: boolean;
  private readonly ledger: Ledger;
  private readonly blocks = new Blocks();
  private session: string | null;
  private refused = false;
  private effects: Effect[] = [];

  /** `whole`: usage is told with whole messages (Qwen Code), not with their streams. */
  constructor(agent: Agent, past: readonly AgentEvent[], { whole = false } = {}) {
    this.whole = whole;
    this.open = new Open(past);
    this.ledger = new Ledger(past);
    this.cwd = agent.cwd;
    this.calls = new Calls(agent.cwd);
    this.session = agent.sessionId;
    this.turns = new Turns(this, agent, past);
    for (const event of past) this.calls.recall(event);
  }

  /** What came of everything since the last time. */
  take(): Effect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  report(report: Report): void {
    this.open.note(report);
    this.ledger.note(report);
    this.effects.push({ type: 'report', report });
  }

  /** As in Driver: what was used hangs on the beginning of its message, a turn on the prompt that was given. */
  recall(event: AgentEvent): void {
    this.open.note(event);
    this.ledger.note(event);
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  /** One line; anything at all. Returns the message when it is none of those that are decoded here. Never throws. */
  line(stream: 'stdout' | 'stderr', text: string, at: number): Message | null {
    if (text === '') return null;
    if (stream === 'stderr') {
      this.refusedBy(text);
      this.report({ type: 'raw', stream, why: 'text', text: cutMiddle(text) });
      return null;
    }
    if (this.glanced(text)) return null;
    const message = parse(text);
    if (message === null) {
      this.report({ type: 'raw', stream, why: 'text', text: cutMiddle(text) });
      return null;
    }
    try {
      if (isSound(message)) return this.message(message, at) ? null : message;
      this.unknown(text);
      return null;
    } catch {
      // A known kind in a shape that is not: kept as it is.
      this.unknown(text);
      return null;
    }
  }

  /** Was all that a line says seen without reading it? */
  private glanced(line: string): boolean {
    const seen = glance(line, this.session);
    if (seen === null || seen === 'nothing') return seen !== null;
    const delta = this.blocks.glimpsed(seen);
    if (delta) this.effect({ type: 'delta', delta });
    return true;
  }

  unknown(text: string): void {
    this.report({ type: 'raw', stream: 'stdout', why: 'unknown', text: cutMiddle(text) });
  }

  /** Is it decoded here? */
  private message(message: Message, at: number): boolean {
    if (typeof message.session_id === 'string' && message.session_id !== '') this.sessionIs(message);
    switch (message.type) {
      case 'stream_event':
        this.streamed(message);
        return true;
      case 'assistant':
        this.assistant(message);
        return true;
      case 'user':
        this.user(message);
        return true;
      case 'system':
      case 'command_lifecycle':
      case 'rate_limit_event':
        return this.turns.system(message, at) || SILENT.has(`${message.type}/${message.subtype}`);
      case 'result':
        this.result(message, at);
        return true;
      default:
        return SILENT.has(message.type);
    }
  }

  /** The id is stored with the first message that names it. A result of a refusal names one that no session has. */
  private sessionIs({ type, is_error, session_id: sessionId }: Message): void {
    if (sessionId === this.session || (type === 'result' && is_error && !this.open.running)) return;
    this.session = sessionId!;
    this.report({ type: 'session', sessionId: sessionId! });
  }

  /** A line of its standard error may be why it ends at once. */
  refusedBy(text: string): void {
    if (REFUSED.test(text)) this.refuse(text);
  }

  private refuse(message: string): void {
    if (this.refused) return;
    this.refused = true;
    this.effect({ type: 'refused', message });
  }

  private streamed({ event, parent_tool_use_id: parent }: Message): void {
    if (!event) return;
    if (!parent && event.type === 'message_start') this.turns.working();
    const delta = this.blocks.streamed(event, !parent);
    if (delta) this.effect({ type: 'delta', delta });
    if (event.type !== 'message_delta') return;
    const { id, model } = this.blocks.message;
    if (id === null || !event.usage || this.whole) return;
    const tokens = tokensOf(event.usage);
    const used = this.ledger.message(id, model, tokens, this.open.turn);
    if (used) this.report(used);
    if (!parent) this.turns.filled(tokens, model);
  }

  private assistant(message: Message): void {
    const { message: said, parent_tool_use_id: parent = null, is_api_error_message: failed, error } = message;
    if (!said || !Array.isArray(said.content)) return;
    // What the provider refused is told by the result.
    if (said.model === '<synthetic>' && (failed || error)) return;
    if (!parent) this.turns.working();
    if (this.whole && said.usage && said.id) {
      const used = this.ledger.message(said.id, said.model ?? null, uncached(said.usage), this.open.turn);
      if (used) this.report(used);
    }
    for (const block of said.content) this.block(block, this.blocks.item(said.id ?? 'message', parent), parent);
  }

  private block(block: Block, item: string, parent: string | null): void {
    if (block.type === 'text' && block.text) {
      this.report({ type: 'said', item, who: 'agent', text: cutMiddle(block.text), parent });
    } else if (block.type === 'thinking' && block.thinking) {
      this.report({ type: 'thought', item, text: cutMiddle(block.thinking), parent });
    } else if (block.type === 'tool_use' && block.id && block.name) {
      this.report(this.calls.started(block, this.open.turn, parent));
    }
  }

  private user(message: Message): void {
    const { isReplay, uuid, parent_tool_use_id: parent = null } = message;
    const content = message.message?.content;
    if (isReplay) {
      const text = textOf(content);
      if (!SYNTHETIC.test(text)) this.turns.replayed(uuid ?? '', text);
      return;
    }
    if (!Array.isArray(content)) return;
    for (const [index, block] of content.entries()) {
      if (block.type === 'tool_result' && block.tool_use_id) this.finished(block, message);
      else if (parent !== null && block.text && !SYNTHETIC.test(block.text)) {
        const item = `${uuid ?? parent}.${index}`;
        this.report({ type: 'said', item, who: 'user', text: cutMiddle(block.text), parent });
      }
    }
  }

  private finished(block: Block, message: Message): void {
    // Told twice, or of a call before this life.
    if (!this.open.tools.has(block.tool_use_id!)) return;
    for (const report of this.calls.finished(block, message)) this.report(report);
  }

  private result(message: Message, at: number): void {
    const text = message.errors?.find((error) => REFUSED.test(error));
    if (text !== undefined && !this.open.running) {
      this.refuse(text);
      return;
    }
    this.turns.working();
    for (const used of this.ledger.result(message, this.open.turn)) this.report(used);
    this.turns.ended(message, at);
    this.calls.clear();
  }
}

function parse(line: string): Message | null {
  const value = parseObject(line) as Message | null;
  return typeof value?.type === 'string' ? value : null;
}
