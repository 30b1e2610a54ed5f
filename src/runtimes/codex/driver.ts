import { exitText } from '../../core/ends.ts';
import type { Approval } from '../../schema/approval.ts';
import type { Driver, DriverOptions, Effect } from '../driver.ts';
import { type Json, objectOf, parseObject, textOf } from '../json.ts';
import { refOf, resultOf } from './asks.ts';
import { glance } from './glance.ts';
import { dropRequest, type Memory, remember } from './memory.ts';
import { modeLater } from './modes.ts';
import { onNotification } from './notices.ts';
import { onRequest } from './requests.ts';
import { onError, onResult, openThread } from './results.ts';
import { notDelivered, startTurn } from './turns.ts';
import { askOf, request, respond } from './wire.ts';

/** Drives `codex app-server` (seen with 0.169): one thread of it, and the threads of its subagents. */
export function codexDriver(options: DriverOptions): Driver {
  const memory = remember(options);
  return {
    start({ resume, prompt }) {
      if (memory.up) return [openThread(memory, resume, prompt)];
      return [
        request({ do: 'initialize', resume, prompt }, 'initialize', {
          clientInfo: { name: 'boocode', title: 'BooCode', version: '1' },
          capabilities: { experimentalApi: true, optOutNotificationMethods: UNWANTED },
        }),
      ];
    },
    line: (stream, text, at) => (text === '' ? [] : noted(memory, read(memory, stream, text, at))),
    prompt: (prompt) => noted(memory, startTurn(memory, prompt)),
    answer: (approval, answer) => giveAnswer(memory, approval, answer),
    interrupt: () =>
      memory.thread === null
        ? []
        : [request({ do: 'interrupt' }, 'turn/interrupt', { threadId: memory.thread, turnId: memory.turn })],
    configure: (what) => configure(memory, what),
    exited(exit) {
      const why = `its process ended (${exitText(exit)})`;
      const { open } = memory;
      const prompt = memory.prompt ?? memory.waiting;
      memory.prompt = null;
      memory.waiting = null;
      return [
        ...notDelivered(prompt, why),
        ...open
          .close(exit.code === 0 ? 'interrupted' : 'failed', why)
          .map((report): Effect => ({ type: 'report', report })),
      ];
    },
  };
}

/** Said again and again, or told by other reports: kept off the pipe. */
const UNWANTED = ['turn/diff/updated', 'remoteControl/status/changed', 'skills/changed', 'thread/readState/changed'];

const raw = (stream: 'stdout' | 'stderr', why: 'text' | 'unknown', text: string): Effect => ({
  type: 'report',
  report: { type: 'raw', stream, why, text },
});

function read(memory: Memory, stream: 'stdout' | 'stderr', text: string, at: number): Effect[] {
  const seen = stream === 'stdout' ? glance(text) : null;
  if (seen) return seen;
  const message = stream === 'stdout' ? parseObject(text) : null;
  if (!message) return [raw(stream, 'text', text)];
  const effects = react(memory, message, at);
  return effects ?? [raw(stream, 'unknown', text)];
}

/** Null: it is nothing that is known. */
function react(memory: Memory, message: Json, at: number): Effect[] | null {
  const { id, method } = message;
  const params = objectOf(message.params);
  if (typeof method === 'string') {
    if (id !== undefined) return onRequest(memory, { id, method, params, at });
    return onNotification(memory, { method, params, at, said: message.emittedAtMs });
  }
  const ask = askOf(id);
  if (!ask) return null;
  return message.error === undefined
    ? onResult(memory, ask, objectOf(message.result))
    : onError(memory, ask, textOf(objectOf(message.error).message));
}

/** What was reported is what is open: learned here, so that no handler can forget it. */
function noted(memory: Memory, effects: Effect[]): Effect[] {
  for (const effect of effects) {
    if (effect.type !== 'report') continue;
    memory.open.note(effect.report);
    if (effect.report.type === 'configured') memory.model = effect.report.model ?? memory.model;
  }
  return effects;
}

/** A reason is said first: the model then reads it together with the refusal, in the same turn. */
function giveAnswer(memory: Memory, approval: Approval, answer: Parameters<Driver['answer']>[1]): Effect[] {
  const whole = dropRequest(memory, approval.id) ?? approval;
  const ref = refOf(whole);
  if (!ref) return [];
  const { verdict, reason } = answer;
  const effects = [respond(ref.id, resultOf(whole, answer))];
  if (verdict === 'deny' && reason && ref.turn !== '') {
    const input = [{ type: 'text', text: reason, text_elements: [] }];
    const params = { threadId: ref.thread, expectedTurnId: ref.turn, input };
    effects.unshift(request({ do: 'steer' }, 'turn/steer', params));
  }
  return effects;
}

function configure(
  { thread }: Memory,
  { model, mode }: { model?: string | undefined; mode?: string | undefined },
): Effect[] {
  if (thread === null) return [];
  const ask = { do: 'settings', ...(model && { model }), ...(mode && { mode }) } as const;
  const params = { threadId: thread, ...(model && { model }), ...modeLater(mode) };
  return [request(ask, 'thread/settings/update', params)];
}
