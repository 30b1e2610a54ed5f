import type { Effect } from '../driver.ts';
import type { Json } from '../json.ts';
import { approvalOf } from './asks.ts';
import { keepRequest, type Memory } from './memory.ts';
import { refuse } from './wire.ts';

export interface Requested {
  id: unknown;
  method: string;
  params: Json;
  at: number;
}

/** What the app server wants to know: a person is asked, or it is told that nobody here can answer that. */
export function onRequest(memory: Memory, { id, method, params, at }: Requested): Effect[] {
  const approval = approvalOf(method, id, params, {
    ...{ agent: memory.agent, turn: memory.open.turn, at },
    changes: (call) => memory.changes.get(call) ?? [],
  });
  if (!approval) {
    const text = JSON.stringify({ id, method, params });
    return [
      { type: 'report', report: { type: 'raw', stream: 'stdout', why: 'unknown', text } },
      refuse(id, `${method} is not known here`),
    ];
  }
  keepRequest(memory, approval);
  return [{ type: 'report', report: { type: 'asked', approval } }];
}
