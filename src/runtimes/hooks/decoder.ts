import { cutMiddle } from '../../core/cut.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Approval } from '../../schema/approval.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { HookReport } from '../../schema/hook.ts';
import { approvalOf } from '../claude/approvals.ts';
import { finishedOf } from '../claude/results.ts';
import { kindOf, locationsOf, titleOf } from '../claude/tools.ts';
import { diffOf } from '../codex/diff.ts';
import type { Report } from '../driver.ts';
import { isObject, type Json, numberOrNull, objectOf, parseObject, textOf, textOrNull } from '../json.ts';
import { Open } from '../open.ts';
import { notified } from './notified.ts';
import { patchOf } from './patch.ts';
import { contextOf, isPrompt, rests, writtenBy } from './qwen.ts';
import { Meter } from './status.ts';

interface Call {
  tool: string;
  input: string;
}

/** Turns what the hooks of Claude Code, Codex and Qwen Code tell of one agent into reports. Made anew from its record. */
export class HookDecoder {
  readonly #agent: Agent;
  readonly #open: Open;
  readonly #calls = new Map<string, Call>();
  /** Open requests ▶ the calls they are about. */
  readonly #asked = new Map<string, string | null>();
  readonly #meter: Meter;
  /** When the turn that runs began, in milliseconds since the epoch. */
  #begun = 0;

  constructor(agent: Agent, past: readonly AgentEvent[]) {
    this.#agent = agent;
    this.#open = new Open(past);
    this.#meter = new Meter(past);
    for (const event of past) if (event.epoch === agent.epoch) this.#note(event);
  }

  /** What a report says. `line`: of the history of its screen, where a turn that begins with it stands. */
  decode({ source, payload, at, id }: HookReport, line: number | null): Report[] {
    const told = parseObject(payload.trim());
    if (!told)
      return payload.trim() === '' ? [] : [{ type: 'raw', stream: 'stdout', why: 'text', text: cutMiddle(payload) }];
    const reports =
      source === 'codex-notify'
        ? notified(told, id)
        : [...this.#session(told), ...this.#reports(source, told, { at, id, line })];
    for (const report of reports) this.#note(report);
    if (reports.some(({ type }) => type === 'turnStarted')) this.#begun = at;
    return reports;
  }

  /** Hooks are told by a process each, and may overtake one another. */
  #isLater = (told: Json): boolean => !(Date.parse(textOf(told.timestamp)) < this.#begun);

  #note(event: Report | AgentEvent): void {
    this.#open.note(event);
    if (event.type === 'turnStarted' && 'at' in event) this.#begun = event.at;
    if (event.type === 'toolStarted') this.#calls.set(event.call, event);
    if (event.type === 'toolFinished') this.#calls.delete(event.call);
    if (event.type === 'asked' && event.approval.via.type === 'hook')
      this.#asked.set(event.approval.id, event.approval.call);
    if (event.type === 'answered') this.forget(event.id);
  }

  /** A request that is open no more. */
  forget(approval: string): void {
    this.#open.approvals.delete(approval);
    this.#asked.delete(approval);
  }

