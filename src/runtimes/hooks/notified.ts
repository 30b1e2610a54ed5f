import { cutMiddle } from '../../core/cut.ts';
import type { Report } from '../driver.ts';
import { isObject, type Json, textOf } from '../json.ts';

/**
 * What Codex tells its notify program at the end of a turn, with what our program read of its thread (`thread-source`). No turn comes of it: no
 * beginning is told, and the next turn may run already. A thread of which it is not known that it is a conversation of the person's gives
 * no session: a review and a subagent have threads of their own, with which `resume` would go on.
 */
export function notified(told: Json, item: string): Report[] {
  if (told.type !== 'agent-turn-complete') {
    return [{ type: 'raw', stream: 'stdout', why: 'unknown', text: cutMiddle(JSON.stringify(told)) }];
  }
  const source = told['thread-source'];
  // What a subagent said is not the agent's word; a review is.
  if (isObject(source) && source.subagent !== undefined && source.subagent !== 'review') return [];
  const sessionId = textOf(told['thread-id']);
  const text = textOf(told['last-assistant-message']);
  return [
    ...(sessionId !== '' && typeof source === 'string' && source !== 'unknown'
      ? [{ type: 'session' as const, sessionId }]
      : []),
    ...(text === '' ? [] : [{ type: 'said' as const, item, who: 'agent' as const, text }]),
  ];
}
