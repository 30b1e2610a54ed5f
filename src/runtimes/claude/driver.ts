import { hash } from 'node:crypto';
import { exitText } from '../../core/ends.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Answer, Approval } from '../../schema/approval.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Driver, DriverOptions, Effect, Prompt } from '../driver.ts';
import { parseObject } from '../json.ts';
import { approvalOf, responseOf } from './approvals.ts';
import { Control, controlRequest } from './control.ts';
import { Decoder } from './decoder.ts';
import type { Message, PermissionUpdate } from './messages.ts';

/** A request that waits: what its answer has to give back. */
interface Waiting {
  approval: Approval;
  input: Record<string, unknown> | null;
  suggestions: readonly PermissionUpdate[] | null;
}

const write = (message: object): Effect => ({ type: 'write', text: `${JSON.stringify(message)}\n` });

/** The uuid that a prompt goes by: always the same of the same prompt, so that one that is given twice is known as one. */
const uuidOf = (id: string): string => {
  const hex = hash('sha256', id);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Drives Claude Code over its bidirectional stream: prompts and answers in, messages and requests out, one JSON object a line. */
export class ClaudeDriver implements Driver {
  private readonly agent: Agent;
  private readonly decoder: Decoder;
  private readonly control: Control;
  private readonly waiting = new Map<string, Waiting>();
  /** What was allowed for the session, by tool and input: it asks for some of it again (a path beside the command). */
  private readonly allowed = new Set<string>();

  constructor({ agent, past, given = null }: DriverOptions) {
    this.agent = agent;
    this.decoder = new Decoder(agent, past);
    this.control = new Control(this.decoder);
    for (const event of past) this.learn(event);
    if (given) this.decoder.turns.give(given, uuidOf(given.id));
  }

  start({ prompt }: { resume: string | null; prompt: Prompt | null }): Effect[] {
    return [controlRequest('initialize'), ...(prompt ? this.prompt(prompt) : [])];
  }

  prompt(prompt: Prompt): Effect[] {
    const uuid = uuidOf(prompt.id);
    const message = { role: 'user', content: contentOf(prompt) };
    const line = write({ type: 'user', message, parent_tool_use_id: null, session_id: '', uuid });
    this.decoder.turns.give(prompt, uuid);
    return [line];
  }

  line(stream: 'stdout' | 'stderr', text: string, at: number): Effect[] {
    const left = this.decoder.line(stream, text, at);
    if (!left) return this.decoder.take();
    let more: Effect[] = [];
    try {
      more = this.rest(left, text, at);
    } catch {
      this.decoder.unknown(text);
    }
    return [...this.decoder.take(), ...more];
  }

  recall(event: AgentEvent): void {
    this.decoder.recall(event);
  }

  answer(approval: Approval, answer: Answer): Effect[] {
    if (approval.via.type !== 'protocol') return [];
    const { request } = approval.via;
    const { input, suggestions } = this.waiting.get(approval.id) ?? { input: inputOf(approval), suggestions: null };
    this.waiting.delete(approval.id);
    this.decoder.open.approvals.delete(approval.id);
    this.decided(approval, answer);
    return [write(success(request, responseOf({ approval, answer, input, suggestions })))];
  }

  interrupt(at: number): Effect[] {
    this.decoder.turns.interrupt();
    return [controlRequest('interrupt', {}, `${at}`)];
  }

  configure({ model, mode }: { model?: string | undefined; mode?: string | undefined }): Effect[] {
    return [
      ...(model === undefined ? [] : [controlRequest('set_model', { model })]),
      ...(mode === undefined ? [] : [controlRequest('set_permission_mode', { mode })]),
    ];
  }

  exited(exit: Parameters<Driver['exited']>[0]): Effect[] {
    const why = `its process ended (${exitText(exit)})`;
    this.decoder.turns.lost(why);
    for (const report of this.decoder.open.close(exit.code === 0 ? 'interrupted' : 'failed', why)) {
      this.decoder.effect({ type: 'report', report });
    }
    return this.decoder.take();
  }

  /** Requests and responses. */
  private rest(message: Message, text: string, at: number): Effect[] {
    const { type, request_id: id = '', request, response } = message;
    if (type === 'control_request' && request?.subtype === 'can_use_tool') return this.asked(message, text, at);
    if (type === 'control_request') {
      this.decoder.unknown(text);
      return [write(failure(id, `BooCode does not know the request ${request?.subtype}`))];
    }
    if (type === 'control_cancel_request') {
      const open = [...this.waiting.values()].find(({ approval }) => isOf(approval, id));
      if (open) this.withdrawn(open.approval.id);
    } else if (type === 'control_response') {
      // Our own answers are told back too.
      if (response) this.control.responded(response);
    } else {
      this.decoder.unknown(text);
    }
    return [];
  }

  private asked({ request_id: id = '', request }: Message, text: string, at: number): Effect[] {
    const { decoder } = this;
    const known = decoder.calls.inputOf(request!.tool_use_id ?? '');
    const { input, tool_name: tool, permission_suggestions: suggestions = null } = request!;
    if (typeof input !== 'object' || input === null || typeof tool !== 'string' || id === '') {
      decoder.unknown(text);
      return id === '' ? [] : [write(failure(id, 'BooCode cannot read this request'))];
    }
    const approval = approvalOf({ id, request: request!, known, turn: decoder.open.turn, agent: this.agent, at });
    // Told again by a host after a crash: it waits already.
    if (decoder.open.approvals.has(approval.id)) {
      this.waiting.set(approval.id, { approval, input, suggestions });
      return [];
    }
    decoder.report({ type: 'asked', approval });
    if (!this.allowed.has(keyOf(approval))) {
      this.waiting.set(approval.id, { approval, input, suggestions });
      return [];
    }
    const answer: Answer = { verdict: 'session' };
    const by = { who: 'rule', detail: 'allowed for the session before' } as const;
    decoder.report({ type: 'answered', id: approval.id, answer, by });
    return [write(success(id, responseOf({ approval, answer, input, suggestions: [] })))];
  }

  private withdrawn(id: string): void {
    this.waiting.delete(id);
    const by = { who: 'withdrawn', detail: 'the agent does not ask any more' } as const;
    this.decoder.report({ type: 'answered', id, answer: null, by });
  }

  /** What an answer means for what comes later. */
  private decided(approval: Approval, { verdict }: Answer): void {
    if (verdict === 'deny') {
      if (approval.call !== null) this.decoder.calls.deny(approval.call);
    } else if (verdict !== 'once' && approval.kind === 'tool') {
      this.allowed.add(keyOf(approval));
    }
  }

  /** What was answered before the daemon was started anew. */
  private learn(event: AgentEvent): void {
    if (event.type === 'asked') {
      const { approval } = event;
      this.waiting.set(approval.id, { approval, input: inputOf(approval), suggestions: null });
    } else if (event.type === 'answered') {
      const open = this.waiting.get(event.id);
      this.waiting.delete(event.id);
      if (open && event.answer) this.decided(open.approval, event.answer);
    } else if (event.type === 'restarted') {
      this.waiting.clear();
      if (event.sessionId === null) this.allowed.clear();
    }
  }
}

const isOf = (approval: Approval, request: string) =>
  approval.via.type === 'protocol' && approval.via.request === request;

/** The same again: a command by its line (what it is said to be for may differ), anything else by its whole input. */
const keyOf = ({ tool, command, input }: Approval) => `${tool}\0${command ?? input}`;

/** Null: it was too long to be kept whole. */
const inputOf = (approval: Approval) => (approval.cut ? null : parseObject(approval.input));

/** Pictures first, as the API recommends; those whose bytes are not there are named, so that the agent can read them itself. */
function contentOf({ text, images, pictures = [] }: Prompt): string | object[] {
  const named = images.filter((path) => !pictures.some((picture) => picture.path === path));
  const whole = [text, ...named.map((path) => `Image: ${path}`)].join('\n');
  if (pictures.length === 0) return whole;
  const blocks = pictures.map(({ mediaType, base64 }) => ({
    type: 'image',
    source: { type: 'base64', media_type: mediaType, data: base64 },
  }));
  return [...blocks, { type: 'text', text: whole }];
}

const success = (id: string, response: object) => ({
  type: 'control_response',
  response: { subtype: 'success', request_id: id, response },
});
const failure = (id: string, error: string) => ({
  type: 'control_response',
  response: { subtype: 'error', request_id: id, error },
});