  #session(told: Json): Report[] {
    const sessionId = textOf(told.session_id);
    return sessionId === '' ? [] : [{ type: 'session', sessionId }];
  }

  #reports(source: HookReport['source'], told: Json, when: { at: number; id: string; line: number | null }): Report[] {
    if (source === 'claude-status')
      return this.#meter.read(told, { number: this.#open.turn, runs: this.#open.running });
    switch (told.hook_event_name) {
      case 'SessionStart':
        return typeof told.model === 'string' ? [{ type: 'configured', model: told.model }] : [];
      case 'UserPromptSubmit':
        return source === 'qwen' && !isPrompt(told) ? [] : this.#prompted(told, when.line);
      case 'PreToolUse':
        return [this.#started(told)];
      case 'PermissionRequest':
        return [this.#request(told, when)];
      case 'PostToolUse':
      case 'PostToolUseFailure':
        return this.#finished(told);
      case 'Stop':
        return [...this.#stopped(textOrNull(told.last_assistant_message), when.id), ...contextOf(told)];
      case 'Notification':
        return rests(told) && this.#isLater(told)
          ? this.#open.close('interrupted', 'it rests without an end of its turn')
          : [];
      case 'Interrupt':
        return this.#open.close('interrupted', 'it was interrupted');
      case 'SessionEnd':
        return this.#open.close('interrupted', 'its session ended');
      default:
        return [{ type: 'raw', stream: 'stdout', why: 'unknown', text: cutMiddle(JSON.stringify(told)) }];
    }
  }

  /** A turn that ended without a word (Esc at a dialog) is over when the next one begins. */
  #prompted(told: Json, line: number | null): Report[] {
    const over = this.#open.close('interrupted', 'another prompt was given');
    const model = textOrNull(told.model) ?? this.#meter.model;
    const prompt = textOrNull(told.prompt);
    return [...over, { type: 'turnStarted', turn: this.#open.turn + 1, prompt, model, line }];
  }

  #started(told: Json): Report {
    const { tool, input, call } = callOf(told);
    const { cwd } = this.#agent;
    const said = patchIn(tool, input, cwd) ?? {
      kind: kindOf(tool),
      title: titleOf(tool, input, cwd),
      locations: locationsOf(input, cwd),
    };
    const { kind, title, locations } = said;
    const text = cutMiddle(JSON.stringify(input));
    return { type: 'toolStarted', call, turn: this.#open.turn, tool, kind, title, input: text, locations };
  }

  #request(told: Json, { at, id }: { at: number; id: string }): Report {
    const { tool, input } = callOf(told);
    const text = cutMiddle(JSON.stringify(input));
    const call = [...this.#calls].find(([, one]) => one.tool === tool && one.input === text)?.[0];
    const request = {
      subtype: 'can_use_tool',
      tool_name: tool,
      input,
      ...(call !== undefined && { tool_use_id: call }),
    };
    const patch = patchIn(tool, input, this.#agent.cwd);
    const approval: Approval = {
      ...approvalOf({ id, request, known: input, turn: this.#open.turn, agent: this.#agent, at }),
      // A patch is given as a command, but runs none.
      ...(patch && { command: null, paths: patch.paths, diff: patch.diff, title: patch.title }),
      verdicts: ['once', 'deny'],
      via: { type: 'hook', request: id },
    };
    return { type: 'asked', approval };
  }

  /** What has been carried out has been allowed, by whoever. */
  #finished(told: Json): Report[] {
    const { tool, input, call } = callOf(told);
    const failed = told.hook_event_name === 'PostToolUseFailure';
    const error = textOf(told.error);
    const content = failed ? error : outputOf(told.tool_response);
    const block = { type: 'tool_result', tool_use_id: call, content, is_error: failed };
    const report = finishedOf({
      block,
      details: told.tool_response,
      meta: undefined,
      denied: false,
      cwd: this.#agent.cwd,
    });
    const answered = [...this.#asked]
      .filter(([, about]) => about === call || about === null)
      .map(([id]) => elsewhere(id));
    const begun = this.#calls.has(call) ? [] : [this.#started(told)];
    const patch = failed ? null : patchIn(tool, input, this.#agent.cwd);
    const written = report.diff ?? writtenBy(told.tool_response, this.#agent.cwd);
    const diff = written ?? (patch?.diff ? cutMiddle(patch.diff) : null);
    return [...answered, ...begun, { ...report, diff, durationMs: numberOrNull(told.duration_ms) }];
  }

  #stopped(text: string | null, id: string): Report[] {
    const open = this.#open;
    const said: Report[] = text ? [{ type: 'said', item: id, who: 'agent', text }] : [];
    if (!open.running) return said;
    const over = [...this.#asked.keys()].map(elsewhere);
    for (const one of over) this.#note(one);
    const closed = open.close('interrupted', 'its turn ended').filter(({ type }) => type !== 'turnEnded');
    return [
      ...over,
      ...closed,
      ...said,
      { type: 'turnEnded', turn: open.turn, outcome: 'completed', message: null, durationMs: null },
    ];
  }
}

/** What Codex writes files with. */
function patchIn(tool: string, input: Json, cwd: string) {
  if (tool !== 'apply_patch') return null;
  const changes = patchOf(textOf(input.command) || textOf(input.input));
  const paths = changes.flatMap(({ path, movedTo }) => (movedTo === null ? [path] : [path, movedTo]));
  const title = changes.map(({ kind, path }) => `${kind} ${path}`).join(', ') || 'change files';
  const locations = paths.map((path) => ({ path, line: null }));
  return { kind: 'edit' as const, title, paths, locations, diff: diffOf(changes, cwd) };
}

const elsewhere = (id: string): Report => ({
  ...{ type: 'answered', id, answer: null },
  by: { who: 'elsewhere', detail: 'it was answered in its own screen' },
});

function callOf(told: Json): { tool: string; input: Json; call: string } {
  const tool = textOf(told.tool_name);
  const input = objectOf(told.tool_input);
  return { tool, input, call: textOf(told.tool_use_id) || `${tool}-${JSON.stringify(input).length}` };
}

/** What came of a tool as text: its own words where it has some. */
function outputOf(response: unknown): string {
  if (typeof response === 'string') return response;
  if (!isObject(response)) return response === undefined || response === null ? '' : JSON.stringify(response);
  const { stdout, stderr, content, file, returnDisplay, llmContent } = response;
  if (typeof stdout === 'string') return [stdout, textOf(stderr)].filter(Boolean).join('\n');
  const text = textOrNull(content) ?? textOrNull(objectOf(file).content);
  return text ?? (textOf(returnDisplay) || textOrNull(llmContent)) ?? JSON.stringify(response);
}
