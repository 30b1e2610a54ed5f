import type { Effect, Prompt } from '../driver.ts';
import type { Memory } from './memory.ts';
import { request } from './wire.ts';

/** What is said of a prompt, if there was one, that does not reach it. */
export const notDelivered = (prompt: Prompt | null, detail: string): Effect[] =>
  prompt
    ? [{ type: 'receipt', prompt: prompt.id, receipt: 'not delivered', evidence: { source: 'protocol', detail } }]
    : [];

export function startTurn(memory: Memory, prompt: Prompt): Effect[] {
  if (memory.thread === null) {
    memory.waiting = prompt;
    return [];
  }
  memory.waiting = null;
  memory.prompt = prompt;
  const input = [
    { type: 'text', text: prompt.text, text_elements: [] },
    ...prompt.images.map((path) => ({ type: 'localImage', path })),
  ];
  const params = { threadId: memory.thread, clientUserMessageId: prompt.id, input };
  return [request({ do: 'turn', prompt }, 'turn/start', params)];
}

/** Told by the answer to our request, which knows the prompt, and by a notification: once. */
export function beginTurn(memory: Memory, id: string, prompt: Prompt | null): Effect[] {
  const { open, model } = memory;
  const known = open.running && (memory.turn === id || memory.turn === '');
  memory.turn = id;
  memory.prompt = null;
  memory.waiting = null;
  if (known) return [];
  memory.troubled = false;
  const turnStarted = { type: 'turnStarted', turn: open.turn + 1, prompt: prompt?.text ?? null, model } as const;
  const evidence = { source: 'protocol', detail: 'its turn began' } as const;
  return [
    { type: 'report', report: turnStarted },
    ...(prompt ? [{ type: 'receipt', prompt: prompt.id, receipt: 'accepted', evidence } as const] : []),
  ];
}
