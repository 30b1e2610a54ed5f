import type { Effect, Prompt } from '../driver.ts';
import { isObject, type Json, parseObject } from '../json.ts';

/**
 * What a request of ours was for. Its JSON is the request's id, which the answer repeats: whoever reads the answer knows, even a
 * driver that was made anew in between.
 */
export type Ask =
  | { do: 'initialize' | 'open'; resume: string | null; prompt: Prompt | null }
  | { do: 'turn'; prompt: Prompt }
  | { do: 'settings'; model?: string; mode?: string }
  | { do: 'models' | 'interrupt' | 'steer' };

const write = (message: Json): Effect => ({ type: 'write', text: `${JSON.stringify(message)}\n` });

/** The app server speaks JSON-RPC by lines, without its `jsonrpc` field. */
export const request = (ask: Ask, method: string, params: Json): Effect =>
  write({ id: JSON.stringify(ask), method, params });
export const notify = (method: string): Effect => write({ method });
export const respond = (id: unknown, result: Json): Effect => write({ id, result });
export const refuse = (id: unknown, message: string): Effect => write({ id, error: { code: -32601, message } });

/** What the answer with this id answers; null: nothing of ours. */
export function askOf(id: unknown): Ask | null {
  const ask = typeof id === 'string' ? parseObject(id) : null;
  return isObject(ask) && typeof ask.do === 'string' ? (ask as Ask) : null;
}
