import type { Effect, Prompt } from '../driver.ts';
import { type Json, objectOf, objectsOf, textOf } from '../json.ts';
import type { Memory } from './memory.ts';
import { modeAtStart, modeOf, modes } from './modes.ts';
import { beginTurn, notDelivered, startTurn } from './turns.ts';
import { type Ask, notify, request } from './wire.ts';

/** What follows from an answer to one of our requests. */
export function onResult(memory: Memory, ask: Ask, result: Json): Effect[] {
  switch (ask.do) {
    case 'initialize':
      memory.up = true;
      return [notify('initialized'), openThread(memory, ask.resume, ask.prompt)];
    case 'open':
      return opened(memory, ask.prompt, result);
    case 'turn':
      return beginTurn(memory, textOf(objectOf(result.turn).id), ask.prompt);
    case 'models': {
      const models = objectsOf(result.data).filter(({ hidden }) => hidden !== true);
      const listed = models.map(({ id, displayName }) => ({ id: textOf(id), name: textOf(displayName) || textOf(id) }));
      return listed.length === 0 ? [] : [{ type: 'report', report: { type: 'configured', models: listed } }];
    }
    default:
      return [];
  }
}

export function openThread({ agent, model }: Memory, resume: string | null, prompt: Prompt | null): Effect {
  const common = { cwd: agent.cwd, ...(model && { model }), ...modeAtStart(agent.mode) };
  const ask = { do: 'open', resume, prompt } as const;
  return resume === null
    ? request(ask, 'thread/start', common)
    : request(ask, 'thread/resume', { threadId: resume, excludeTurns: true, ...common });
}

function opened(memory: Memory, asked: Prompt | null, result: Json): Effect[] {
  const prompt = asked ?? memory.waiting;
  const thread = objectOf(result.thread);
  const sessionId = textOf(thread.id);
  memory.thread = sessionId;
  const mode = modeOf(result.approvalPolicy, result.sandbox);
  const version = textOf(thread.cliVersion);
  return [
    { type: 'report', report: { type: 'session', sessionId } },
    {
      type: 'report',
      report: { type: 'configured', model: textOf(result.model) || null, mode, modes, ...(version && { version }) },
    },
    request({ do: 'models' }, 'model/list', {}),
    ...(prompt ? startTurn(memory, prompt) : []),
  ];
}

/** No rollout of that id, or an id that is none. Anything else (a full disk, a file that cannot be read) may pass. */
const GONE = /no rollout found|invalid session id|not found|archived/i;

export function onError(memory: Memory, ask: Ask, message: string): Effect[] {
  switch (ask.do) {
    case 'initialize':
    case 'open':
      if (ask.do === 'open' && ask.resume !== null && GONE.test(message)) return [{ type: 'refused', message }];
      return [
        ...notDelivered(ask.prompt, message),
        troubled(`its session cannot be opened: ${message}`, 'session'),
        { type: 'closeInput' },
      ];
    case 'turn':
      memory.prompt = null;
      return [...notDelivered(ask.prompt, message), troubled(message, 'other')];
    case 'settings':
      return [troubled(`it cannot be switched: ${message}`, 'other')];
    case 'steer':
      return [troubled(`the reason did not reach it: ${message}`, 'other')];
    default:
      // A turn that ended by itself in that moment, or a list that this version has not.
      return [];
  }
}

const troubled = (message: string, kind: 'session' | 'other'): Effect => ({
  type: 'report',
  report: { type: 'troubled', trouble: { kind, message, status: null, retries: false, until: null } },
});
